#!/usr/bin/env python3
"""What PyTorch makes of the test pictures: the numbers that JohnsonParityTests compares with.

    make_johnson_reference.py SHARED [OUT]      # needs torch, numpy, safetensors

SHARED holds weights/johnson; OUT is by default the folder of this script. Writes NAME_HxW.f32: raw little-endian float32
[3][h][w], clamped to 0...255, not rounded. The network is the TransformerNet of pytorch/examples fast_neural_style, layer by
layer, at any width. Pictures and the weights of "seeded" come from integer formulas that SeededWeights.swift and
TestPicture.swift repeat.
"""
import math, os, sys
import numpy as np, torch
import torch.nn as nn, torch.nn.functional as F


class ConvLayer(nn.Module):
    def __init__(self, i, o, k, stride):
        super().__init__()
        self.reflection_pad = nn.ReflectionPad2d(k // 2)
        self.conv2d = nn.Conv2d(i, o, k, stride)

    def forward(self, x): return self.conv2d(self.reflection_pad(x))


class UpsampleConvLayer(ConvLayer):
    def forward(self, x): return super().forward(F.interpolate(x, mode='nearest', scale_factor=2))


class ResidualBlock(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv1, self.in1 = ConvLayer(c, c, 3, 1), nn.InstanceNorm2d(c, affine=True)
        self.conv2, self.in2 = ConvLayer(c, c, 3, 1), nn.InstanceNorm2d(c, affine=True)

    def forward(self, x): return self.in2(self.conv2(F.relu(self.in1(self.conv1(x))))) + x


class TransformerNet(nn.Module):
    def __init__(self, c):
        super().__init__()
        norm = lambda n: nn.InstanceNorm2d(n, affine=True)
        self.conv1, self.in1 = ConvLayer(3, c, 9, 1), norm(c)
        self.conv2, self.in2 = ConvLayer(c, 2 * c, 3, 2), norm(2 * c)
        self.conv3, self.in3 = ConvLayer(2 * c, 4 * c, 3, 2), norm(4 * c)
        for r in range(1, 6): setattr(self, f'res{r}', ResidualBlock(4 * c))
        self.deconv1, self.in4 = UpsampleConvLayer(4 * c, 2 * c, 3, 1), norm(2 * c)
        self.deconv2, self.in5 = UpsampleConvLayer(2 * c, c, 3, 1), norm(c)
        self.deconv3 = ConvLayer(c, 3, 9, 1)

    def forward(self, x):
        y = F.relu(self.in1(self.conv1(x)))
        y = F.relu(self.in2(self.conv2(y)))
        y = F.relu(self.in3(self.conv3(y)))
        for r in range(1, 6): y = getattr(self, f'res{r}')(y)
        y = F.relu(self.in4(self.deconv1(y)))
        y = F.relu(self.in5(self.deconv2(y)))
        return self.deconv3(y)


class RealtimeNet(nn.Module):
    """The net of stylehost's own that is made for CPUs."""
    def __init__(self, c):
        super().__init__()
        norm = lambda n: nn.InstanceNorm2d(n, affine=True)
        self.stem, self.in1 = ConvLayer(48, c, 3, 1), norm(c)
        for r in range(1, 5): setattr(self, f'res{r}', ResidualBlock(c))
        self.up, self.in2 = UpsampleConvLayer(c, c // 2, 3, 1), norm(c // 2)
        self.out = ConvLayer(c // 2, 12, 3, 1)

    def forward(self, x):
        y = F.relu(self.in1(self.stem(F.pixel_unshuffle(x, 4))))
        for r in range(1, 5): y = getattr(self, f'res{r}')(y)
        y = F.avg_pool2d(F.pad(y, (0, 1, 0, 1), mode='replicate'), 2, stride=1)
        y = F.relu(self.in2(self.up(y)))
        y = self.out.conv2d(F.pad(y, (1, 2, 1, 2), mode='reflect'))
        return F.avg_pool2d(F.pixel_shuffle(y, 2), 2, stride=1)[..., :x.shape[-2], :x.shape[-1]]


def mix(n):
    """Scrambles uint32s (the finaliser of MurmurHash3)."""
    n = np.asarray(n, np.uint64) & 0xffffffff
    n = ((n ^ (n >> np.uint64(16))) * np.uint64(0x85ebca6b)) & 0xffffffff
    n = ((n ^ (n >> np.uint64(13))) * np.uint64(0xc2b2ae35)) & 0xffffffff
    return n ^ (n >> np.uint64(16))


def picture(h, w):
    """Waves of another slope, height and offset in each channel, with some noise: whole numbers 0...255."""
    c, y, x = np.meshgrid(np.arange(3), np.arange(h), np.arange(w), indexing='ij')
    wave = np.abs((x * (5 + 3 * c) + y * (2 + 4 * c) + 40 * c) % 510 - 255)
    noise = mix((c * 1000 + y) * 1000 + x).astype(np.int64) % 16
    gain, offset = np.array([256, 160, 96])[c], np.array([0, 40, 90])[c]
    return np.clip(wave * gain // 256 + offset + noise, 0, 255).astype(np.float32)


def seeded(name, shape):
    """Numbers for a tensor by its name: uniform, spread by its fan-in; norms about 1, the last bias mid-grey."""
    seed = 2166136261
    for byte in name.encode(): seed = ((seed ^ byte) * 16777619) & 0xffffffff
    u = mix(seed + np.arange(math.prod(shape), dtype=np.uint64)).astype(np.float64) / 2**32 * 2 - 1
    spread, middle = 0.25, 0.0
    if len(shape) == 4: spread = math.sqrt(3 / (shape[1] * shape[2] * shape[3]))
    elif name.startswith('in') or '.in' in name: middle = 1.0 if name.endswith('.weight') else 0.0
    if name in ('deconv3.conv2d.weight', 'out.conv2d.weight'): spread *= 40
    if name in ('deconv3.conv2d.bias', 'out.conv2d.bias'): spread, middle = 20.0, 128.0
    return (u * spread + middle).astype(np.float32).reshape(shape)


def state(path):
    if path.endswith('.safetensors'):
        from safetensors.torch import load_file
        return load_file(path)
    return torch.load(path, map_location='cpu', weights_only=True)


def run(net, h, w):
    x = torch.from_numpy(picture(h, w))[None]
    x = F.pad(x, (0, -w % 4, 0, -h % 4), mode='reflect')
    with torch.no_grad(): y = net(x)
    return y[0, :, :h, :w].clamp(0, 255).contiguous().numpy()


def main():
    if len(sys.argv) < 2: sys.exit(__doc__)
    folder = os.path.join(sys.argv[1], 'weights', 'johnson')
    out = sys.argv[2] if len(sys.argv) > 2 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    small, all_sizes = [(32, 32), (37, 53)], [(32, 32), (64, 48), (37, 53)]
    jobs = [('mosaic', 'mosaic.safetensors', all_sizes), ('candy', 'candy.safetensors', small),
            ('mosaic_nc16', 'mosaic_nc16_b1_e2_1e05_1e10.model', small),
            ('rain-princess_nc16', 'rain-princess_nc16_b1_e2_1e05_1e10.model', small),
            ('mosaic_nc8', 'mosaic_nc8_b1_e2_1e05_1e10.model', small), ('seeded', None, all_sizes), ('realtime', None, small)]
    for name, file, sizes in jobs:
        if file:
            weights = {k: v for k, v in state(os.path.join(folder, file)).items() if '.running_' not in k}
            net = TransformerNet(weights['conv1.conv2d.weight'].shape[0])
        else:
            net = RealtimeNet(8) if name == 'realtime' else TransformerNet(4)
            weights = {k: torch.from_numpy(seeded(k, tuple(v.shape))) for k, v in net.state_dict().items()}
        net.load_state_dict(weights, strict=True)
        for h, w in sizes:
            y = run(net, h, w)
            y.astype('<f4').tofile(os.path.join(out, f'{name}_{h}x{w}.f32'))
            print(f'{name} {h}x{w}: mean {y.mean():.3f} deviation {y.std():.3f} clamped {np.mean((y <= 0) | (y >= 255)):.3f}')


if __name__ == '__main__': main()
