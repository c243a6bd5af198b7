#!/usr/bin/env python3
"""USPS digits as pictures: train/N.png without classes, test/CLASS/N.png with them. 28x28, grey.

    usps_pictures.py USPS.h5 FOLDER      # needs h5py, numpy, Pillow
"""
import os, sys
import h5py, numpy as np
from PIL import Image


def main(path, folder):
    with h5py.File(path) as file:
        for part in ('train', 'test'):
            data, target = file[part]['data'][:], file[part]['target'][:]
            for i, (x, y) in enumerate(zip(data.reshape(-1, 16, 16), target)):
                out = os.path.join(folder, part, *([str(y)] if part == 'test' else []))
                os.makedirs(out, exist_ok=True)
                picture = Image.fromarray((np.clip(x, 0, 1) * 255).round().astype(np.uint8)).resize((28, 28), Image.BILINEAR)
                picture.convert('RGB').save(os.path.join(out, f'{i}.png'))


if __name__ == '__main__': main(*sys.argv[1:])
