#!/usr/bin/env python3
"""What PyTorch makes of the test pictures with MUNIT: the numbers that MUNITParityTests compares with.

    make_munit_reference.py [OUT]      # needs torch, numpy

OUT is by default the folder of this script. Writes munit_NAME.f32: raw little-endian float32 [c][h][w], pictures of -1...1. The
generators are NVlabs' AdaINGen in its layer order and under its keys, narrow, with weights by an integer formula that
SeededMUNIT.swift repeats; pictures come from make_johnson_reference.py.
"""
import math, os, sys
import numpy as np, torch
import torch.nn as nn, torch.nn.functional as F
from make_johnson_reference import mix, picture

WIDTH, CODE, BLOCKS, PERCEPTRON = 4, 8, 2, 16


class Norm(nn.Module):
    """AdaIN: numbers are set from outside; its buffers are never used."""
    def __init__(self, c):
        super().__init__()
        self.register_buffer('running_mean', torch.zeros(c))
        self.register_buffer('running_var', torch.ones(c))

    def forward(self, x):
        mean, var = x.mean((2, 3), keepdim=True), x.var((2, 3), keepdim=True, unbiased=False)
        return (x - mean) / (var + 1e-5).sqrt() * self.weight[:, None, None] + self.bias[:, None, None]


class LayerNorm(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.gamma, self.beta = nn.Parameter(torch.zeros(c)), nn.Parameter(torch.zeros(c))

    def forward(self, x):
        x = (x - x.mean()) / (x.std() + 1e-5)
        return x * self.gamma[:, None, None] + self.beta[:, None, None]


class Block(nn.Module):
    def __init__(self, i, o, k, stride, pad, norm, end):
        super().__init__()
        self.pad, self.conv, self.end = nn.ReflectionPad2d(pad), nn.Conv2d(i, o, k, stride), end
        self.norm = {'in': nn.InstanceNorm2d, 'ln': LayerNorm, 'adain': Norm, None: lambda _: None}[norm](o)

    def forward(self, x):
        x = self.conv(self.pad(x))
        if self.norm: x = self.norm(x)
        return {'relu': F.relu, 'tanh': torch.tanh, None: lambda x: x}[self.end](x)


class Res(nn.Module):
    def __init__(self, c, norm):
        super().__init__()
        self.model = nn.Sequential(Block(c, c, 3, 1, 1, norm, 'relu'), Block(c, c, 3, 1, 1, norm, None))

    def forward(self, x): return x + self.model(x)


class Stack(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.model = nn.Sequential(*layers)

    def forward(self, x): return self.model(x)


class Linear(nn.Module):
    def __init__(self, i, o, end):
        super().__init__()
        self.fc, self.end = nn.Linear(i, o), end

    def forward(self, x): return F.relu(self.fc(x)) if self.end else self.fc(x)


class Generator(nn.Module):
    def __init__(self, c=WIDTH):
        super().__init__()
        self.enc_style = Stack(Block(3, c, 7, 1, 3, None, 'relu'), Block(c, 2 * c, 4, 2, 1, None, 'relu'),
                               Block(2 * c, 4 * c, 4, 2, 1, None, 'relu'), Block(4 * c, 4 * c, 4, 2, 1, None, 'relu'),
                               Block(4 * c, 4 * c, 4, 2, 1, None, 'relu'), nn.AdaptiveAvgPool2d(1), nn.Conv2d(4 * c, CODE, 1))
        self.enc_content = Stack(Block(3, c, 7, 1, 3, 'in', 'relu'), Block(c, 2 * c, 4, 2, 1, 'in', 'relu'),
                                 Block(2 * c, 4 * c, 4, 2, 1, 'in', 'relu'), Stack(*[Res(4 * c, 'in') for _ in range(BLOCKS)]))
        self.dec = Stack(Stack(*[Res(4 * c, 'adain') for _ in range(BLOCKS)]), nn.Upsample(scale_factor=2),
                         Block(4 * c, 2 * c, 5, 1, 2, 'ln', 'relu'), nn.Upsample(scale_factor=2),
                         Block(2 * c, c, 5, 1, 2, 'ln', 'relu'), Block(c, 3, 7, 1, 3, None, 'tanh'))
        self.mlp = Stack(Linear(CODE, PERCEPTRON, True), Linear(PERCEPTRON, PERCEPTRON, True),
                         Linear(PERCEPTRON, 2 * 2 * BLOCKS * 4 * c, False))

    def numbers(self, code): return self.mlp(code.reshape(1, -1))

    def decode(self, content, code, layers=None):
        numbers = self.numbers(code)
        for module in self.dec.modules():
            if isinstance(module, Norm):
                n = module.running_mean.numel()
                module.bias, module.weight, numbers = numbers[0, :n], numbers[0, n:2 * n], numbers[:, 2 * n:]
        return self.dec.model[:layers](content)


def seeded(name, shape):
    """Numbers for a tensor by its name: uniform, of He's variance; gammas between 0 and 1."""
    seed = 2166136261
    for byte in name.encode(): seed = ((seed ^ byte) * 16777619) & 0xffffffff
    u = mix(seed + np.arange(math.prod(shape), dtype=np.uint64)).astype(np.float64) / 2**32 * 2 - 1
    spread, middle = (math.sqrt(6 / math.prod(shape[1:])), 0.0) if len(shape) > 1 else (0.1, 0.0)
    if name.endswith('dec.model.5.conv.weight'): spread *= 0.3
    if name.endswith('.gamma'): spread, middle = 0.5, 0.5
    return torch.from_numpy((u * spread + middle).astype(np.float32).reshape(shape))


def load(prefix):
    net = Generator()
    state = net.state_dict()
    for k, v in state.items():
        if '.running_' not in k: state[k] = seeded(prefix + k, tuple(v.shape))
    net.load_state_dict(state)
    return net.eval()


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    a, b = load('a.'), load('b.')
    image = lambda h, w: torch.from_numpy(picture(h, w))[None] / 127.5 - 1
    x, odd, style = image(20, 28), image(21, 19), image(40, 27).flip(1)
    given = (torch.arange(CODE, dtype=torch.float32) - 3.5) / 2
    whole = F.pad(odd, (0, -19 % 4, 0, -21 % 4), mode='reflect')
    with torch.no_grad():
        content, code = a.enc_content(x), b.enc_style(style)
        results = {
            'content': content, 'code': code, 'norms': b.numbers(code)[..., None, None],
            'blocks': b.decode(content, code, 1), 'enlarged': b.decode(content, code, 3), 'a2b': b.decode(content, code),
            'b2a': a.decode(b.enc_content(x), a.enc_style(style)),
            'odd': b.decode(a.enc_content(whole), given)[:, :, :21, :19],
        }
    for name, y in results.items():
        y = y[0].contiguous().numpy()
        y.astype('<f4').tofile(os.path.join(out, f'munit_{name}.f32'))
        print(f'{name} {list(y.shape)}: mean {y.mean():.3f} deviation {y.std():.3f} smallest {y.min():.3f} largest {y.max():.3f}')


if __name__ == '__main__': main()
