#!/usr/bin/env python3
"""What PyTorch makes of a picture of -1...1 with the classifiers that SFIT learns from: the numbers ClassifierTests compares with.

    make_classifier_reference.py [OUT]      # needs torch, numpy

OUT is by default the folder of this script. Writes classifier_NAME.f32, raw little-endian float32: the last feature map, then the logits.

lenet, lenet_grey   ADDA's, of 3 planes and of 1, which sees 0.299 R + 0.587 G + 0.114 B; 28x28
lenet_shot          SFIT's own, with a bottleneck, its norm and a normalised last layer (by PyTorch's newer names); 28x28
resnet              torchvision's with SHOT's head, in blocks of 1, 2, 1, 1; 37x45
resnet_numbered     the same with SFIT's names, a plain last layer, and a norm at the bottleneck that is in the file and was never used:
                    its statistics are 0 and 1; 37x45

Weights are those of make_pair_reference.py, but scales of norms, variances and lengths of rows, which are 1 more; SeededClassifiers.swift repeats them.
"""
import os, sys
import numpy as np, torch
import torch.nn as nn, torch.nn.functional as F
from make_johnson_reference import picture
from make_pair_reference import seeded


class LeNet(nn.Module):
    def __init__(self, planes):
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(planes, 4, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(4, 5, 5), nn.Dropout2d(), nn.MaxPool2d(2), nn.ReLU())
        self.fc1, self.fc2, self.grey = nn.Linear(80, 12), nn.Linear(12, 10), planes == 1

    def forward(self, x):
        if self.grey: x = (x * torch.tensor([.299, .587, .114])[:, None, None]).sum(1, keepdim=True)
        f = self.encoder(x)
        return f, self.fc2(F.dropout(F.relu(self.fc1(f.flatten(1))), training=self.training))


class Block(nn.Module):
    def __init__(self, planes, inner, outer, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(planes, inner, 1, bias=False), nn.BatchNorm2d(inner)
        self.conv2, self.bn2 = nn.Conv2d(inner, inner, 3, stride, 1, bias=False), nn.BatchNorm2d(inner)
        self.conv3, self.bn3 = nn.Conv2d(inner, outer, 1, bias=False), nn.BatchNorm2d(outer)
        self.downsample = None
        if stride != 1 or planes != outer: self.downsample = nn.Sequential(nn.Conv2d(planes, outer, 1, stride, bias=False), nn.BatchNorm2d(outer))

    def forward(self, x):
        y = F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))
        return F.relu(self.bn3(self.conv3(y)) + (x if self.downsample is None else self.downsample(x)))


def trunk():
    """The children of torchvision's ResNet up to the last map, by name."""
    children, planes = [('conv1', nn.Conv2d(3, 4, 7, 2, 3, bias=False)), ('bn1', nn.BatchNorm2d(4)), ('relu', nn.ReLU()), ('maxpool', nn.MaxPool2d(3, 2, 1))], 4
    for i, (count, inner, outer) in enumerate([(1, 2, 8), (2, 3, 8), (1, 4, 12), (1, 4, 16)]):
        blocks = [Block(planes if j == 0 else outer, inner, outer, 2 if i and j == 0 else 1) for j in range(count)]
        children.append((f'layer{i + 1}', nn.Sequential(*blocks)))
        planes = outer
    return children


class Bottleneck(nn.Module):
    def __init__(self, planes, isUsed):
        super().__init__()
        self.bottleneck, self.bn, self.isUsed = nn.Linear(planes, 6), nn.BatchNorm1d(6), isUsed

    def forward(self, x): return self.bn(self.bottleneck(x)) if self.isUsed else self.bottleneck(x)


class Last(nn.Module):
    def __init__(self, fc):
        super().__init__()
        self.fc = fc

    def forward(self, x): return self.fc(x)


class Shot(nn.Module):
    """SFIT's own: a base, a bottleneck, a classifier."""
    def __init__(self, base, planes, fc, isUsed=True):
        super().__init__()
        self.base, self.bottleneck, self.classifier, self.isMean = base, Bottleneck(planes, isUsed), Last(fc), planes == 16

    def forward(self, x):
        f = self.base(x)
        return f, self.classifier(self.bottleneck(f.mean((2, 3)) if self.isMean else f.flatten(1)))


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_params = LeNet(3).encoder

    def forward(self, x): return self.conv_params(x)


class Parts(nn.Module):
    """SHOT's three files in one."""
    def __init__(self):
        super().__init__()
        self.names = []
        for name, child in trunk():
            self.names.append(name)
            self.add_module(name, child)
        self.bottleneck, self.bn, self.fc = nn.Linear(16, 6), nn.BatchNorm1d(6), nn.utils.weight_norm(nn.Linear(6, 5))

    def forward(self, x):
        for name in self.names: x = getattr(self, name)(x)
        return x, self.fc(self.bn(self.bottleneck(x.mean((2, 3)))))


def load(net, untouched=''):
    state = {}
    for k, v in net.state_dict().items():
        if not v.is_floating_point() or untouched and k.startswith(untouched):
            state[k] = v
            continue
        one = v.dim() == 1 and k.endswith(('weight', 'running_var')) or v.dim() == 2 and k.endswith(('weight_g', 'original0'))
        state[k] = seeded(k, tuple(v.shape)) + (1 if one else 0)
    net.load_state_dict(state)
    return net.eval()


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    from torch.nn.utils.parametrizations import weight_norm
    numbered = Shot(nn.Sequential(*[child for _, child in trunk()]), 16, nn.Linear(6, 5, bias=False), isUsed=False)
    nets = {'lenet': (load(LeNet(3)), 28, 28), 'lenet_grey': (load(LeNet(1)), 28, 28),
            'lenet_shot': (load(Shot(Base(), 80, weight_norm(nn.Linear(6, 10, bias=False)))), 28, 28),
            'resnet': (load(Parts()), 37, 45), 'resnet_numbered': (load(numbered, 'bottleneck.bn.running'), 37, 45)}
    for name, (net, h, w) in nets.items():
        x = torch.from_numpy(picture(h, w))[None] / 255 * 2 - 1
        with torch.no_grad(): f, logits = net(x)
        np.concatenate([f.numpy().ravel(), logits.numpy().ravel()]).astype('<f4').tofile(os.path.join(out, f'classifier_{name}.f32'))
        print(name, list(f.shape[1:]), f'{(f > 0).float().mean():.2f} of it above 0, largest {f.max():.3g}; logits', [f'{v:.3g}' for v in logits[0].tolist()])


if __name__ == '__main__': main()
