"""One net: what it takes to run it in stylehost and in its peers, and what came of it."""
import json
import os
import sys
from statistics import median

import numpy as np

import nets
from commands import fresh_weights, precision, quoted, run, say

HERE = os.path.dirname(os.path.abspath(__file__))
# The precision of each of our own.
OURS = {'ours': 'f32', 'ours-bf16': 'bf16', 'ours-int8': 'int8', 'ours-auto': 'auto'}
# Columns and rows of the style of AdaIN.
STYLE = 512
# Title, columns and rows, what black and white are to the net.
NETS = {'johnson': ('Johnson, width 32', 512, 512, 0, 255), 'adain': ('AdaIN, VGG-19', 512, 512, 0, 1),
        'cut': ('ResNet-9', 256, 256, -1, 1)}


class Trial:
    """One net, ready to be timed."""

    def __init__(self, kind, options):
        self.kind, self.options = kind, options
        self.title, self.width, self.height, self.black, self.white = NETS[kind]
        if options.quick:
            self.width, self.height = self.width // 2, self.height // 2
        self.size = f'{self.width}x{self.height}'
        self.folder = os.path.join(options.work, kind)
        os.makedirs(self.folder, exist_ok=True)
        self.clip, self.net = self.folder + '/clip.y4m', self.folder + '/net.onnx'
        self.style = self.folder + '/style.png'
        self.is_trained = kind in options.weights
        self.weights = options.weights.get(kind) or fresh_weights(
            options.stylehost, kind, self.folder + '/weights.safetensors')
        self.times, self.memory, self.errors, self.notes = {}, {}, {}, {}
        self.pictures, self.reasons = {}, {}
        self.make_clip()

    def make_clip(self):
        """As many equal frames as a run needs; with AdaIN also the picture of a style, of the size the networks know."""
        frames = str(self.options.warmup + self.options.frames)
        self.draw(self.options.picture, 0.5, self.width, self.height, ['-frames:v', frames, '-pix_fmt', 'yuv444p'], self.clip)
        if self.kind == 'adain':
            self.draw(self.options.style, 3, STYLE, STYLE, ['-frames:v', '1', '-pix_fmt', 'rgb24'], self.style)

    @staticmethod
    def draw(picture, scale, width, height, output, path):
        """A picture that fills the size, or a fractal."""
        source = (['-loop', '1', '-i', picture] if picture else
                  ['-f', 'lavfi', '-i', f'mandelbrot=size=640x480:start_scale={scale},select=eq(n\\,0),loop=-1:1'])
        fit = f'scale={width}:{height}:force_original_aspect_ratio=increase,crop={width}:{height}'
        run(['ffmpeg', '-v', 'error', '-nostdin', '-y'] + source + ['-vf', fit] + output + [path])

    def spec(self):
        style = f',style={quoted(self.style)}' if self.kind == 'adain' else ''
        return f'{self.kind}:model={quoted(self.weights)}{style}'

    def ours(self, engine, dump=False):
        """One run of stylehost; with `dump` of a single frame, to see what it makes."""
        counts = ['--frames', '1', '--warmup', '0', '--dump', f'{self.folder}/{engine}'] if dump else [
            '--frames', str(self.options.frames), '--warmup', str(self.options.warmup)]
        return json.loads(run([self.options.stylehost, 'bench', '--json', '-s', self.spec(), '-i', self.clip,
                               '--threads', str(self.options.threads)] + precision(OURS[engine]) + counts))

    def picture(self, described):
        """A dumped picture in the values of the net."""
        shape = [described[key] for key in ('channels', 'height', 'width')]
        unit = (np.fromfile(described['path'], 'f4').reshape(shape) - described['black']) / (
            described['white'] - described['black'])
        return (unit * (self.white - self.black) + self.black).astype('f4')

    def prepare(self):
        """The picture and our result of it, the net for the peers."""
        dump = self.ours('ours', dump=True)['dump']
        self.picture(dump['input']).tofile(self.folder + '/input.f32')
        self.pictures['ours'] = self.picture(dump['output'])
        style = self.style_statistics() if self.kind == 'adain' else ()
        nets.build(self.kind, self.weights, self.width, self.height, self.net, style)

    def peer(self, engine):
        """One run of a peer in a process of its own."""
        counts = [str(n) for n in (self.options.threads, self.options.warmup, self.options.frames)]
        return json.loads(run([
            sys.executable, HERE + '/engines.py', engine, self.net, self.folder + '/input.f32', self.size,
            f'{self.folder}/{engine}.f32'] + counts).splitlines()[-1])

    def convert(self, engine):
        run([sys.executable, HERE + '/engines.py', '--convert', engine, self.net, self.size])

    def turn(self, engine):
        """One turn of an engine; an engine that fails once is out, and the reason is kept."""
        if engine in self.reasons:
            return
        try:
            if engine in OURS:
                if engine not in self.pictures:
                    self.pictures[engine] = self.picture(self.ours(engine, dump=True)['dump']['output'])
                report = self.ours(engine)
                if OURS[engine] not in (report['precision'], 'auto'):
                    raise RuntimeError(f'here it computes in {report["precision"]}')
                self.times.setdefault(engine, []).append(report['stages']['stylize']['median_ms'])
                self.memory[engine] = max(self.memory.get(engine, 0), report['peak_rss_bytes'])
                self.notes[engine] = report
            else:
                self.convert(engine)
                report = self.peer(engine)
                self.times.setdefault(engine, []).append(median(report['ms']))
                self.memory[engine] = max(self.memory.get(engine, 0), report['memory'])
                self.notes[engine] = report
                made = np.fromfile(f'{self.folder}/{engine}.f32', 'f4')
                self.pictures[engine] = made.reshape(self.pictures['ours'].shape)
            say(f'{self.kind} {engine}: {self.times[engine][-1]:.1f} ms')
        except Exception as problem:  # whatever stops a peer, the others go on
            self.reasons[engine] = str(problem).splitlines()[0]
            self.times.pop(engine, None)
            say(f'{self.kind} {engine}: absent, {self.reasons[engine]}')

    def judge(self):
        """Relative error against ONNX Runtime, of what a picture can show; decibels of the 8-bit picture against f32 of its own kind."""
        for engine, made in self.pictures.items():
            seen = np.clip(made, self.black, self.white)
            if 'onnxruntime' in self.pictures:
                truth = np.clip(self.pictures['onnxruntime'], self.black, self.white)
                self.errors[engine] = float(np.linalg.norm(seen - truth) / np.linalg.norm(truth))

    def decibels(self, engine):
        base = 'ours' if engine in OURS else 'onnxruntime'
        if engine == base or engine not in self.pictures or base not in self.pictures:
            return None

        def codes(values):
            unit = (np.clip(values, self.black, self.white) - self.black) / (self.white - self.black)
            return np.floor(unit * 255 + 0.5)
        square = float(np.mean((codes(self.pictures[engine]) - codes(self.pictures[base])) ** 2))
        return 10 * np.log10(255 ** 2 / square) if square else float('inf')

    def best(self, engines):
        return min((median(self.times[e]) for e in engines if self.times.get(e)), default=None)

    def style_statistics(self):
        """Mean and deviation of each plane of the style's features, by ONNX Runtime; biased, as of the picture itself."""
        encoder, pixels, made = (f'{self.folder}/{name}' for name in ('encoder.onnx', 'style.rgb', 'features.f32'))
        nets.build('adain-encoder', self.weights, STYLE, STYLE, encoder)
        run(['ffmpeg', '-v', 'error', '-nostdin', '-y', '-i', self.style, '-f', 'rawvideo', pixels])
        picture = np.fromfile(pixels, 'u1').reshape(STYLE, STYLE, 3).transpose(2, 0, 1) / 255
        picture.astype('f4').tofile(self.folder + '/style.f32')
        run([sys.executable, HERE + '/engines.py', 'onnxruntime', encoder, self.folder + '/style.f32',
             f'{STYLE}x{STYLE}', made, str(self.options.threads), '0', '1'])
        features = np.fromfile(made, 'f4').reshape(-1, (STYLE // 8) ** 2).astype('f8')
        return features.mean(1).astype('f4'), np.sqrt(features.var(1) + 1e-5).astype('f4')
