"""Whole pipelines in turns: stylehost against VapourSynth + vs-mlrt, and its passthrough against ffmpeg's. Called by Scripts/bench."""
import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import time
from statistics import median

import machine
import nets
from commands import fresh_weights, precision, quoted, run, say
from report import ratio, table

SCRIPT = '''import vapoursynth as vs
core = vs.core
clip = core.bs.VideoSource({clip!r}, cachemode=0)[:{frames}]
rgb = core.resize.Bicubic(clip, format=vs.RGBS, matrix_in_s="709", range_in_s="limited")
settings = lambda: dict(INFERENCE_NUM_THREADS={threads}, INFERENCE_PRECISION_HINT={precision!r})
made = core.ov.Model(core.std.Expr(rgb, "x 255 *"), network_path={net!r}, device="CPU", config=settings)
core.resize.Bicubic(core.std.Expr(made, "x 255 /"), format=vs.YUV420P8, matrix_s="709").set_output()
'''


def stylehost(options, name):
    """Frames per second of a whole run, start and compiling included."""
    clock = time.perf_counter()
    run([options.stylehost, 'run', '-q', '-y', '--threads', str(options.threads), '--frames', str(options.frames),
         '-s', options.spec, '-f', 'y4m', options.clip, '/dev/null'] + precision(name))
    return options.frames / (time.perf_counter() - clock)


def can_have(options, name):
    """Whether stylehost computes in a precision on this machine, and in no other in its place."""
    return name == json.loads(run([options.stylehost, 'bench', '--json', '-s', options.spec, '--size', '64x64',
                                   '--frames', '1'] + precision(name)))['precision']


def vapoursynth(options, name):
    """Frames per second by vspipe's own clock, which starts when everything is loaded and compiled."""
    if not options.vapoursynth:
        raise RuntimeError('no Python 3.12 with the packages vapoursynth, vapoursynth-mlrt-ov, vapoursynth-bestsource')
    script = f'{options.work}/{name}.vpy'
    with open(script, 'w') as file:
        file.write(SCRIPT.format(clip=options.clip, frames=options.frames, threads=options.threads, precision=name,
                                 net=options.net))
    words = subprocess.run([options.vapoursynth + '/bin/vspipe', script, '-c', 'y4m', '/dev/null'], text=True,
                           capture_output=True, env=os.environ | {'XDG_CONFIG_HOME': options.vapoursynth + '/config'})
    found = re.search(r'Output \d+ frames in [0-9.]+ seconds \(([0-9.]+) fps\)', words.stderr)
    if not found:
        raise RuntimeError((words.stderr.strip().splitlines() or ['vspipe says nothing'])[-1][-200:])
    return float(found[1])


def in_turns(rounds, contestants):
    """The median of each contestant's figures, and why some have none."""
    figures, reasons = {}, {}
    for _ in range(rounds):
        for name, measure in contestants.items():
            if name in reasons:
                continue
            try:
                figures.setdefault(name, []).append(measure())
                say(f'{name}: {figures[name][-1]:.2f} fps')
            except Exception as problem:  # whatever stops one, the others go on
                figures.pop(name, None)
                reasons[name] = str(problem).splitlines()[0]
                say(f'{name}: absent, {reasons[name]}')
    return {name: median(values) for name, values in figures.items()}, reasons


def print_figures(heads, figures, reasons, ours, peers):
    best = [max((figures[n] for n in names if n in figures), default=None) for names in (ours, peers)]
    print(table(heads, [[name, f'{value:.2f}'] for name, value in figures.items()] + [
        ['best of ours / best peer', ratio(*best)]]))
    for name, reason in reasons.items():
        print(f'\nAbsent: {name}: {reason}')


def passthrough(options):
    """Raw 1080p frames from pipe to pipe."""
    source, count = options.work + '/1080p.y4m', 60 if options.quick else 240
    run(['ffmpeg', '-v', 'error', '-nostdin', '-y', '-f', 'lavfi', '-i', 'testsrc2=size=1920x1080:rate=25',
         '-frames:v', str(count), '-f', 'yuv4mpegpipe', source])

    def through(command):
        clock = time.perf_counter()
        run(['bash', '-c', f'set -o pipefail; cat {shlex.quote(source)} | {command} | cat >/dev/null'])
        return count / (time.perf_counter() - clock)
    program = shlex.quote(options.stylehost)
    contestants = {'**stylehost**': lambda: through(f'{program} run -q - -'),
                   'ffmpeg': lambda: through('ffmpeg -v error -i - -f yuv4mpegpipe -')}
    figures, reasons = in_turns(options.rounds, contestants)
    print('\nPassthrough of 1080p YUV4MPEG, from pipe to pipe:\n')
    print_figures(['', 'fps'], figures, reasons, ['**stylehost**'], ['ffmpeg'])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('clip')
    parser.add_argument('--stylehost', required=True)
    parser.add_argument('--work', required=True)
    parser.add_argument('--vapoursynth')
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--frames', type=int, default=24)
    parser.add_argument('--threads', type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument('--weights', action='append', default=[])
    parser.add_argument('--quick', action='store_true')
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.frames = 1, 4
    options.clip = os.path.abspath(options.clip)
    try:
        probe = json.loads(run(['ffprobe', '-v', 'error', '-select_streams', 'v:0', '-show_entries',
                                'stream=width,height', '-of', 'json', options.clip]))['streams'][0]
        weights = dict(text.split('=', 1) for text in options.weights).get('johnson') or fresh_weights(
            options.stylehost, 'johnson', options.work + '/johnson.safetensors')
        options.spec, options.net = f'johnson:model={quoted(weights)}', options.work + '/net.onnx'
        nets.build('johnson', weights, probe['width'], probe['height'], options.net)
        cost = json.loads(run([options.stylehost, 'bench', '--json', '-s', options.spec, '-i', options.clip,
                               '--frames', '6', '--threads', str(options.threads)]))
    except (RuntimeError, LookupError, ValueError) as problem:
        sys.exit(f'bench: {problem}')

    ours = [n for n in ('f32', 'bf16', 'int8') if can_have(options, n)]
    contestants = {f'**stylehost {n}**': lambda n=n: stylehost(options, n) for n in ours}
    contestants |= {f'VapourSynth + vs-mlrt (OpenVINO) {n}': lambda n=n: vapoursynth(options, n) for n in ('f32', 'bf16')}
    figures, reasons = in_turns(options.rounds, contestants)
    print(machine.describe(options.threads))
    print(f'\n{options.frames} frames of {probe["width"]}x{probe["height"]} through the Johnson net to YUV4MPEG, median of '
          f'{options.rounds}; start and compiling count for stylehost, not for VapourSynth:\n')
    ours = [name for name in contestants if 'stylehost' in name]
    print_figures(['', 'fps'], figures, reasons, ours, [name for name in contestants if name not in ours])
    print(f'\nThe host\'s own share of a frame, everything but the net: {100 * cost["host_share"]:.2f} % (f32).')
    passthrough(options)


if __name__ == '__main__':
    main()
