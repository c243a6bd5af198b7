#!/usr/bin/env python3
"""An AdaIN pair as Huang's AdaIN-style saves it, and what PyTorch makes of a test picture with it.

    make_adain_torch7.py [OUT]      # needs torch, numpy

OUT is by default the folder of this script. Writes adain_encoder.t7 and adain_decoder.t7, a pair of width 2 with the formula's weights of
make_pair_reference.py, and adain_torch7.f32: raw little-endian float32 [3][21][19] of 0...1. The encoder's convolutions are
SpatialConvolutionMM, which keeps weights as matrices; the decoder's are SpatialConvolution.
"""
import os, pathlib, sys
import torch, torch.nn as nn
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'WeightsTests' / 'Fixtures'))
import torch7_writer as t7
from make_adain_reference import adain, image
from make_pair_reference import decoder, encoder, load

WIDTH = 2


def convolution(layer, matrix):
    o, i, h, w = layer.weight.shape
    weight = layer.weight.detach().numpy()
    return t7.Module('nn.SpatialConvolutionMM' if matrix else 'nn.SpatialConvolution', {
        'nInputPlane': i, 'nOutputPlane': o, 'kW': w, 'kH': h, 'dW': 1, 'dH': 1, 'padW': 0, 'padH': 0,
        'weight': weight.reshape(o, -1) if matrix else weight, 'bias': layer.bias.detach().numpy()})


def module(layer, matrix):
    match layer:
        case nn.Conv2d(): return convolution(layer, matrix)
        case nn.ReflectionPad2d():
            return t7.Module('nn.SpatialReflectionPadding', {'pad_l': 1, 'pad_r': 1, 'pad_t': 1, 'pad_b': 1})
        case nn.ReLU(): return t7.Module('nn.ReLU', {'inplace': True, 'threshold': 0, 'val': 0})
        case nn.MaxPool2d(): return t7.Module('nn.SpatialMaxPooling', {'kW': 2, 'kH': 2, 'dW': 2, 'dH': 2, 'ceil_mode': True})
        case nn.Upsample(): return t7.Module('nn.SpatialUpSamplingNearest', {'scale_factor': 2})


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    front, back = load(encoder(WIDTH), 'encoder.'), load(decoder(WIDTH), 'decoder.')
    for name, net, matrix in [('encoder', front, True), ('decoder', back, False)]:
        layers = [module(layer, matrix) for layer in net]
        t7.write(os.path.join(out, f'adain_{name}.t7'), t7.Module('nn.Sequential', {'modules': layers}))
    with torch.no_grad():
        x = image(21, 19)
        y = back(adain(front(x), front(image(40, 27).flip(1))))[0, :, :21, :19].clamp(0, 1).contiguous().numpy()
    y.astype('<f4').tofile(os.path.join(out, 'adain_torch7.f32'))
    print(f'mean {y.mean():.3f} deviation {y.std():.3f} smallest {y.min():.3f} largest {y.max():.3f}')


if __name__ == '__main__': main()
