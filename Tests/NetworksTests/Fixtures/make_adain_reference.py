#!/usr/bin/env python3
"""What PyTorch makes of the test pictures with AdaIN and its options: the numbers that AdaINParityTests compares with.

    make_adain_reference.py SHARED [OUT]      # needs torch, numpy

SHARED holds weights/arbitrary/{distilled-vgg19,microast}; OUT is by default the folder of this script. Writes NAME.f32: raw little-endian
float32 [c][h][w]; pictures are clamped to 0...1. The pair is that of make_pair_reference.py, whose weights come from a formula;
"distilled" is the genuine pair of Collaborative-Distillation in its author's layer order, on a picture reflected to a multiple of
8; "microast" the genuine MicroAST. Colours are kept and styles are mixed as pytorch-AdaIN does it; regions take the pixels inside a mask out, as AdaIN-style does.
"""
import os, sys
import numpy as np, torch
import torch.nn.functional as F
from make_johnson_reference import picture
from make_pair_reference import WIDTH, decoder, encoder, load


def image(h, w): return torch.from_numpy(picture(h, w))[None] / 255


def statistics(x):
    x = x.reshape(x.shape[0], x.shape[1], -1)
    return x.mean(2)[..., None, None], (x.var(2) + 1e-5).sqrt()[..., None, None]


def adain(content, style):
    (mc, dc), (ms, ds) = statistics(content), statistics(style)
    return (content - mc) / dc * ds + ms


def coral(source, target):
    """source in the colours of target, [3][h][w] each, in double precision. As pytorch-AdaIN, whose pictures have about equally many
    pixels, but correlations are divided by their number, so that contrast does not depend on it."""
    def standardised(x):
        x = x.double().reshape(3, -1)
        mean, deviation = x.mean(1, keepdim=True), x.std(1, keepdim=True)
        n = (x - mean) / deviation
        return n, mean, deviation, (n @ n.T + torch.eye(3, dtype=torch.double)) / n.shape[1]

    def root(x):
        u, d, v = torch.svd(x)
        return u @ d.sqrt().diag() @ v.T

    s, _, _, cs = standardised(source)
    _, mean, deviation, ct = standardised(target)
    return (root(ct) @ torch.inverse(root(cs)) @ s * deviation + mean).reshape(source.shape).float()


def regions(content, styles, masks):
    """Each style on the pixels inside its mask (bool, the size of the features), content elsewhere."""
    result = content.clone()
    for style, mask in zip(styles, masks):
        inside = content[:, :, mask]
        ms, ds = statistics(style)
        mean, deviation = inside.mean(2, keepdim=True), (inside.var(2, keepdim=True) + 1e-5).sqrt()
        result[:, :, mask] = (inside - mean) / deviation * ds[..., 0] + ms[..., 0]
    return result


def distilled(shared, content, style):
    def read(name): return torch.load(os.path.join(shared, 'weights/arbitrary/distilled-vgg19', name), map_location='cpu')['model']
    front, back = read('encoder_relu4_1.pth'), read('decoder_relu4_1.pth')

    def conv(x, w, name): return F.relu(F.conv2d(F.pad(x, (1, 1, 1, 1), mode='reflect'), w[name + '.weight'], w[name + '.bias']))

    def encode(x):
        x = F.conv2d(x, front['conv0.weight'], front['conv0.bias'])
        for name in ['conv11', 'conv12', '', 'conv21', 'conv22', '', 'conv31', 'conv32', 'conv33', 'conv34', '', 'conv41']:
            x = conv(x, front, name) if name else F.max_pool2d(x, 2, 2)
        return x

    def decode(x):
        for name in ['conv41', '', 'conv34', 'conv33', 'conv32', 'conv31', '', 'conv22', 'conv21', '', 'conv12', 'conv11']:
            x = conv(x, back, name) if name else F.interpolate(x, scale_factor=2, mode='nearest')
        return x

    def whole(x): return F.pad(x, (0, -x.shape[3] % 8, 0, -x.shape[2] % 8), mode='reflect')
    h, w = content.shape[2:]
    return decode(adain(encode(whole(content)), encode(whole(style))))[:, :, :h, :w]


