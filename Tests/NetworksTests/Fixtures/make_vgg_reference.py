#!/usr/bin/env python3
"""What PyTorch makes of features of VGG, and of the losses that are made of them: the numbers that VGGTests and PerceptualTests compare with.

    make_vgg_reference.py [OUT]      # needs torch, numpy

OUT is by default the folder of this script. Writes vgg_NAME.f32, the features [c][h][w] of a layer, and perceptual_NAME.f32: the weighted terms of a loss, then
its gradient [3][h][w] with respect to a picture of 0...255. Weights of a VGG of width 4 come from a formula that SeededNumbers+VGG.swift repeats.
"""
import os, sys
import torch
import torch.nn as nn
from make_johnson_reference import picture
from make_pair_reference import seeded

WIDTH = 4
MEAN, DEVIATION = torch.tensor([.485, .456, .406])[:, None, None], torch.tensor([.229, .224, .225])[:, None, None]
CAFFE = torch.tensor([103.939, 116.779, 123.68])[:, None, None]


def image(h, w): return torch.from_numpy(picture(h, w))[None]


class VGG(nn.Module):
    def __init__(self, depth, pool):
        super().__init__()
        long, layers, planes, self.places = 4 if depth == 19 else 3, [], 3, {}
        for stage, (count, out) in enumerate([(2, 1), (2, 2), (long, 4), (long, 8), (long, 8)], 1):
            for i in range(1, count + 1):
                self.places[f'conv{stage}_{i}'], self.places[f'relu{stage}_{i}'] = len(layers), len(layers) + 1
                layers += [nn.Conv2d(planes, out * WIDTH, 3, padding=1), nn.ReLU()]
                planes = out * WIDTH
            layers.append(nn.MaxPool2d(2) if pool == 'max' else nn.AvgPool2d(2))
        self.features = nn.Sequential(*layers)
        self.load_state_dict({k: seeded(k, tuple(v.shape)) for k, v in self.state_dict().items()})

    def forward(self, x, domain, names):
        x = (x / 255 - MEAN) / DEVIATION if domain == 'torchvision' else x.flip(1) - CAFFE
        wanted, found = {self.places[n]: n for n in names}, {}
        for i, layer in enumerate(self.features):
            x = layer(x)
            if i in wanted: found[wanted[i]] = x
            if len(found) == len(names): break
        return [found[n] for n in names]


def gram(f, divisor):
    f = f[0].flatten(1)
    return f @ f.T / (f.shape[1] if divisor == 'pixels' else f.numel())


def squares(a, b): return ((a - b) ** 2).mean()


def terms(name, vgg, x, content, styles):
    """The weighted terms of a convention, each as its authors write it down."""
    first, fourth = [f'{k}{i}_1' for k in ['relu'] for i in range(1, 6)], ['relu1_2', 'relu2_2', 'relu3_3', 'relu4_3']
    def compare(domain, layer, style, divisor):
        f = vgg(x, domain, [layer] + style)
        grams = [[gram(g, divisor) for g in vgg(s, domain, style)] for s in styles]
        # Several styles: one target between theirs, 3/4 of the first.
        targets = [.75 * a + .25 * b for a, b in zip(*grams)]
        return f[0], vgg(content, domain, [layer])[0], [(gram(a, divisor), b) for a, b in zip(f[1:], targets)]
    if name == 'pytorch-examples':
        f, c, grams = compare('torchvision', 'relu2_2', fourth, 'elements')
        return [1e5 * squares(f, c)] + [1e10 * squares(a, b) for a, b in grams]
    if name == 'gatys':
        f, c, grams = compare('caffe', 'conv4_2', [n.replace('relu', 'conv') for n in first], 'pixels')
        # The paper's 1 / (4 N^2 M^2) of Grams that are divided by nothing; each here by its own M.
        return [.5 * ((f - c) ** 2).sum()] + [1000 / 5 * ((a - b) ** 2).sum() / (4 * a.shape[0] ** 2) for a, b in grams]
    if name == 'fast-neural-style':
        f, c, grams = compare('caffe', 'relu3_3', fourth, 'elements')
        result, strength = [squares(f, c)] + [5 * squares(a, b) for a, b in grams], 1e-6
    else:
        f, c, grams = compare('caffe', 'relu4_2', first, 'elements')
        result, strength = [5 * squares(f, c)] + [100 * squares(a, b) for a, b in grams], 1e-3
    if name == 'neural-style-pt':
        return result + [strength * (x[:, :, :, 1:] - x[:, :, :, :-1]).abs().sum(), strength * (x[:, :, 1:] - x[:, :, :-1]).abs().sum()]
    # The Lua codes write the gradient down; this is what it is the gradient of.
    corner = x[:, :, :-1, :-1]
    return result + [strength / 2 * ((corner - x[:, :, :-1, 1:]) ** 2).sum(), strength / 2 * ((corner - x[:, :, 1:, :-1]) ** 2).sum()]


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    def write(name, y):
        y.detach().numpy().astype('<f4').tofile(os.path.join(out, f'{name}.f32'))
        print(f'{name} {list(y.shape)}: mean {y.mean():.4g} largest {y.abs().max():.4g}')
    x = image(37, 45)
    for depth, domain, pool, layer in [(16, 'caffe', 'max', 'relu4_3'), (16, 'torchvision', 'average', 'relu3_2'),
                                       (19, 'torchvision', 'max', 'relu5_4'), (19, 'caffe', 'average', 'conv4_2')]:
        write(f'vgg_{depth}_{domain}_{pool}_{layer}', VGG(depth, pool)(x, domain, [layer])[0][0])
    content, styles = image(37, 33), [image(40, 27).flip(1), image(24, 33)]
    for name, depth, pool in [('neural-style', 19, 'max'), ('neural-style-pt', 19, 'max'), ('gatys', 19, 'average'),
                              ('pytorch-examples', 16, 'max'), ('fast-neural-style', 16, 'max')]:
        x = (.75 * content + .25 * image(37, 33).flip(2)).requires_grad_(True)
        parts = terms(name, VGG(depth, pool), x, content, styles)
        sum(parts).backward()
        write(f'perceptual_{name}', torch.cat([torch.stack(parts), x.grad.flatten()]))
        print('   ', [f'{p.item():.4g}' for p in parts])


if __name__ == '__main__': main()
