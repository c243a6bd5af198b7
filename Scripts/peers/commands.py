"""Running other programs, and saying how it goes."""
import os
import subprocess
import sys


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(command, **more):
    """The standard output of a command; where it fails the line that says why: one with 'error' in it, or the last."""
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, **more)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or [f'it ended with code {done.returncode}']
        raise RuntimeError(next((line for line in lines if 'error' in line.lower()), lines[-1]).strip()[-200:])
    return done.stdout


def precision(name):
    """The option for a precision of stylehost."""
    return [] if name == 'f32' else ['--precision', name]


def quoted(path):
    """A path as a value of a style's parameter."""
    return ''.join('\\' + c if c in '\\,' else c for c in os.path.abspath(path))


def fresh_weights(stylehost, kind, path):
    """New weights of a net, always the same."""
    run([stylehost, 'models', 'init', kind, path, '--seed', '1'])
    return path
