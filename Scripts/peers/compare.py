"""stylehost and its peers on the same nets, weights and picture, in turns; prints Markdown. Called by Scripts/bench."""
import argparse
import os
import sys

from commands import say
from report import NAMES, report
from trial import NETS, Trial


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--stylehost', required=True)
    parser.add_argument('--work', required=True)
    parser.add_argument('--nets', default='johnson,adain,cut')
    parser.add_argument('--engines', default='ours,ours-bf16,ours-int8,onnxruntime,openvino,openvino-bf16,mnn,ncnn,ncnn-bf16')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--frames', type=int, default=5)
    parser.add_argument('--warmup', type=int, default=2)
    parser.add_argument('--threads', type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument('--weights', action='append', default=[])
    parser.add_argument('--picture')
    parser.add_argument('--style')
    parser.add_argument('--quick', action='store_true')
    options = parser.parse_args()
    options.nets, options.engines = options.nets.split(','), options.engines.split(',')
    options.weights = dict(text.split('=', 1) for text in options.weights)
    if options.quick:
        options.rounds, options.frames, options.warmup = 1, 2, 1
    for name in [n for n in options.nets if n not in NETS] + [e for e in options.engines if e not in NAMES]:
        sys.exit(f'bench: {name} is not known; nets: {", ".join(NETS)}; engines: {", ".join(NAMES)}')
    trials = []
    for kind in options.nets:
        try:
            trial = Trial(kind, options)
            trial.prepare()
            trials.append(trial)
        except RuntimeError as problem:
            say(f'bench: {kind} is left out: {problem}')
    for trial in trials:
        for number in range(options.rounds):
            say(f'{trial.kind}: turn {number + 1} of {options.rounds}')
            for engine in options.engines:
                trial.turn(engine)
        trial.judge()
    if not trials:
        sys.exit('bench: no net could be run')
    report(trials, options)


if __name__ == '__main__':
    main()
