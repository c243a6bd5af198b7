#!/usr/bin/env python3
"""What PyTorch's optimisers make of two functions: the numbers that OptimisersTests compares with.

    make_optimiser_reference.py [OUT]      # needs torch

OUT is by default the folder of this script. Writes optimisers.json: for each case the numbers after some steps and how often the loss was asked for.
Numbers are float32; functions and their gradients are computed in double precision, as the tests do.
"""
import json, os, sys
import torch


def rosenbrock(x):
    x = x.double()
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def quadratic(x):
    """Curvatures from 1 to 1000, lowest at 1, 2, 3, ..."""
    x = x.double()
    n = torch.arange(len(x), dtype=torch.double)
    return (0.5 * 1000 ** (n / (len(x) - 1)) * (x - (n + 1)) ** 2).sum()


def run(function, start, make, steps):
    x = torch.tensor(start, dtype=torch.float32, requires_grad=True)
    optimiser, calls, rows = make([x]), [0], []

    def closure():
        optimiser.zero_grad()
        loss = function(x)
        loss.backward()
        calls[0] += 1
        return loss

    done = 0
    for step in steps:
        while done < step:
            optimiser.step(closure)
            done += 1
        rows.append({'steps': done, 'evaluations': calls[0], 'numbers': x.tolist(), 'loss': function(x).item()})
    return rows


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    hill, bowl = [-1.2, 1.0, -0.5, 0.8, 1.5, -1.0], [0.0] * 12
    adam = lambda rate: lambda p: torch.optim.Adam(p, lr=rate)
    lbfgs = lambda **o: lambda p: torch.optim.LBFGS(p, **o)
    results = {
        'adam_rosenbrock': run(rosenbrock, hill, adam(0.01), [1, 2, 10, 100, 1000]),
        'adam_quadratic': run(quadratic, bowl, adam(0.1), [1, 2, 10, 100]),
        'lbfgs_quadratic': run(quadratic, bowl, lbfgs(max_iter=4), [1, 2, 3, 12]),
        'lbfgs_rosenbrock': run(rosenbrock, hill, lbfgs(lr=0.2, max_iter=5), [1, 2, 3]),
        'lbfgs_short': run(quadratic, bowl, lbfgs(max_iter=4, history_size=3), [1, 2, 3, 4]),
        'wolfe_quadratic': run(quadratic, bowl, lbfgs(max_iter=4, line_search_fn='strong_wolfe'), [1, 2, 3, 10]),
        'wolfe_rosenbrock': run(rosenbrock, hill, lbfgs(max_iter=5, line_search_fn='strong_wolfe'), [1, 2, 3, 40]),
        'wolfe_once': run(rosenbrock, hill, lbfgs(max_iter=30, max_eval=12, line_search_fn='strong_wolfe'), [1, 2]),
    }
    with open(os.path.join(out, 'optimisers.json'), 'w') as file: json.dump(results, file, indent=1)
    for name, rows in results.items(): print(name, [(r['steps'], r['evaluations'], f"{r['loss']:.4g}") for r in rows])


if __name__ == '__main__': main()
