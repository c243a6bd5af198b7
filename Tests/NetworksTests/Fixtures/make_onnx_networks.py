#!/usr/bin/env python3
"""Small whole networks as ONNX files, and what ONNX Runtime makes of the test picture with them: for ONNXPluginTests.

    make_onnx_networks.py [SHARED] [OUT]      # needs numpy, onnx, onnxruntime

OUT is by default the folder of this script. Writes ONNXNetworks/NAME.onnx and onnx_NAME.f32, raw little-endian float32 [3][h][w].
With SHARED, the folder that holds weights/onnx, also the pictures of those two networks.
"""
import os, sys, tempfile
import numpy as np, onnx, onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from make_johnson_reference import picture

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = sys.argv[2] if len(sys.argv) > 2 else HERE
rng = np.random.default_rng(9)


class Net:
    """A graph under construction."""

    def __init__(self, opset=17): self.nodes, self.inits, self.count, self.opset = [], {}, 0, opset

    def __call__(self, op, *inputs, out=None, domain='', name=None, **attributes):
        self.count += 1
        names = []
        for item in inputs:
            if isinstance(item, str): names.append(item)
            else:
                names.append(f'c{len(self.inits)}')
                self.inits[names[-1]] = numpy_helper.from_array(np.asarray(item), names[-1])
        out = out or f't{self.count}'
        self.nodes.append(helper.make_node(op, names, out.split(), name or f'/{op.lower()}{self.count}', domain=domain, **attributes))
        return out

    def conv(self, x, i, o, k=3, stride=1, out=None, gain=1.0):
        w = rng.uniform(-1, 1, (o, i, k, k)) * np.sqrt(3 / (i * k * k)) * gain
        b = rng.uniform(-0.2, 0.2, o)
        return self('Conv', x, w.astype(np.float32), b.astype(np.float32), out=out, pads=[k // 2] * 4, strides=[stride] * 2)

    def model(self, inputs, output=('y', None), meta=None):
        info = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in inputs]
        graph = helper.make_graph(self.nodes, 'net', info, [helper.make_tensor_value_info(output[0], TensorProto.FLOAT, output[1])],
                                  list(self.inits.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', self.opset), helper.make_opsetid('strange', 1)],
                                  ir_version=8, producer_name='make_onnx_networks')
        for key, value in (meta or {}).items(): model.metadata_props.add(key=key, value=value)
        return model


FRAME = ('frame', ['n', 3, 'h', 'w'])


def unet():
    """Rounds sizes to multiples of 4: a skip connection fits only then. Values 0..255 in, 0..1 out."""
    n = Net(13)
    x = n('Div', 'frame', np.float32(255))
    a = n('Relu', n.conv(x, 3, 4, 5, 2))
    b = n('LeakyRelu', n.conv(a, 4, 6, 3, 2), alpha=0.1)
    u = n('Resize', b, '', np.array([1, 1, 2, 2], np.float32), mode='nearest', coordinate_transformation_mode='asymmetric',
          nearest_mode='floor')
    c = n('Relu', n.conv(n('Concat', u, a, axis=1), 10, 4))
    d = n('ConvTranspose', c, rng.uniform(-2, 2, (4, 3, 4, 4)).astype(np.float32), pads=[1] * 4, strides=[2, 2])
    n('Sigmoid', d, out='y')
    return n.model([FRAME], ('y', ['n', 3, 'h', 'w']))


def twice():
    """Enlarges by two: sub-pixel convolution."""
    n = Net(11)
    x = n('Tanh', n.conv('frame', 3, 6))
    n('DepthToSpace', n.conv(x, 6, 12), out='y', blocksize=2, mode='CRD')
    return n.model([FRAME], ('y', None), {'Image.NominalPixelRange': 'Normalized_1_1'})


def last():
    """Channels last, as tf2onnx writes it, values -1..1."""
    n = Net(15)
    t = n.conv(n('Transpose', 'frame', perm=[0, 3, 1, 2]), 3, 5)
    t = n('Transpose', t, perm=[0, 2, 3, 1])
    t = n('Mul', t, rng.uniform(0.5, 1.5, 5).astype(np.float32))
    t = n.conv(n('Transpose', t, perm=[0, 3, 1, 2]), 5, 3)
    n('Tanh', n('Transpose', t, perm=[0, 2, 3, 1]), out='y')
    return n.model([('frame', [1, 'h', 'w', 3])], ('y', None))


def grey():
    """One plane in, one out; borders are lost, as with valid convolutions."""
    n = Net(12)
    w = rng.uniform(-0.5, 0.5, (4, 1, 3, 3)).astype(np.float32)
    x = n('Relu', n('Conv', 'frame', w))
    n('Clip', n('Conv', x, np.abs(rng.uniform(0, 0.06, (1, 4, 3, 3))).astype(np.float32)), np.float32(0), np.float32(255), out='y')
    return n.model([('frame', [1, 1, None, None])], ('y', None))


def both():
    """A second picture whose statistics the frame takes, and a number that mixes: AdaIN as exporters write it."""
    n = Net(17)
    f, s = n.conv('frame', 3, 4, 3), n.conv('other', 3, 4, 3)

    def centred(x):
        m = n('ReduceMean', x, axes=[2, 3])
        d = n('Sub', x, m)
        v = n('ReduceMean', n('Mul', d, d), axes=[2, 3])
        return m, d, n('Sqrt', n('Add', v, np.float32(1e-3)))

    (_, d, a), (m, _, b) = centred(f), centred(s)
    t = n('Add', n('Mul', n('Div', d, a), b), m)
    t = n('Add', n('Mul', t, 'share'), n('Mul', f, n('Sub', np.float32(1), 'share')))
    n('Sigmoid', n.conv(t, 4, 3), out='y')
    return n.model([FRAME, ('other', [1, 3, 'a', 'b']), ('share', [1])], ('y', None))


def fixed(h, w):
    """Everything an exporter bakes in for one size."""
    n = Net(11)
    n.inits = {}
    x = n('Relu', n.conv('frame', 3, 4))
    f = n('Reshape', x, np.array([1, 4, 1, h * w], np.int64))
    m = n('ReduceMean', f, axes=[3])
    d = n('Sub', x, m)
    v = n('ReduceMean', n('Reshape', n('Mul', d, d), np.array([1, 4, h * w], np.int64)), axes=[2], keepdims=0)
    r = n('Sqrt', n('Add', n('Reshape', v, np.array([1, 4, 1, 1], np.int64)), np.float32(1e-5)))
    x = n('Div', d, r)
    p = n('AveragePool', x, kernel_shape=[h, w])
    s = n('Sigmoid', n('Reshape', n.conv(n('Reshape', p, np.array([1, 4, 1, 1], np.int64)), 4, 4, 1), np.array([1, 4, 1, 1], np.int64)))
    x = n('Mul', x, s)
    y = n('MaxPool', x, kernel_shape=[2, 2], strides=[2, 2])
    y = n('Resize', y, np.zeros(0, np.float32), np.zeros(0, np.float32), np.array([1, 4, h, w], np.int64), mode='linear')
    y = n('Pad', y, np.array([0, 0, 2, 2, 0, 0, 2, 2], np.int64), mode='reflect')
    y = n('Slice', y, np.array([2, 2], np.int64), np.array([h + 2, w + 2], np.int64), np.array([2, 3], np.int64))
    y = n('Reshape', n('Concat', x, y, axis=1), np.array([1, 2, 4, h, w], np.int64))
    y = n('Reshape', n('Transpose', y, perm=[0, 2, 1, 3, 4]), np.array([-1, 8, h, w], np.int64))
    n('Sigmoid', n.conv(y, 8, 3), out='y')
    return n.model([('frame', [1, 3, h, w])], ('y', [1, 3, h, w]))


def stuck():
    """A gate that sees all of a picture of 16x16, by a kernel of that size: at other sizes it is no gate."""
    n = Net(11)
    w = rng.uniform(-0.1, 0.1, (4, 3, 16, 16)).astype(np.float32)
    g = n('Flatten', n('Conv', 'frame', w, strides=[4, 4]), name='/gate/Flatten')
    g = n('Gemm', g, rng.uniform(-1, 1, (4, 4)).astype(np.float32), name='/gate/Gemm')
    g = n('Sigmoid', n('Reshape', g, np.array([1, 4, 1, 1], np.int64)))
    n.conv(n('Mul', n.conv('frame', 3, 4), g), 4, 3, out='y')
    return n.model([('frame', [1, 3, 16, 16])], ('y', None))


def strange():
    n = Net(11)
    n('Sharpen', n.conv('frame', 3, 3), out='y', domain='strange', name='/head/Sharpen')
    return n.model([FRAME])


def plain(op, name, **attributes):
    n = Net(11)
    n(op, n.conv('frame', 3, 3), out='y', name=name, **attributes)
    return n.model([FRAME])


class Pictures(CalibrationDataReader):
    def __init__(self): self.left = [{'frame': picture(24, 32)[None]}, {'frame': 255 - picture(32, 24)[None]}]

    def get_next(self): return self.left.pop() if self.left else None


def whole():
    """A net of whole numbers, as onnxruntime.quantization writes it."""
    n = Net(13)
    x = n('Relu', n.conv(n('Div', 'frame', np.float32(255)), 3, 6))
    n('Sigmoid', n.conv(x, 6, 3, gain=2), out='y')
    model = n.model([FRAME], ('y', None))
    del model.opset_import[1]
    with tempfile.TemporaryDirectory() as folder:
        a, b = os.path.join(folder, 'a.onnx'), os.path.join(folder, 'b.onnx')
        onnx.save(model, a)
        quantize_static(a, b, Pictures(), quant_format=QuantFormat.QDQ, per_channel=True, weight_type=QuantType.QInt8)
        return onnx.load(b)


def run(model, feeds):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=['CPUExecutionProvider'])
    return session.run(None, feeds)[0]


def write(name, y):
    y = np.ascontiguousarray(y, np.float32)
    y.tofile(os.path.join(OUT, f'onnx_{name}.f32'))
    print(f'{name} {y.shape}: mean {y.mean():.4f} deviation {y.std():.4f}')


def reflected(x, h, w): return np.pad(x, [(0, 0), (0, h - x.shape[1]), (0, w - x.shape[2])], mode='reflect')


def main():
    folder = os.path.join(OUT, 'ONNXNetworks')
    os.makedirs(folder, exist_ok=True)
    x = picture(21, 19)
    seed = lambda: globals().update(rng=np.random.default_rng(9))
    makers = {'unet': unet, 'twice': twice, 'last': last, 'grey': grey, 'both': both, 'fixed': lambda: fixed(16, 24), 'stuck': stuck,
              'strange': strange, 'whole': whole, 'loop': lambda: plain('TopK', '/most/TopK', axis=1),
              'cell': lambda: plain('GRU', '/memory/GRU', hidden_size=3)}
    models = {}
    for name, make in makers.items():
        seed()
        models[name] = make()
        onnx.save(models[name], os.path.join(folder, name + '.onnx'))
    write('unet', run(models['unet'], {'frame': reflected(x, 24, 20)[None]})[0, :, :21, :19])
    write('twice', run(models['twice'], {'frame': x[None] / 127.5 - 1})[0])
    write('last', run(models['last'], {'frame': (x[None] / 127.5 - 1).transpose(0, 2, 3, 1)})[0].transpose(2, 0, 1))
    luma = np.tensordot(np.array([0.299, 0.587, 0.114], np.float32), x, 1)[None]
    write('grey', run(models['grey'], {'frame': np.pad(luma, [(0, 0), (2, 2), (2, 2)], mode='reflect')[None]})[0].repeat(3, 0))
    other = picture(17, 26)[::-1].copy() / 255
    write('both', run(models['both'], {'frame': x[None] / 255, 'other': other[None], 'share': np.array([0.75], np.float32)})[0])
    write('fixed_own', run(models['fixed'], {'frame': picture(16, 24)[None] / 255})[0])
    seed()
    write('fixed_freed', run(fixed(22, 20), {'frame': reflected(x, 22, 20)[None] / 255})[0, :, :21, :19])
    write('stuck', run(models['stuck'], {'frame': picture(16, 16)[None]})[0])
    write('whole', run(models['whole'], {'frame': x[None]})[0])
    if len(sys.argv) > 1: shared(os.path.join(sys.argv[1], 'weights/onnx'))
    files = [os.path.join(folder, f) for f in os.listdir(folder)]
    print(len(files), 'networks,', sum(map(os.path.getsize, files)), 'bytes')


def shared(folder):
    model = onnx.load(os.path.join(folder, 'multistyle26.onnx'))
    weights = np.zeros(26, np.float32)
    weights[[2, 7]] = 0.25, 0.75
    x = picture(37, 53)
    write('multistyle', run(model, {'image': reflected(x, 40, 56)[None] / 255, 'style_weights': weights})[0, :, :37, :53])
    model = onnx.load(os.path.join(folder, 'mosaic_nc16_256x256_onnxjs014.onnx'))
    write('mosaic_own', run(model, {'input.1': picture(256, 256)[None]})[0, :, 200:248, 8:56])
    h, w = 40, 56
    for port in [model.graph.input[0], model.graph.output[0]]:
        port.type.tensor_type.shape.dim[2].dim_value, port.type.tensor_type.shape.dim[3].dim_value = h, w
    sizes = {(-1, 128): [-1, w // 2], (-1, 256): [-1, w], (-1, 64, 128, 128): [-1, 64, h // 2, w // 2], (-1, 32, 256, 256): [-1, 32, h, w]}
    for node in model.graph.node:
        for attribute in node.attribute:
            if node.op_type == 'Constant':
                old = tuple(numpy_helper.to_array(attribute.t).reshape(-1).tolist())
                if old in sizes: attribute.t.CopyFrom(numpy_helper.from_array(np.array(sizes[old], np.int64)))
    write('mosaic_freed', run(model, {'input.1': reflected(x, h, w)[None]})[0, :, :37, :53])


if __name__ == '__main__': main()