def microast(shared, content, style, alpha):
    def read(name):
        return torch.load(os.path.join(shared, f'weights/arbitrary/microast/{name}_iter_160000.pth.tar'), map_location='cpu')
    front, back, modulator, decoder = (read(n) for n in ['content_encoder', 'style_encoder', 'modulator', 'decoder'])

    def conv(x, weights, key, stride=1):
        w, b = weights[f'{key}.conv_layer.weight'], weights[f'{key}.conv_layer.bias']
        pad = w.shape[2] // 2
        return F.conv2d(F.pad(x, (pad,) * 4, mode='reflect'), w, b, stride, groups=x.shape[1] // w.shape[1])

    def block(x, weights, key): return x + conv(F.relu(conv(x, weights, f'{key}.conv1')), weights, f'{key}.conv2')

    def encode(x, weights):
        for key, stride in [(0, 1), (2, 2), (4, 1), (6, 2), (8, 1)]: x = F.relu(conv(x, weights, f'enc1.{key}', stride))
        x = block(x, weights, 'enc1.10')
        return x, block(x, weights, 'enc2.0')

    def factor(x, key): return conv(x, modulator, f'{key}.0').mean((2, 3), keepdim=True)

    def modulated(x, key, w, b):
        y = F.relu(w * conv(x, decoder, f'{key}.conv1') + b * x)
        return x + w * conv(y, decoder, f'{key}.conv2') + b * y

    x, styles = encode(content, front)[1], encode(style, back)
    for key, depth in [('dec1', 1), ('dec2', 0)]:
        x = alpha * adain(x, styles[depth]) + (1 - alpha) * x
        x = modulated(x, key, factor(styles[depth], f'weight{depth + 1}'), factor(styles[depth], f'bias{depth + 1}'))
    for wide, narrow in [(1, 3), (6, 8)]:
        x = F.relu(conv(F.interpolate(x, scale_factor=2, mode='bilinear', align_corners=False), decoder, f'dec3.{wide}'))
        x = F.relu(conv(x, decoder, f'dec3.{narrow}'))
    return conv(x, decoder, 'dec3.10')[:, :, :content.shape[2], :content.shape[3]]


def main():
    out = sys.argv[2] if len(sys.argv) > 2 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    front, back = load(encoder(WIDTH), 'encoder.'), load(decoder(WIDTH), 'decoder.')
    style, other = image(40, 27).flip(1), image(24, 33)
    x, wide = image(21, 19), image(21, 37)

    def paint(features, like): return back(features)[:, :, :like.shape[2], :like.shape[3]].clamp(0, 1)

    with torch.no_grad():
        c, s, o = front(x), front(style), front(other)
        mixed = 0.7 * adain(c, s) + 0.3 * adain(c, o)
        left = torch.zeros(3, 5, dtype=torch.bool)
        left[:, :2] = True
        keep = coral(style[0], x[0])[None]
        results = {
            'adain_features': c, 'adain_target': adain(c, s), 'adain_result': paint(adain(c, s), x),
            'adain_alpha0': paint(c, x), 'adain_mixed': paint(0.6 * mixed + 0.4 * c, x),
            'adain_regions': paint(regions(front(wide), [s, o], [left, ~left]), wide),
            'adain_coral': coral(image(9, 7).flip(1)[0], x[0])[None], 'adain_keep': paint(adain(c, front(keep)), x),
            'adain_distilled': distilled(sys.argv[1], image(37, 53), style).clamp(0, 1),
            'microast': microast(sys.argv[1], image(37, 53), style, 0.8).clamp(0, 1),
        }
    for name, y in results.items():
        y = y[0].contiguous().numpy()
        y.astype('<f4').tofile(os.path.join(out, f'{name}.f32'))
        print(f'{name} {list(y.shape)}: mean {y.mean():.3f} deviation {y.std():.3f} smallest {y.min():.3f} largest {y.max():.3f}')


if __name__ == '__main__': main()
