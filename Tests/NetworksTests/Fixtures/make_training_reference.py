#!/usr/bin/env python3
"""What PyTorch makes of the whole objective of a training: the numbers that TrainingParityTests compares with.

    make_training_reference.py [OUT]      # needs torch, numpy

OUT is by default the folder of this script. Writes training_NET_CONVENTION.f32: the weighted terms of the loss of one picture, then its gradient with respect
to each tensor of the network, in the order of their names. In double precision, so that the bound is one of ours alone. Weights and pictures come from
the formulas of make_johnson_reference.py and make_vgg_reference.py.
"""
import os, sys
import numpy as np, torch
from make_johnson_reference import RealtimeNet, TransformerNet, seeded
from make_vgg_reference import VGG, image, terms


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    torch.set_num_threads(1)
    photo, style, vgg = image(36, 32).double(), image(40, 33).flip(1).double(), VGG(16, 'max').double()
    for name, net in [('standard', TransformerNet(2)), ('realtime', RealtimeNet(4))]:
        net.load_state_dict({k: torch.from_numpy(seeded(k, tuple(v.shape))) for k, v in net.state_dict().items()})
        net.double()
        for convention in ['pytorch-examples', 'fast-neural-style']:
            net.zero_grad()
            # Two styles alike are one.
            parts = terms(convention, vgg, net(photo), photo, [style, style])
            sum(parts).backward()
            gradients = [p.grad.flatten() for _, p in sorted(net.named_parameters())]
            y = torch.cat([torch.stack(parts)] + gradients).detach().numpy()
            y.astype('<f4').tofile(os.path.join(out, f'training_{name}_{convention}.f32'))
            print(f'{name} {convention}: {y.size} numbers, terms', [f'{p.item():.4g}' for p in parts], 'largest gradient', f'{np.abs(y[len(parts):]).max():.4g}')
            if len(sys.argv) > 2:
                for (n, p) in sorted(net.named_parameters()): print('  ', n, f'{p.grad.abs().max():.3g}')


if __name__ == '__main__': main()
