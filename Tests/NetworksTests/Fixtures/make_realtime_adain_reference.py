#!/usr/bin/env python3
"""What PyTorch makes of a test picture with the real-time AdaIN: the numbers that RealtimeAdaINTests compares with.

    make_realtime_adain_reference.py [OUT]      # needs torch, numpy

OUT is by default the folder of this script. Writes NAME.f32: raw little-endian float32 [c][h][w], not clamped. The net is stylehost's own, of width 4, for
pictures of 0...1: an encoder with squares of 4x4 pixels as channels and a stride, a decoder whose features are brought to the statistics of the style at an
eighth and at a quarter of the size. Weights come from the formula of make_pair_reference.py, for the keys behind SALT: most numbers leave half of the rectifiers
dead, these hardly any.

realtime_adain_features   what the style is made of, [12][10][8] of the style picture: the deep features, each pixel four times, then the shallow ones
realtime_adain            a picture of 21x19 in that style
realtime_adain_mixed      the same in 0.7 of that style and 0.3 of another one, at 0.6 of the strength
"""
import os, sys
import torch
import torch.nn as nn, torch.nn.functional as F
from make_johnson_reference import ConvLayer, picture
from make_pair_reference import WIDTH, load

SALT = '4379.'


def image(h, w): return torch.from_numpy(picture(h, w))[None] / 255


class PlainBlock(nn.Module):
    """A residual block without norms."""
    def __init__(self, c):
        super().__init__()
        self.conv1, self.conv2 = ConvLayer(c, c, 3, 1), ConvLayer(c, c, 3, 1)

    def forward(self, x): return x + self.conv2(F.relu(self.conv1(x)))


def double(x): return F.interpolate(x, scale_factor=2, mode='nearest')


def statistics(x): return x.mean((2, 3), keepdim=True), (x.var((2, 3), keepdim=True) + 1e-5).sqrt()


class RealtimeAdaIN(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.stem, self.down = ConvLayer(48, c, 3, 1), ConvLayer(c, 2 * c, 3, 2)
        self.enc1, self.dec1, self.dec2, self.dec3 = PlainBlock(2 * c), PlainBlock(2 * c), PlainBlock(2 * c), PlainBlock(c)
        self.up1, self.up2, self.out = ConvLayer(2 * c, c, 3, 1), ConvLayer(c, c // 2, 3, 1), ConvLayer(c // 2, 12, 3, 1)

    def encode(self, x):
        x = F.pad(x, (0, -x.shape[3] % 8, 0, -x.shape[2] % 8), mode='reflect')
        shallow = F.relu(self.stem(F.pixel_unshuffle(x, 4)))
        return self.enc1(F.relu(self.down(shallow))), shallow

    def features(self, x):
        deep, shallow = self.encode(x)
        return torch.cat([double(deep), shallow], 1)

    def forward(self, x, styles, strength=1):
        """styles: pairs of a share and of the features of a picture."""
        deep = self.encode(x)[0]
        def styled(y, planes):
            mean, deviation = statistics(y)
            found = [(share, *statistics(features[:, planes])) for share, features in styles]
            return strength * sum(share * ((y - mean) / deviation * d + m) for share, m, d in found) + (1 - strength) * y
        count = deep.shape[1]
        y = self.dec2(self.dec1(styled(deep, slice(0, count))))
        y = self.dec3(styled(F.relu(self.up1(double(y))), slice(count, None)))
        y = F.avg_pool2d(F.pad(y, (0, 1, 0, 1), mode='replicate'), 2, stride=1)
        y = F.relu(self.up2(double(y)))
        y = self.out.conv2d(F.pad(y, (1, 2, 1, 2), mode='reflect'))
        return F.avg_pool2d(F.pixel_shuffle(y, 2), 2, stride=1)[..., :x.shape[2], :x.shape[3]]


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    net, x, style, other = load(RealtimeAdaIN(WIDTH), SALT), image(21, 19), image(40, 27).flip(1), image(24, 33)
    with torch.no_grad():
        features = net.features(style)
        results = {
            'realtime_adain_features': features, 'realtime_adain': net(x, [(1, features)]),
            'realtime_adain_mixed': net(x, [(.7, features), (.3, net.features(other))], .6),
        }
    for name, y in results.items():
        y = y[0].contiguous().numpy()
        y.astype('<f4').tofile(os.path.join(out, f'{name}.f32'))
        print(f'{name} {list(y.shape)}: mean {y.mean():.3f} deviation {y.std():.3f} smallest {y.min():.3f} largest {y.max():.3f}')


if __name__ == '__main__': main()
