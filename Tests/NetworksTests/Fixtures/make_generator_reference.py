#!/usr/bin/env python3
"""What PyTorch makes of a test picture with residual generators of every form: the numbers GeneratorParityTests compares with.

    make_generator_reference.py [SHARED [OUT]]      # needs torch, numpy

OUT is by default the folder of this script. Writes generator_FORM.f32: raw little-endian float32 of one picture of 21x19, the
outputs of the modules named in TAPS and then the result [3][21][19], one behind the other. Where SHARED holds
weights/generators, writes also NAME_HxW.f32 for the trained generators there. The generators are those of CycleGAN, CUT, GAN
Compression and SFIT, module by module. Weights come from an integer formula that SeededGenerators.swift repeats.
"""
import math, os, sys
import numpy as np, torch
import torch.nn as nn, torch.nn.functional as F
from make_johnson_reference import mix, picture

WIDTH, H, W = 4, 21, 19


class BlurDown(nn.Module):
    def __init__(self, c):
        super().__init__()
        row = torch.tensor([1., 2., 1.])
        self.register_buffer('filt', (row[:, None] * row / 16).expand(c, 1, 3, 3).clone())

    def forward(self, x): return F.conv2d(F.pad(x, (1, 1, 1, 1), mode='reflect'), self.filt, stride=2, groups=x.shape[1])


class BlurUp(nn.Module):
    def __init__(self, c):
        super().__init__()
        row = torch.tensor([1., 3., 3., 1.])
        self.register_buffer('filt', (row[:, None] * row / 64 * 4).expand(c, 1, 4, 4).clone())

    def forward(self, x):
        y = F.pad(x, (1, 1, 1, 1), mode='replicate')
        return F.conv_transpose2d(y, self.filt, stride=2, padding=2, groups=x.shape[1])[:, :, 1:-1, 1:-1]


class Separable(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(i, i, 3, groups=i), nn.InstanceNorm2d(i), nn.Conv2d(i, o, 1))

    def forward(self, x): return self.conv(x)


def layers(c, inner, norm, kind):
    conv = Separable if kind == 'mobile' else lambda i, o: nn.Conv2d(i, o, 3)
    dropout = [nn.Dropout(0.5)] if kind in ('mobile', 'dropout') else []
    return nn.Sequential(nn.ReflectionPad2d(1), conv(c, inner), norm(inner), nn.ReLU(), *dropout,
                         nn.ReflectionPad2d(1), conv(inner, c), norm(c))


class Block(nn.Module):
    """CycleGAN's, CUT's and GAN Compression's name."""
    def __init__(self, *options):
        super().__init__()
        self.conv_block = layers(*options)

    def forward(self, x): return x + self.conv_block(x)


class ShortBlock(nn.Module):
    """SFIT's name."""
    def __init__(self, *options):
        super().__init__()
        self.block = layers(*options)

    def forward(self, x): return x + self.block(x)


def generator(planes, inner, down, up, block=Block, kind='plain', affine=False, colours=3):
    """planes: after the first convolution, the reductions and the enlargements; inner: inside of each block."""
    norm = lambda c: nn.InstanceNorm2d(c, affine=affine)
    c = planes[0]
    net = [nn.ReflectionPad2d(3), nn.Conv2d(colours, c, 7), norm(c), nn.ReLU()]
    for n in planes[1:3]:
        net += [nn.Conv2d(c, n, 3, stride=2 if down == 'strided' else 1, padding=1), norm(n), nn.ReLU()]
        net += [BlurDown(n)] if down == 'blurred' else []
        c = n
    net += [block(c, i, norm, kind) for i in inner]
    for n in planes[3:5]:
        if up == 'transposed': net += [nn.ConvTranspose2d(c, n, 3, stride=2, padding=1, output_padding=1)]
        else: net += [nn.Upsample(scale_factor=2) if up == 'nearest' else BlurUp(c), nn.Conv2d(c, n, 3, padding=1)]
        net += [norm(n), nn.ReLU()]
        c = n
    return nn.Sequential(*net, nn.ReflectionPad2d(3), nn.Conv2d(c, colours, 7), nn.Tanh())


def plain(blocks, down, up, **more):
    c = WIDTH
    return generator([c, 2 * c, 4 * c, 2 * c, c], [4 * c] * blocks, down, up, **more)


