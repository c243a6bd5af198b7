#!/usr/bin/env python3
"""How often a classifier of two kinds of faces takes a translated picture for one of the other kind.

    faces.py A B UNSEEN_A UNSEEN_B TRANSLATED...      # folders; needs torch, numpy, Pillow

Trains a small network on the pictures of A and of B at 64x64, says how often it is right of those it has not seen, and of each folder of translated
pictures how many it takes for B.
"""
import glob, sys
import numpy as np, torch, torch.nn as nn, torch.nn.functional as F
from PIL import Image

SIZE, STEPS = 64, 400


def pictures(folder):
    files = sorted(glob.glob(f'{folder}/*.png') + glob.glob(f'{folder}/*.jpg'))
    all = [np.asarray(Image.open(f).convert('RGB').resize((SIZE, SIZE), Image.BICUBIC)) for f in files]
    return torch.from_numpy(np.stack(all)).permute(0, 3, 1, 2).float() / 127.5 - 1


def stage(i, o): return nn.Sequential(nn.Conv2d(i, o, 3, 2, 1), nn.GroupNorm(4, o), nn.ReLU())


def main(a, b, unseen_a, unseen_b, *translated):
    torch.manual_seed(0)
    net = nn.Sequential(stage(3, 16), stage(16, 32), stage(32, 64), stage(64, 64), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(.3), nn.Linear(64, 1))
    x = [pictures(a), pictures(b)]
    adam = torch.optim.Adam(net.parameters(), 2e-3, weight_decay=1e-4)
    for step in range(STEPS):
        batch = torch.cat([p[torch.randint(len(p), (16,))] for p in x])
        if step % 2: batch = batch.flip(3)
        # Colours of the light say nothing about the kind.
        batch = batch * (1 + .2 * torch.randn(32, 3, 1, 1)) + .1 * torch.randn(32, 3, 1, 1)
        y = torch.cat([torch.zeros(16), torch.ones(16)])
        loss = F.binary_cross_entropy_with_logits(net(batch)[:, 0], y)
        adam.zero_grad(); loss.backward(); adam.step()
    net.eval()
    def share(folder): return (net(pictures(folder))[:, 0] > 0).float().mean().item()
    with torch.no_grad():
        print(f'taken for B: {share(unseen_a):.1%} of unseen pictures of A, {share(unseen_b):.1%} of B')
        for folder in translated: print(f'{folder}: {share(folder):.1%}')


if __name__ == '__main__': main(*sys.argv[1:])
