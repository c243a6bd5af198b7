#!/usr/bin/env python3
"""How well MUNIT's networks bring pictures back, and how much styles change what they make.

    munit_styles.py NETWORK VGG UNSEEN_A UNSEEN_B      # a file of `train munit`, a VGG-16 as safetensors; needs torch, numpy, Pillow, safetensors

Pictures are taken at 64x64. The networks are run by PyTorch's modules under the authors' keys. The distance of two pictures is the mean of that of their
features at relu1_2, relu2_2 and relu3_3, brought to length 1 at every place (LPIPS without its weights): 0 of equal pictures, 2 of opposite ones.
"""
import glob, os, re, sys
import numpy as np, torch
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import load_file
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'Tests', 'NetworksTests', 'Fixtures'))
import make_munit_reference as munit

SIZE, CODES, STYLES = 64, 6, 12


def pictures(folder):
    all = [np.asarray(Image.open(f).convert('RGB').resize((SIZE, SIZE), Image.BICUBIC)) for f in sorted(glob.glob(f'{folder}/*.png'))]
    return torch.from_numpy(np.stack(all)).permute(0, 3, 1, 2).float() / 127.5 - 1


def generators(path):
    file = {k: v.float() for k, v in load_file(path).items()}
    munit.BLOCKS = len({k for k in file if re.match(r'a\.dec\.model\.0\.model\.\d+\.model\.0\.conv\.weight', k)})
    munit.PERCEPTRON, width = file['a.mlp.model.0.fc.weight'].shape[0], file['a.enc_content.model.0.conv.weight'].shape[0]
    nets = []
    for key in 'ab':
        net = munit.Generator(width)
        net.load_state_dict({k[2:]: v for k, v in file.items() if k.startswith(f'{key}.')})
        nets.append(net.eval())
    return nets


def features(vgg, x):
    """Of x [n, 3, h, w], -1...1, by a VGG-16 of Caffe's pixels."""
    x = (x.flip(1) + 1) * 127.5 - torch.tensor([103.939, 116.779, 123.68])[:, None, None]
    found = []
    for stage, count in [(1, 2), (2, 2), (3, 3)]:
        if stage > 1: x = F.max_pool2d(x, 2)
        for i in range(1, count + 1): x = F.relu(F.conv2d(x, vgg[f'conv{stage}_{i}.weight'], vgg[f'conv{stage}_{i}.bias'], padding=1))
        found.append(F.normalize(x, dim=1))
    return found


def between(a, b): return sum(((x - y) ** 2).sum(1).mean((1, 2)) for x, y in zip(a, b)) / len(a)


def pairwise(vgg, x):
    """The mean distance of all pairs of x."""
    f = features(vgg, x)
    return torch.cat([between([y[:-k] for y in f], [y[k:] for y in f]) for k in range(1, len(x))]).mean().item()


@torch.no_grad()
def main(network, vgg, unseen_a, unseen_b):
    torch.manual_seed(0)
    (a, b), (xa, xb) = generators(network), (pictures(unseen_a), pictures(unseen_b))
    vgg = {k: v.float() for k, v in load_file(vgg).items()}
    def decode(net, content, codes): return torch.cat([net.decode(content[i:i + 1], codes[i:i + 1]) for i in range(len(codes))])
    for name, net, x in [('A', a, xa), ('B', b, xb)]:
        back = decode(net, net.enc_content(x), net.enc_style(x))
        apart = features(vgg, x)
        others = between(apart, [f.roll(1, 0) for f in apart]).mean().item()
        print(f'{name}: {len(x)} pictures come back {127.5 * (back - x).abs().mean():.1f} levels off; features {between(apart, features(vgg, back)).mean():.3f} apart,'
              f' where two pictures are {others:.3f}')
    sums = []
    for x in xa:
        content = a.enc_content(x[None]).expand(CODES, -1, -1, -1)
        sums.append(pairwise(vgg, decode(b, content, torch.randn(CODES, munit.CODE, 1, 1))))
    print(f'{CODES} random styles of one picture: features {np.mean(sums):.3f} apart (of single pictures {min(sums):.3f} to {max(sums):.3f})')

    # Each picture of A in the style of each of some pictures of B: whose statistics does it have?
    styles = xb[:STYLES]
    codes, wanted = b.enc_style(styles), [torch.cat([f.mean((2, 3)), f.std((2, 3))], 1) for f in features(vgg, styles)]
    light = styles.mean((1, 2, 3))
    nearest, follows = [], []
    for x in xa:
        made = decode(b, a.enc_content(x[None]).expand(STYLES, -1, -1, -1), codes)
        have = [torch.cat([f.mean((2, 3)), f.std((2, 3))], 1) for f in features(vgg, made)]
        apart = sum(torch.cdist(h, w) for h, w in zip(have, wanted))
        # Of several pictures in one style the content is the same, so what stays is the style's.
        nearest += (apart - apart.mean(0)).argmin(1).eq(torch.arange(STYLES)).tolist()
        follows.append(np.corrcoef(made.mean((1, 2, 3)), light)[0, 1])
    print(f'{np.mean(nearest):.1%} of the pictures of A in the style of one of {STYLES} of B are nearest to that one (by chance {1 / STYLES:.1%});'
          f' brightness goes with the style\'s: correlation {np.mean(follows):.2f}')


if __name__ == '__main__': main(*sys.argv[1:])