FORMS = {
    'cut9': lambda: plain(9, 'blurred', 'blurred'), 'cut6': lambda: plain(6, 'blurred', 'blurred'),
    'no_antialias': lambda: plain(6, 'strided', 'blurred'), 'no_antialias_up': lambda: plain(6, 'blurred', 'transposed'),
    'cyclegan': lambda: plain(9, 'strided', 'transposed'), 'dropout': lambda: plain(6, 'strided', 'transposed', kind='dropout'),
    'affine': lambda: plain(9, 'strided', 'transposed', block=ShortBlock, affine=True),
    'mobile': lambda: generator([4, 6, 16, 5, 3], [10, 16, 12], 'strided', 'transposed', kind='mobile'),
    'sfit': lambda: plain(3, 'strided', 'nearest', block=ShortBlock),
    'sfit_grey': lambda: plain(3, 'strided', 'nearest', block=ShortBlock, colours=1),
}
# The first norm of a reduction, the last block, the first norm of an enlargement.
TAPS = {
    'cut9': [9, 20, 23], 'cut6': [9, 17, 20], 'no_antialias': [8, 15, 18], 'no_antialias_up': [9, 17, 19],
    'cyclegan': [8, 18, 20], 'dropout': [8, 15, 17], 'affine': [8, 18, 20], 'mobile': [8, 12, 14], 'sfit': [8, 12, 15],
    'sfit_grey': [8, 12, 15],
}


def seeded(name, shape):
    """Numbers for a tensor by its name. The first convolution is so weak that the epsilon of the norm behind it counts: without
    that the norm hides any scale of the picture."""
    seed = 2166136261
    for byte in name.encode(): seed = ((seed ^ byte) * 16777619) & 0xffffffff
    u = mix(seed + np.arange(math.prod(shape), dtype=np.uint64)).astype(np.float64) / 2**32 * 2 - 1
    spread, middle = 0.25, 0.0
    if len(shape) == 4: spread = math.sqrt(6 / math.prod(shape[1:]))
    elif shape[0] > 3 and name.split('.')[-1] == 'weight': middle = 1.0
    if name == 'model.1.weight': spread *= 0.005
    if shape[2:] == (7, 7) and shape[0] <= 3: spread *= 0.5
    return torch.from_numpy((u * spread + middle).astype(np.float32).reshape(shape))


def run(net, x):
    """The result for a picture [1, 3, h, w] of -1...1 of any size."""
    h, w = x.shape[2:]
    return net(F.pad(x, (0, -w % 4, 0, -h % 4), mode='reflect'))[0, :, :h, :w]


def seeded_form(name):
    net = FORMS[name]().eval()
    state = {k: v if k.endswith('.filt') else seeded('model.' + k, tuple(v.shape)) for k, v in net.state_dict().items()}
    net.load_state_dict(state, strict=True)
    x = torch.from_numpy(picture(H, W))[None] / 127.5 - 1
    if name == 'sfit_grey': x = (x * torch.tensor([0.299, 0.587, 0.114])[:, None, None]).sum(1, keepdim=True)
    seen = []
    for n in TAPS[name]: net[n].register_forward_hook(lambda module, taken, given: seen.append(given[0]))
    y = run(net, x)
    return seen + [y.expand(3, H, W)]


def trained(path, norm):
    state = torch.load(path, map_location='cpu', weights_only=True)
    state = {k.removeprefix('model.'): v for k, v in state.items()}
    block, kind = (ShortBlock, 'plain') if '10.block.1.weight' in state else (Block, 'mobile')
    first = '1.conv.0.weight' if kind == 'mobile' else '1.weight'
    numbers = [n for n in range(10, 40) if any(f'{n}.{b}.{first}' in state for b in ('block', 'conv_block'))]
    end = numbers[-1] + 1
    planes = [state[f'{n}.weight'].shape[0] for n in (1, 4, 7)] + [state[f'{n}.weight'].shape[1] for n in (end, end + 3)]
    inner = [state[f'{n}.conv_block.1.conv.2.weight'].shape[0] if kind == 'mobile' else planes[2] for n in numbers]
    net = generator(planes, inner, 'strided', 'transposed', block=block, kind=kind, affine=norm == 'affine').eval()
    net.load_state_dict(state, strict=True)
    return net


def save(out, name, parts):
    data = np.concatenate([part.contiguous().numpy().astype('<f4').ravel() for part in parts])
    data.tofile(os.path.join(out, f'{name}.f32'))
    print(f'{name}: {data.nbytes} bytes; result mean {parts[-1].mean():.3f} deviation {parts[-1].std():.3f}')


def main():
    shared = os.path.join(sys.argv[1], 'weights', 'generators') if len(sys.argv) > 1 else ''
    out = sys.argv[2] if len(sys.argv) > 2 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    with torch.no_grad():
        for name in FORMS: save(out, f'generator_{name}', seeded_form(name))
        files = [('vintage', 'vintage_resnet9_affine_in.pth', 'affine'), ('horse2zebra', 'horse2zebra_mobile_resnet9.pth', '')]
        for name, file, norm in files if os.path.isdir(shared) else []:
            net = trained(os.path.join(shared, file), norm)
            for h, w in [(32, 32), (37, 53)]:
                save(out, f'{name}_{h}x{w}', [run(net, torch.from_numpy(picture(h, w))[None] / 127.5 - 1)])


if __name__ == '__main__': main()
