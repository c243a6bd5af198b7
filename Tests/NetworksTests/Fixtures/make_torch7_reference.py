#!/usr/bin/env python3
"""Networks as jcjohnson/fast-neural-style saves them, and what PyTorch makes of a test picture with them.

    make_torch7_reference.py [OUT]      # needs torch, numpy

OUT is by default the folder of this script. Writes johnson_NAME.t7, with seeded weights, and johnson_NAME.f32: raw little-endian
float32 of one picture of 21x19, the outputs of the modules that TAPS names, the result before the median filter
[3][24][20] and after it [3][21][19], one behind the other. Every net is built twice from the same architecture string: as the
modules of nn that train.lua makes, and layer by layer in PyTorch.
"""
import os, pathlib, sys
import numpy as np, torch
import torch.nn.functional as F
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'WeightsTests' / 'Fixtures'))
import torch7_writer as t7
from make_johnson_reference import picture

H, W = 21, 19
VGG = torch.tensor([103.939, 116.779, 123.68])[:, None, None]
MEAN, DEVIATION = (torch.tensor(row)[:, None, None] for row in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))


class Net:
    """Modules of nn, and beside each a function of PyTorch that does the same."""

    def __init__(self, seed, padding, norm, gain, matrix=False, old=False):
        self.dice, self.padding, self.norm_kind, self.gain = np.random.default_rng(seed), padding, norm, gain
        self.matrix, self.old = matrix, old

    def numbers(self, *shape, fan=None):
        return (self.dice.uniform(-1, 1, shape) * (6 / fan) ** 0.5 if fan else self.dice.uniform(-1, 1, shape)).astype('f4')

    def conv(self, i, o, k, stride=1, pad=0, gain=1.0):
        weight, bias = self.numbers(o, i, k, k, fan=i * k * k) * np.float32(gain), self.numbers(o) * np.float32(0.1)
        fields = {'nInputPlane': i, 'nOutputPlane': o, 'kW': k, 'kH': k, 'dW': stride, 'dH': stride, 'padW': pad, 'padH': pad,
                  'weight': weight.reshape(o, -1) if self.matrix else weight, 'bias': bias, 'gradWeight': np.zeros(0, 'f4')}
        name = 'nn.SpatialConvolutionMM' if self.matrix else 'nn.SpatialConvolution'
        weight, bias = torch.from_numpy(weight), torch.from_numpy(bias)
        return t7.Module(name, fields), lambda x: F.conv2d(x, weight, bias, stride, pad)

    def transposed(self, i, o):
        weight, bias = self.numbers(i, o, 3, 3, fan=i * 9 / 4), self.numbers(o) * np.float32(0.1)
        fields = {'nInputPlane': i, 'nOutputPlane': o, 'kW': 3, 'kH': 3, 'dW': 2, 'dH': 2, 'padW': 1, 'padH': 1, 'adjW': 1, 'adjH': 1,
                  'weight': weight, 'bias': bias}
        weight, bias = torch.from_numpy(weight), torch.from_numpy(bias)
        return t7.Module('nn.SpatialFullConvolution', fields), lambda x: F.conv_transpose2d(x, weight, bias, 2, 1, 1)

    def norm(self, c):
        weight, bias = 1 + self.numbers(c) * np.float32(0.25), self.numbers(c) * np.float32(0.25)
        if self.norm_kind == 'instance':
            twin = lambda x: F.instance_norm(x, weight=torch.from_numpy(weight), bias=torch.from_numpy(bias), eps=1e-5)
            return t7.Module('nn.InstanceNormalization', {'eps': 1e-5, 'nOutput': c, 'prev_N': -1, 'weight': weight, 'bias': bias}), twin
        mean, variance = self.numbers(c) * np.float32(0.3), 1 + self.numbers(c) * np.float32(0.5)
        fields = {'eps': 1e-5, 'momentum': 0.1, 'affine': True, 'weight': weight, 'bias': bias, 'running_mean': mean}
        if self.old: fields['running_std'] = (1 / np.sqrt(variance + 1e-5)).astype('f4')
        else: fields['running_var'] = variance
        twin = lambda x: F.batch_norm(x, torch.from_numpy(mean), torch.from_numpy(variance), torch.from_numpy(weight), torch.from_numpy(bias), eps=1e-5)
        return t7.Module('nn.SpatialBatchNormalization', fields), twin

    def border(self, p, kind):
        name, mode = {'reflect': ('Reflection', 'reflect'), 'replicate': ('Replication', 'replicate')}[kind]
        module = t7.Module(f'nn.Spatial{name}Padding', {'pad_l': p, 'pad_r': p, 'pad_t': p, 'pad_b': p})
        return module, lambda x: reflected(x, p) if mode == 'reflect' else F.pad(x, (p,) * 4, mode='replicate')

    def relu(self): return t7.Module('nn.ReLU', {'inplace': True, 'threshold': 0, 'val': 0}), F.relu

    def sequence(self, steps):
        def run(x):
            for _, step in steps: x = step(x)
            return x
        return t7.Module('nn.Sequential', {'modules': [module for module, _ in steps]}), run

    def residual(self, c):
        border = [self.border(1, self.padding)] if self.padding in ('reflect', 'replicate') else []
        pad = 1 if self.padding == 'zero' else 0
        block, run = self.sequence([*border, self.conv(c, c, 3, pad=pad), self.norm(c), self.relu(),
                                    *border, self.conv(c, c, 3, pad=pad), self.norm(c)])
        shaved = self.padding in ('reflect-start', 'none')
        skip = t7.Module('nn.ShaveImage', {'size': 2}) if shaved else t7.Module('nn.Identity', {})
        module = t7.Module('nn.Sequential', {'modules': [t7.Module('nn.ConcatTable', {'modules': [block, skip]}), t7.Module('nn.CAddTable', {})]})
        return module, lambda x: run(x) + (x[:, :, 2:-2, 2:-2] if shaved else x)

    def build(self, arch):
        steps, planes, tokens = [self.border(40, 'reflect')] if self.padding == 'reflect-start' else [], 3, arch.split(',')
        for place, token in enumerate(tokens):
            kind, last, plain = token[0], place == len(tokens) - 1, False
            if kind == 'c':
                k, stride, out = int(token[1]), int(token[3]), int(token[5:])
                pad = k // 2
                if self.padding in ('reflect', 'replicate'): steps.append(self.border(pad, self.padding))
                steps.append(self.conv(planes, out, k, stride, 0 if self.padding in ('reflect', 'replicate') else pad, self.gain if last else 1.0))
            elif kind == 'd': out = int(token[1:]); steps.append(self.conv(planes, out, 3, 2, 1))
            elif kind == 'u': out = int(token[1:]); steps.append(self.transposed(planes, out))
            elif kind == 'U':
                out = planes
                steps.append((t7.Module('nn.SpatialUpSamplingNearest', {'scale_factor': int(token[1:])}),
                              lambda x, n=int(token[1:]): F.interpolate(x, scale_factor=n, mode='nearest')))
            else: out, plain = planes, True; steps.append(self.residual(planes))
            if not last and not plain: steps += [self.norm(out), self.relu()]
            planes = out
        steps.append((t7.Module('nn.Tanh', {}), torch.tanh))
        steps.append((t7.Module('nn.MulConstant', {'constant_scalar': self.constant, 'inplace': False}), lambda x: x * self.constant))
        steps.append((t7.Module('nn.TotalVariation', {'strength': 1e-6}), lambda x: x))
        return steps


