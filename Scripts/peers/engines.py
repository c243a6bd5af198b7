"""One peer, one net, one process: loads an ONNX file and times forward passes.

    engines.py ENGINE NET.onnx INPUT.f32 WIDTHxHEIGHT OUTPUT.f32 THREADS WARMUP RUNS
    engines.py --convert ENGINE NET.onnx WIDTHxHEIGHT      what MNN and ncnn need beforehand

Prints one JSON object: milliseconds of each run, the memory beyond that of Python before the engine was loaded, its version."""
import json
import os
import subprocess
import sys
import time
from importlib.metadata import distribution, version

import numpy as np


def onnxruntime(net, _, threads):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(net, options, providers=['CPUExecutionProvider'])
    return lambda x: session.run(None, {'x': x})[0]


def openvino(net, _, threads, precision='f32'):
    import openvino
    settings = {'INFERENCE_NUM_THREADS': threads, 'PERFORMANCE_HINT': 'LATENCY', 'INFERENCE_PRECISION_HINT': precision}
    request = openvino.Core().compile_model(net, 'CPU', settings).create_infer_request()
    return lambda x: np.array(request.infer({0: x})[0])


def mnn(net, shape, threads):
    import MNN
    from MNN import expr
    runtime = MNN.nn.create_runtime_manager(({'precision': 'normal', 'backend': 'CPU', 'numThread': threads},))
    module = MNN.nn.load_module_from_file(converted('mnn', net), ['x'], ['y'], runtime_manager=runtime)

    def run(x):
        result = module.forward([expr.const(x, list(shape), expr.NCHW)])
        result = result[0] if isinstance(result, (list, tuple)) else result
        return expr.convert(result, expr.NCHW).read()
    return run


def ncnn(net, _, threads, is_bf16=False):
    import ncnn
    loaded = ncnn.Net()
    loaded.opt.num_threads = threads
    loaded.opt.use_fp16_storage = False
    loaded.opt.use_bf16_storage = is_bf16
    parameters = converted('ncnn', net)
    if loaded.load_param(parameters) or loaded.load_model(parameters[:-len('param')] + 'bin'):
        raise RuntimeError('ncnn cannot load the converted net')

    def run(x):
        extractor = loaded.create_extractor()
        extractor.input('in0', ncnn.Mat(x[0]))
        return np.array(extractor.extract('out0')[1])[None]
    return run


ENGINES = {
    'onnxruntime': (onnxruntime, 'onnxruntime'),
    'openvino': (openvino, 'openvino'),
    'openvino-bf16': (lambda *a: openvino(*a, precision='bf16'), 'openvino'),
    'mnn': (mnn, 'MNN'),
    'ncnn': (ncnn, 'ncnn'),
    'ncnn-bf16': (lambda *a: ncnn(*a, is_bf16=True), 'ncnn'),
}


def converted(family, net):
    base = net[:-len('.onnx')]
    return base + '.mnn' if family == 'mnn' else base + '.ncnn.param'


def convert(engine, net, shape):
    """MNN and ncnn have formats of their own."""
    family = engine.split('-')[0]
    if family not in ('mnn', 'ncnn') or os.path.exists(converted(family, net)):
        return
    if family == 'mnn':
        command = [os.path.dirname(sys.executable) + '/mnnconvert', '-f', 'ONNX', '--modelFile', net, '--MNNModel', converted('mnn', net),
                   '--bizCode', 'x']
    else:
        # The program itself: the script of the same name before it wants PyTorch, which nothing here needs.
        program = distribution('pnnx').locate_file('pnnx/pnnx')
        command = [str(program), net, 'inputshape=' + str(list(shape)).replace(' ', ''), 'fp16=0']
    done = subprocess.run(command, cwd=os.path.dirname(net), capture_output=True, text=True)
    if done.returncode or not os.path.exists(converted(family, net)):
        raise RuntimeError(f'{os.path.basename(command[0])} cannot convert the net: {(done.stderr or done.stdout)[-200:]}')


def memory(key):
    """VmRSS or VmHWM of this process in bytes."""
    with open('/proc/self/status') as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(key))


def main(arguments):
    if arguments[0] == '--convert':
        engine, net, size = arguments[1:]
        width, height = map(int, size.split('x'))
        return convert(engine, net, (1, 3, height, width))
    engine, net, source, size, result, threads, warmup, runs = arguments
    width, height = map(int, size.split('x'))
    x = np.fromfile(source, 'f4').reshape(1, 3, height, width)
    before = memory('VmRSS')
    start, package = ENGINES[engine]
    forward = start(net, x.shape, int(threads))
    times = []
    for turn in range(int(warmup) + int(runs)):
        clock = time.perf_counter()
        y = forward(x)
        if turn >= int(warmup):
            times.append((time.perf_counter() - clock) * 1e3)
    peak = memory('VmHWM') - before
    np.ascontiguousarray(y, 'f4').tofile(result)
    print(json.dumps({'ms': times, 'memory': peak, 'version': f'{package} {version(package)}'}))


if __name__ == '__main__':
    main(sys.argv[1:])
