"""The figures as Markdown."""
from statistics import median

import machine
from trial import OURS

NAMES = {'ours': '**stylehost f32**', 'ours-bf16': '**stylehost bf16**', 'ours-int8': '**stylehost int8**',
         'ours-auto': '**stylehost auto**', 'onnxruntime': 'ONNX Runtime', 'openvino': 'OpenVINO f32',
         'openvino-bf16': 'OpenVINO bf16', 'mnn': 'MNN', 'ncnn': 'ncnn', 'ncnn-bf16': 'ncnn bf16'}


def ratio(ours, peer):
    return f'{ours / peer:.2f}' if ours and peer else '-'


def table(heads, rows):
    lines = ['| ' + ' | '.join(heads) + ' |', '|' + '---|' * len(heads)]
    return '\n'.join(lines + ['| ' + ' | '.join(row) + ' |' for row in rows])


def report(trials, options):
    engines = options.engines
    single = [e for e in engines if e not in OURS and 'bf16' not in e]
    reduced = [e for e in engines if e in OURS and e != 'ours']
    peers = [e for e in engines if e not in OURS]
    print(machine.describe(options.threads) + '\n')
    print(f'Median of {options.rounds} turn{"s" if options.rounds > 1 else ""}, each the median of {options.frames} frames, in ms:\n')
    print(table(['net'] + [NAMES[e] for e in engines] + ['f32 / best f32 peer', 'reduced / best peer'], [
        [f'{t.title}, {t.size}'] + [f'{median(t.times[e]):.1f}' if t.times.get(e) else '-' for e in engines]
        + [ratio(t.best(['ours']), t.best(single)), ratio(t.best(reduced), t.best(peers))] for t in trials]))
    for t in trials:
        print(f'\n{t.title}, {t.size}:\n')
        rows = []
        for e in engines:
            if e not in t.times:
                continue
            decibels = t.decibels(e)
            rows.append([NAMES[e], f'{median(t.times[e]):.1f}', f'{min(t.times[e]):.1f}',
                         f'{t.errors[e]:.1e}' if e in t.errors else '-',
                         f'{decibels:.1f}' if decibels is not None else '-', f'{t.memory[e] / 2**20:.0f}'])
        print(table(['', 'median ms', 'least ms', 'relative error', 'dB of 8 bits', 'MiB'], rows))
        ours = t.notes.get('ours')
        if ours:
            print(f'\nCompile {ours["compile_ms"]:.0f} ms, host share {100 * ours["host_share"]:.2f} %, '
                  f'CPU level {ours["cpu_level"]}, {ours["threads"]} threads.')
        if not t.is_trained:
            print('\nThe weights have learnt nothing: times are those of trained ones, errors and dB are not (--weights).')
        for engine, reason in t.reasons.items():
            print(f'\nAbsent: {NAMES[engine]}: {reason}')
    versions = {t.notes[e]['version'] for t in trials for e in peers if e in t.notes}
    known = ', '.join(sorted(versions)) + '. ' if versions else ''
    print(f'\n{known}Relative error: against ONNX Runtime in float32, where a picture shows it '
          '(values beyond black and white count as those). dB: of stylehost against its own float32, of the others against '
          'ONNX Runtime. MiB: the most held; of stylehost by the whole process, of the others beyond Python and the picture.')