def reflected(x, p):
    """Mirrored without repeating the edge, as often as needed: PyTorch does so only once."""
    for axis in (2, 3):
        last = x.shape[axis] - 1
        place = torch.arange(-p, last + 1 + p) % (2 * last)
        x = x.index_select(axis, torch.minimum(place, 2 * last - place))
    return x


def median(x):
    windows = F.unfold(F.pad(x, (1,) * 4, mode='reflect').transpose(0, 1), 3).reshape(3, 9, x.shape[2], x.shape[3])
    return windows.median(dim=1).values


# What each net is, and the modules whose values are written (from 0).
NETS = {
    'instance': (dict(seed=1, padding='reflect-start', norm='instance', gain=0.4), 'c9s1-4,d6,d8,R8,R8,R8,R8,R8,u6,u4,c9s1-3', 'vgg'),
    'batch': (dict(seed=2, padding='replicate', norm='batch', gain=1.5, matrix=True), 'c9s1-4,d5,d6,R6,R6,U2,c3s1-5,u4,c9s1-3', 'resnet'),
    'valid': (dict(seed=4, padding='none', norm='instance', gain=0.4), 'c9s1-4,d5,d6,R6,U2,c3s1-5,u4,c9s1-3', 'vgg'),
    'old': (dict(seed=3, padding='zero', norm='batch', gain=0.02, old=True), 'c7s1-4,d5,d6,R6,R6,u5,u4,c7s1-3', 'vgg'),
}
TAPS = {'instance': [7, 14, 16], 'batch': [5, 10, 15], 'valid': [7, 9, 10], 'old': [4, 9, 12]}


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    x = torch.from_numpy(picture(H, W))
    x = F.pad(x[None], (0, -W % 4, 0, -H % 4), mode='reflect')
    for name, (options, arch, domain) in NETS.items():
        net = Net(**options)
        net.constant = 150 if domain == 'vgg' else 2
        steps = net.build(arch)
        model = t7.Module('nn.Sequential', {'modules': [module for module, _ in steps]})
        opt = {'arch': arch, 'preprocessing': domain, 'padding_type': options['padding'], 'tanh_constant': net.constant}
        if domain == 'vgg': del opt['preprocessing']
        t7.write(os.path.join(out, f'johnson_{name}.t7'), {'opt': opt, 'model': model})
        # A valid residual block loses 2 pixels of a quarter, 8 of the picture, on each side.
        lost = 8 * arch.count('R') if options['padding'] == 'none' else 0
        y, parts = reflected(x, lost), []
        y = y.flip(1) - VGG if domain == 'vgg' else (y / 255 - MEAN) / DEVIATION
        with torch.no_grad():
            for place, (_, step) in enumerate(steps):
                y = step(y)
                if place in TAPS[name]: parts.append(y[0])
        y = (y + VGG).flip(1) if domain == 'vgg' else (y * DEVIATION + MEAN) * 255
        parts += [y[0], median(y).clamp(0, 255)[:, :H, :W]]
        data = np.concatenate([part.contiguous().numpy().astype('<f4').ravel() for part in parts])
        data.tofile(os.path.join(out, f'johnson_{name}.f32'))
        print(f'{name}: {[tuple(part.shape) for part in parts]}; result mean {parts[-1].mean():.1f} deviation {parts[-1].std():.1f}')


if __name__ == '__main__': main()
