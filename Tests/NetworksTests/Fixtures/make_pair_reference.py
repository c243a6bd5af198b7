#!/usr/bin/env python3
"""What PyTorch makes of the test pictures with AdaIN and a residual generator: the numbers that PairParityTests compares with.

    make_pair_reference.py [OUT]      # needs torch, numpy

OUT is by default the folder of this script. Writes NAME_HxW.f32: raw little-endian float32 [3][h][w], in the network's own
values of black and white, clamped to them, not rounded. The AdaIN pair is that of naoto0804/pytorch-AdaIN as Sequentials, with
unbiased variances on both sides; the generator is CycleGAN's with nearest enlargement and reflected borders. Weights come from
an integer formula that SeededPairs.swift repeats; the picture and its scrambling from make_johnson_reference.py.
"""
import math, os, sys
import numpy as np, torch
import torch.nn as nn, torch.nn.functional as F
from make_johnson_reference import mix, picture

WIDTH = 4


def conv(i, o, relu=True): return [nn.ReflectionPad2d(1), nn.Conv2d(i, o, 3)] + [nn.ReLU()] * relu


def pool(): return [nn.MaxPool2d(2, 2, ceil_mode=True)]


def up(): return [nn.Upsample(scale_factor=2, mode='nearest')]


def encoder(w):
    return nn.Sequential(nn.Conv2d(3, 3, 1), *conv(3, w), *conv(w, w), *pool(), *conv(w, 2 * w), *conv(2 * w, 2 * w), *pool(),
                         *conv(2 * w, 4 * w), *conv(4 * w, 4 * w), *conv(4 * w, 4 * w), *conv(4 * w, 4 * w), *pool(),
                         *conv(4 * w, 8 * w))


def decoder(w):
    return nn.Sequential(*conv(8 * w, 4 * w), *up(), *conv(4 * w, 4 * w), *conv(4 * w, 4 * w), *conv(4 * w, 4 * w),
                         *conv(4 * w, 2 * w), *up(), *conv(2 * w, 2 * w), *conv(2 * w, w), *up(), *conv(w, w),
                         *conv(w, 3, relu=False))


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv_block = nn.Sequential(nn.ReflectionPad2d(1), nn.Conv2d(c, c, 3), nn.InstanceNorm2d(c), nn.ReLU(),
                                        nn.ReflectionPad2d(1), nn.Conv2d(c, c, 3), nn.InstanceNorm2d(c))

    def forward(self, x): return x + self.conv_block(x)


def generator(c, blocks=9):
    same = lambda i, o, stride=1: nn.Conv2d(i, o, 3, stride, padding=1, padding_mode='reflect')
    after = lambda o: [nn.InstanceNorm2d(o), nn.ReLU()]
    return nn.Sequential(nn.ReflectionPad2d(3), nn.Conv2d(3, c, 7), *after(c), same(c, 2 * c, 2), *after(2 * c),
                         same(2 * c, 4 * c, 2), *after(4 * c), *[Block(4 * c) for _ in range(blocks)],
                         *up(), same(4 * c, 2 * c), *after(2 * c), *up(), same(2 * c, c), *after(c),
                         nn.ReflectionPad2d(3), nn.Conv2d(c, 3, 7), nn.Tanh())


def seeded(name, shape):
    """Numbers for a tensor by its name: uniform, of He's variance; those of the last convolution fill the range of pixels."""
    seed = 2166136261
    for byte in name.encode(): seed = ((seed ^ byte) * 16777619) & 0xffffffff
    u = mix(seed + np.arange(math.prod(shape), dtype=np.uint64)).astype(np.float64) / 2**32 * 2 - 1
    spread, middle = (math.sqrt(6 / math.prod(shape[1:])), 0.0) if len(shape) == 4 else (0.1, 0.0)
    spread *= {'decoder.28.weight': 12, 'model.28.weight': 0.5}.get(name, 1)
    if name == 'decoder.28.bias': middle = 0.5
    return torch.from_numpy((u * spread + middle).astype(np.float32).reshape(shape))


def load(net, prefix):
    net.load_state_dict({k: seeded(prefix + k, tuple(v.shape)) for k, v in net.state_dict().items()}, strict=True)
    return net.eval()


def adain(content, style):
    def statistics(x): return x.mean((2, 3), keepdim=True), (x.var((2, 3), keepdim=True) + 1e-5).sqrt()
    back, front = load(decoder(WIDTH), 'decoder.'), load(encoder(WIDTH), 'encoder.')
    c, s = front(content), front(style)
    (mc, dc), (ms, ds) = statistics(c), statistics(s)
    return back((c - mc) / dc * ds + ms).clamp(0, 1)


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    image = lambda h, w: torch.from_numpy(picture(h, w))[None]
    style = image(40, 27).flip(1) / 255
    net = load(generator(WIDTH), 'model.')
    for h, w in [(32, 32), (37, 53)]:
        x = image(h, w)
        with torch.no_grad():
            jobs = [('adain', adain(x / 255, style)),
                    ('cut', net(F.pad(x / 127.5 - 1, (0, -w % 4, 0, -h % 4), mode='reflect')))]
        for name, y in jobs:
            y = y[0, :, :h, :w].contiguous().numpy()
            y.astype('<f4').tofile(os.path.join(out, f'{name}_{h}x{w}.f32'))
            print(f'{name} {h}x{w}: mean {y.mean():.3f} deviation {y.std():.3f} smallest {y.min():.3f} largest {y.max():.3f}')


if __name__ == '__main__': main()
