#!/usr/bin/env python3
"""What PyTorch makes of a test picture with Johnson nets of several styles: the numbers that StylesParityTests compares with.

    make_styles_reference.py [OUT]      # needs torch, numpy

OUT is by default the folder of this script. Writes NAME.f32: raw little-endian float32 of one picture of 21x19, the values
inside the net that main() names and then the result [3][21][19] of 0...255, one behind the other. "styles" is the net of
pytorch/examples with three rows in every norm, mixed as 0.7 of the first and 0.3 of the last; "magenta" that of
image_stylization: no biases, a norm and a sigmoid at its end, values of 0...1. Weights come from integer formulas that
SeededStyles.swift repeats.
"""
import math, os, sys
import numpy as np, torch
import torch.nn.functional as F
from make_johnson_reference import TransformerNet, mix, picture, seeded

H, W, STYLES, SHARES = 21, 19, 3, [0.7, 0.0, 0.3]


def mixed(rows): return torch.einsum('s,sc->c', torch.tensor(SHARES, dtype=torch.float64), rows.double()).float()


def styles(x):
    net, seen = TransformerNet(4).eval(), {}
    state = {}
    for key, value in net.state_dict().items():
        rows = tuple(value.shape) if value.ndim == 4 or '.conv2d.' in key else (STYLES, *value.shape)
        numbers = torch.from_numpy(seeded(key, rows))
        state[key] = mixed(numbers) if rows != tuple(value.shape) else numbers
    net.load_state_dict(state, strict=True)
    for name in ('in2', 'res3', 'in4'):
        getattr(net, name).register_forward_hook(lambda module, taken, given, name=name: seen.update({name: given[0]}))
    y = net(x)[0, :, :H, :W].clamp(0, 255)
    return [seen['in2'], seen['res3'], seen['in4'], y]


def numbers(name, shape):
    """Numbers for a variable by its name. The first convolution is so weak that the epsilon of its norm counts: without that
    the norm hides any scale of the picture."""
    seed = 2166136261
    for byte in name.encode(): seed = ((seed ^ byte) * 16777619) & 0xffffffff
    u = mix(seed + np.arange(math.prod(shape), dtype=np.uint64)).astype(np.float64) / 2**32 * 2 - 1
    spread, middle = 0.25, 1.0 if name.endswith('gamma') else 0.0
    if len(shape) == 4: spread = math.sqrt(6 / math.prod(shape[:3]))
    if name == 'transformer/contract/conv1/weights': spread *= 0.02
    return torch.from_numpy((u * spread + middle).astype(np.float32).reshape(shape))


def magenta(x, c=4):
    def stage(x, key, i, o, kernel, stride=1):
        weight = numbers(f'transformer/{key}/weights', (kernel, kernel, i, o)).permute(3, 2, 0, 1)
        gamma, beta = (mixed(numbers(f'transformer/{key}/InstanceNorm/{name}', (STYLES, o))) for name in ('gamma', 'beta'))
        y = F.conv2d(F.pad(x, (kernel // 2,) * 4, mode='reflect'), weight, stride=stride)
        return F.instance_norm(y, weight=gamma, bias=beta, eps=1e-5)
    seen = []
    y = F.relu(stage(x / 255, 'contract/conv1', 3, c, 9))
    y = F.relu(stage(y, 'contract/conv2', c, 2 * c, 3, 2))
    y = F.relu(stage(y, 'contract/conv3', 2 * c, 4 * c, 3, 2))
    seen.append(y[0])
    for r in range(1, 6):
        z = F.relu(stage(y, f'residual/residual{r}/conv1', 4 * c, 4 * c, 3))
        y = y + stage(z, f'residual/residual{r}/conv2', 4 * c, 4 * c, 3)
    seen.append(y[0])
    double = lambda x: F.interpolate(x, scale_factor=2, mode='nearest')
    y = F.relu(stage(double(y), 'expand/conv1/conv', 4 * c, 2 * c, 3))
    seen.append(y[0])
    y = F.relu(stage(double(y), 'expand/conv2/conv', 2 * c, c, 3))
    y = torch.sigmoid(stage(y, 'expand/conv3/conv', c, 3, 9))
    return seen + [y[0, :, :H, :W] * 255]


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    x = F.pad(torch.from_numpy(picture(H, W))[None], (0, -W % 4, 0, -H % 4), mode='reflect')
    with torch.no_grad(): jobs = [('styles', styles(x)), ('magenta', magenta(x))]
    for name, parts in jobs:
        data = np.concatenate([part.contiguous().numpy().astype('<f4').ravel() for part in parts])
        data.tofile(os.path.join(out, f'{name}.f32'))
        print(f'{name}: {[tuple(part.shape) for part in parts]}; result mean {parts[-1].mean():.1f} deviation {parts[-1].std():.1f}')


if __name__ == '__main__': main()
