#!/usr/bin/env python3
"""One small ONNX file per operator and version, with what ONNX Runtime makes of it: what ONNXOperatorTests compares with.

    make_onnx_cases.py [OUT]      # needs numpy, onnx, onnxruntime

OUT is by default the folder ONNX beside this script. Each file holds its expected output as the initializer 'expected', which no
node reads. The input comes from an integer formula that ONNXOperatorTests.swift repeats. Operators that are not part of ONNX
(ImageScaler, Affine, Crop) are computed here.
"""
import os, sys
import numpy as np, onnx, onnxruntime
from onnx import TensorProto, helper, numpy_helper
from make_johnson_reference import mix

OUT = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), 'ONNX')
rng = np.random.default_rng(4)


def formula(shape):
    u = mix(np.arange(int(np.prod(shape)), dtype=np.uint64) + 77).astype(np.float64) / 2**32 * 2 - 1
    return u.astype(np.float32).reshape(shape)


def numbers(*shape, low=-1.0, high=1.0): return rng.uniform(low, high, shape).astype(np.float32)


def build(nodes, inits, opset, shape, domains=()):
    inits = [numpy_helper.from_array(np.asarray(v), k) for k, v in inits.items()]
    graph = helper.make_graph(
        nodes, 'case', [helper.make_tensor_value_info('x', TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info('y', TensorProto.FLOAT, None)], inits)
    sets = [helper.make_opsetid('', opset)] + [helper.make_opsetid(d, 1) for d in domains]
    return helper.make_model(graph, opset_imports=sets, ir_version=10 if opset > 20 else 8 if opset > 8 else 4)


def save(name, model, expected):
    model.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(expected, np.float32), 'expected'))
    onnx.save(model, os.path.join(OUT, name + '.onnx'))


def case(name, nodes, inits={}, opset=13, shape=(1, 3, 7, 9), expected=None, domains=()):
    """Nodes from x to y; a node is (op, inputs, outputs, attributes)."""
    made = []
    for i, (op, inputs, outputs, attributes) in enumerate(nodes):
        attributes = dict(attributes)
        domain = attributes.pop('domain', '')
        made.append(helper.make_node(op, inputs.split(), outputs.split(), f'/{op}_{i}', domain=domain, **attributes))
    for node in made:
        for i, item in enumerate(node.input):
            if item == '-': node.input[i] = ''
    model = build(made, inits, opset, list(shape), domains)
    if expected is None:
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=['CPUExecutionProvider'])
        expected, = session.run(['y'], {'x': formula(shape)})
    save(f'{name}_{opset}', model, expected)


def one(op, opset=13, name=None, inputs='x', inits={}, shape=(1, 3, 7, 9), **attributes):
    case(name or op.lower(), [(op, inputs, 'y', attributes)], inits, opset, shape)


def integers(*list): return np.array(list, np.int64)


def convolutions():
    w, b = numbers(4, 3, 3, 3), numbers(4)
    one('Conv', 7, inputs='x w b', inits={'w': w, 'b': b}, pads=[1, 0, 2, 3], strides=[2, 1])
    one('Conv', 11, inputs='x w', inits={'w': w}, name='conv_dilated', dilations=[2, 3], pads=[2, 3, 2, 3])
    for word in ['SAME_UPPER', 'SAME_LOWER', 'VALID']:
        one('Conv', 11, inputs='x w', inits={'w': numbers(2, 3, 4, 2)}, name='conv_' + word.lower(), auto_pad=word, strides=[2, 3])
    one('Conv', 13, inputs='x w b', inits={'w': numbers(6, 1, 3, 3), 'b': numbers(6)}, name='conv_depthwise', group=3, pads=[1] * 4)
    case('conv_grouped', [('Conv', 'x a', 't', {}), ('Conv', 't w', 'y', {'group': 2, 'pads': [1] * 4})],
         {'a': numbers(4, 3, 1, 1), 'w': numbers(6, 2, 3, 3)}, 21)
    w = numbers(3, 2, 3, 3)
    one('ConvTranspose', 7, inputs='x w b', inits={'w': w, 'b': numbers(2)}, strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1])
    one('ConvTranspose', 11, inputs='x w', inits={'w': w}, name='convtranspose_shape', strides=[2, 2], output_shape=[14, 18])
    one('ConvTranspose', 11, inputs='x w', inits={'w': w}, name='convtranspose_same', strides=[2, 2], auto_pad='SAME_UPPER')
    one('ConvTranspose', 11, inputs='x w', inits={'w': numbers(3, 2, 4, 4)}, name='convtranspose_lower', strides=[3, 3],
        auto_pad='SAME_LOWER')
    one('ConvTranspose', 13, inputs='x w', inits={'w': numbers(3, 1, 2, 2)}, name='convtranspose_groups', group=3, strides=[2, 2],
        dilations=[2, 1], pads=[0, 1, 1, 0])


def borders():
    one('Pad', 7, pads=[0, 0, 1, 2, 0, 0, 3, 4], mode='reflect')
    one('Pad', 7, pads=[0, 0, 1, 2, 0, 0, 3, 0], mode='constant', value=0.75, name='pad_value')
    one('Pad', 11, inputs='x p', inits={'p': integers(0, 0, 1, 2, 0, 0, 3, 4)}, mode='edge', name='pad_edge')
    one('Pad', 13, inputs='x p v', inits={'p': integers(0, 0, -1, 2, 0, 0, 3, -4), 'v': np.float32(-2)}, name='pad_negative')
    one('Pad', 18, inputs='x p - a', inits={'p': integers(2, 1, 0, 3), 'a': integers(-1, 2)}, name='pad_axes')


def resizes():
    scales = np.array([1, 1, 2, 2], np.float32)
    one('Upsample', 7, scales=[1.0, 1.0, 2.0, 3.0])
    one('Upsample', 9, inputs='x s', inits={'s': scales}, mode='linear', name='upsample_linear')
    one('Resize', 10, inputs='x s', inits={'s': np.array([1, 1, 1.6, 2.3], np.float32)}, name='resize_nearest')
    one('Resize', 10, inputs='x s', inits={'s': np.array([1, 1, 0.6, 0.7], np.float32)}, name='resize_smaller')
    one('Resize', 10, inputs='x s', inits={'s': np.array([1, 1, 2, 1.5], np.float32)}, mode='linear', name='resize_linear')
    odd = np.array([1, 1, 1.7, 2.3], np.float32)
    for word in ['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric']:
        for mode in ['nearest', 'linear', 'cubic']:
            one('Resize', 11, inputs='x r s', inits={'r': numbers(0), 's': odd}, mode=mode, coordinate_transformation_mode=word,
                name=f'resize_{mode}_{word}')
    for near in ['floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil']:
        one('Resize', 13, inputs='x - - s', inits={'s': integers(1, 3, 4, 13)}, nearest_mode=near, name=f'resize_{near}',
            coordinate_transformation_mode='asymmetric')
    one('Resize', 13, inputs='x - s', inits={'s': scales}, name='resize_twice')
    one('Resize', 18, inputs='x - - s', inits={'s': integers(10, 5)}, axes=[2, 3], mode='linear', name='resize_axes')
    one('Resize', 19, inputs='x - - s', inits={'s': integers(14, 18)}, axes=[2, 3], mode='cubic', name='resize_sizes')


def pools():
    one('MaxPool', 8, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    one('MaxPool', 12, kernel_shape=[2, 3], strides=[2, 2], ceil_mode=1, name='maxpool_ceil')
    one('AveragePool', 7, kernel_shape=[3, 3], strides=[2, 1], pads=[1, 1, 1, 1])
    one('AveragePool', 11, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], count_include_pad=1, name='averagepool_include')
    one('AveragePool', 19, kernel_shape=[2, 2], strides=[2, 2], auto_pad='SAME_UPPER', name='averagepool_same')
    one('GlobalAveragePool', 7)
    one('GlobalMaxPool', 7)
    one('ReduceMean', 13, axes=[2, 3], keepdims=1)
    one('ReduceMean', 18, inputs='x a', inits={'a': integers(1)}, name='reducemean_channels')
    one('ReduceMean', 13, axes=[3], keepdims=1, name='reducemean_columns')
    one('ReduceSum', 13, inputs='x a', inits={'a': integers(2, 3)})
    one('ReduceSum', 11, axes=[1, 2, 3], keepdims=1, name='reducesum_all')
    one('ReduceMax', 13, axes=[2, 3])
    one('ReduceMin', 18, inputs='x a', inits={'a': integers(-2)}, name='reducemin')
    one('ReduceL2', 13, axes=[2, 3])


def norms():
    s, b = numbers(3), numbers(3)
    one('InstanceNormalization', 7, inputs='x s b', inits={'s': s, 'b': b}, epsilon=1e-3)
    one('BatchNormalization', 9, inputs='x s b m v', inits={'s': s, 'b': b, 'm': numbers(3), 'v': numbers(3, low=0.2)})
    wide = [('Conv', 'x w', 't', {})]
    w = {'w': numbers(6, 3, 1, 1)}
    case('groupnorm', wide + [('GroupNormalization', 't s b', 'y', {'num_groups': 3})], {**w, 's': numbers(6), 'b': numbers(6)}, 21)
    case('groupnorm_unrolled', wide + [
        ('Reshape', 't r', 'g', {}), ('InstanceNormalization', 'g s b', 'n', {}), ('Shape', 't', 'h', {}), ('Reshape', 'n h', 'm', {}),
        ('Mul', 'm p', 'q', {}), ('Add', 'q o', 'y', {})],
        {**w, 'r': integers(0, 2, -1), 's': np.ones(2, np.float32), 'b': np.zeros(2, np.float32), 'p': numbers(6, 1, 1),
         'o': numbers(6, 1, 1)}, 17)
    case('layernorm_all', [('LayerNormalization', 'x s b', 'y', {'axis': 1})],
         {'s': np.full((3, 7, 9), 1.5, np.float32), 'b': np.full((3, 7, 9), -0.25, np.float32)}, 17)
    case('layernorm_channels', [('Transpose', 'x', 't', {'perm': [0, 2, 3, 1]}), ('LayerNormalization', 't s b', 'n', {'axis': -1}),
                                ('Transpose', 'n', 'y', {'perm': [0, 3, 1, 2]})], {'s': s, 'b': b}, 17)
    one_f = np.float32(1e-5)
    case('norm_unrolled', [
        ('ReduceMean', 'x', 'm', {'axes': [2, 3]}), ('Sub', 'x m', 'd', {}), ('Pow', 'd two', 'q', {}),
        ('ReduceMean', 'q', 'v', {'axes': [2, 3]}), ('Add', 'v e', 'a', {}), ('Sqrt', 'a', 'r', {}), ('Div', 'one r', 'i', {}),
        ('Mul', 'd i', 'n', {}), ('Mul', 'n s', 'k', {}), ('Add', 'k b', 'y', {})],
        {'two': np.float32(2), 'e': one_f, 'one': np.float32(1), 's': s.reshape(1, 3, 1, 1), 'b': b.reshape(1, 3, 1, 1)}, 13)
    case('norm_flattened', [
        ('Reshape', 'x r', 'f', {}), ('ReduceMean', 'f', 'm', {'axes': [3]}), ('Sub', 'x m', 'd', {}), ('Mul', 'd d', 'q', {}),
        ('Reshape', 'q r', 'g', {}), ('ReduceMean', 'g', 'v', {'axes': [3]}), ('Add', 'v e', 'a', {}), ('Sqrt', 'a', 'i', {}),
        ('Div', 'd i', 'y', {})], {'r': integers(1, 3, 1, -1), 'e': one_f}, 9)


def functions():
    for op, opset in [('Relu', 7), ('Tanh', 13), ('Sigmoid', 13), ('Softplus', 7), ('Softsign', 7), ('Exp', 13), ('Abs', 7), ('Neg', 7),
                      ('Erf', 13), ('Floor', 13), ('Ceil', 13), ('HardSwish', 14), ('Mish', 18), ('Gelu', 20), ('Reciprocal', 13)]:
        one(op, opset)
    one('Gelu', 20, approximate='tanh', name='gelu_tanh')
    one('LeakyRelu', 7, alpha=0.2)
    one('Elu', 7, alpha=0.7)
    one('Selu', 7)
    one('Celu', 12, alpha=0.6)
    one('HardSigmoid', 7, alpha=0.3, beta=0.4)
    one('Clip', 7, min=-0.5, max=0.25)
    one('Clip', 11, inputs='x - h', inits={'h': np.float32(0.1)}, name='clip_above')
    one('PRelu', 9, inputs='x s', inits={'s': numbers(3, 1, 1)})
    one('PRelu', 9, inputs='x s', inits={'s': numbers(1)}, name='prelu_single')
    case('round', [('Mul', 'x k', 't', {}), ('Round', 't', 'y', {})], {'k': np.float32(7)}, 11)
    case('log_sqrt', [('Abs', 'x', 'a', {}), ('Add', 'a k', 'b', {}), ('Log', 'b', 'c', {}), ('Sqrt', 'b', 'd', {}),
                      ('Add', 'c d', 'y', {})], {'k': np.float32(0.5)}, 13)
    c = numbers(1, 3, 1, 1, low=0.3)
    for op in ['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min']:
        one(op, 13, inputs='x c', inits={'c': c}, name=op.lower() + '_constant')
    one('Sub', 13, inputs='c x', inits={'c': c}, name='sub_reversed')
    case('div_reversed', [('Exp', 'x', 't', {}), ('Div', 'c t', 'y', {})], {'c': c}, 13)
    case('pow', [('Exp', 'x', 't', {}), ('Pow', 't c', 'y', {})], {'c': np.float32(1.7)}, 13)
    one('Pow', 13, inputs='x c', inits={'c': np.float32(3)}, name='pow_cube')
    one('Pow', 13, inputs='c x', inits={'c': np.float32(2)}, name='pow_base')
    case('two_maps', [('Tanh', 'x', 't', {}), ('Mul', 'x t', 'a', {}), ('Max', 'a t', 'b', {}), ('Min', 'b x', 'c', {}),
                      ('Exp', 'x', 'e', {}), ('Div', 'c e', 'd', {}), ('Sub', 'd x', 'f', {}), ('Sum', 'f a e', 'y', {})], {}, 13)
    case('broadcast', [('ReduceMean', 'x', 'm', {'axes': [1]}), ('ReduceMean', 'x', 'n', {'axes': [2, 3]}), ('Mul', 'x m', 'a', {}),
                       ('Add', 'a m', 'b', {}), ('Sub', 'n b', 'c', {}), ('Div', 'c n', 'y', {})], {}, 13)


def layouts():
    w = {'w': numbers(12, 3, 1, 1)}
    wide = [('Conv', 'x w', 't', {})]
    for mode in ['DCR', 'CRD']:
        case(f'depthtospace_{mode.lower()}', wide + [('DepthToSpace', 't', 'y', {'blocksize': 2, 'mode': mode})], w, 13)
    case('pixel_shuffle', wide + [('Reshape', 't a', 'r', {}), ('Transpose', 'r', 'p', {'perm': [0, 1, 4, 2, 5, 3]}),
                                  ('Reshape', 'p b', 'y', {})], {**w, 'a': integers(1, 3, 2, 2, 7, 9), 'b': integers(1, 3, 14, 18)}, 9)
    case('channel_shuffle', wide + [('Reshape', 't a', 'r', {}), ('Transpose', 'r', 'p', {'perm': [0, 2, 1, 3, 4]}),
                                    ('Reshape', 'p b', 'y', {})], {**w, 'a': integers(1, 3, 4, 7, 9), 'b': integers(0, -1, 7, 9)}, 13)
    one('SpaceToDepth', 13, shape=(1, 3, 6, 8), blocksize=2)
    case('space_to_depth_unrolled', [('Reshape', 'x a', 'r', {}), ('Transpose', 'r', 'p', {'perm': [0, 1, 3, 5, 2, 4]}),
                                     ('Reshape', 'p b', 't', {}), ('Relu', 't', 'y', {})],
         {'a': integers(1, 3, 3, 2, 4, 2), 'b': integers(1, 12, 3, 4)}, 13, (1, 3, 6, 8))
    case('nearest_by_copies', [('Reshape', 'x a', 'r', {}), ('Concat', 'r r', 'c', {'axis': 1}), ('Reshape', 'c b', 'd', {}),
                               ('Concat', 'd d', 'e', {'axis': 1}), ('Reshape', 'e f', 'y', {})],
         {'a': integers(-1, 1), 'b': integers(-1, 18), 'f': integers(-1, 3, 14, 18)}, 9)
    case('nearest_by_expand', [('Unsqueeze', 'x a', 'r', {}), ('Expand', 'r s', 'e', {}), ('Reshape', 'e f', 'y', {})],
         {'a': integers(3, 5), 's': integers(1, 3, 7, 3, 9, 3), 'f': integers(1, 3, 21, 27)}, 13)
    case('concat', wide + [('Concat', 'x t x', 'y', {'axis': 1})], w, 13)
    case('concat_rows', [('Neg', 'x', 't', {}), ('Concat', 'x t', 'r', {'axis': 2}), ('Concat', 'r r', 'n', {'axis': 1}),
                         ('Tanh', 'r', 'u', {}), ('Concat', 'r u', 'y', {'axis': -1})], {}, 11)
    one('Slice', 7, starts=[1, -5], ends=[3, 9223372036854775807], axes=[1, 3])
    one('Slice', 13, inputs='x s e a t', name='slice_steps',
        inits={'s': integers(-1, 1, 0), 'e': integers(-9223372036854775807, 6, 9), 'a': integers(1, 2, 3), 't': integers(-1, 2, 3)})
    case('split', [('Split', 'x', 'a b c', {'axis': 1}), ('Concat', 'c b', 'y', {'axis': 1})], {}, 11)
    case('split_rows', [('Split', 'x s', 'a b', {'axis': 2}), ('Neg', 'b', 'c', {}), ('Concat', 'c a', 'y', {'axis': 2})],
         {'s': integers(3, 4)}, 13)
    one('Gather', 13, inputs='x i', inits={'i': integers(2, 0, -2)}, axis=1)
    case('gather_single', [('Gather', 'x i', 't', {'axis': 1}), ('Unsqueeze', 't a', 'y', {})],
         {'i': np.array(1, np.int64), 'a': integers(1)}, 13)
    one('Tile', 13, inputs='x r', inits={'r': integers(1, 2, 1, 1)})
    case('channels_last', [('Transpose', 'x', 't', {'perm': [0, 2, 3, 1]}), ('Mul', 't c', 'm', {}), ('Pad', 'm p', 'q', {}),
                           ('Concat', 'q q', 'r', {'axis': 3}), ('Slice', 'r s e a', 'u', {}),
                           ('Transpose', 'u', 'y', {'perm': [0, 3, 1, 2]})],
         {'c': numbers(3), 'p': integers(0, 1, 2, 0, 0, 0, 1, 0), 's': integers(1, 2), 'e': integers(5, 8), 'a': integers(3, 2)}, 13)
    case('shapes', [
        ('Shape', 'x', 's', {}), ('Gather', 's two', 'h', {}), ('Gather', 's three', 'w', {}), ('Cast', 'h', 'hf', {'to': 1}),
        ('Mul', 'hf factor', 'hm', {}), ('Floor', 'hm', 'hd', {}), ('Cast', 'hd', 'hi', {'to': 7}), ('Mul', 'w two', 'wi', {}),
        ('Unsqueeze', 'hi zero', 'hu', {}), ('Unsqueeze', 'wi zero', 'wu', {}), ('Slice', 's z t', 'nc', {}),
        ('Concat', 'nc hu wu', 'size', {'axis': 0}), ('Resize', 'x - - size', 'r', {'mode': 'linear'}), ('Shape', 'r', 'rs', {}),
        ('ConstantOfShape', 'rs', 'k', {'value': numpy_helper.from_array(np.array([1], np.int64))}), ('Expand', 'r rs', 'y', {})],
        {'two': np.array(2, np.int64), 'three': np.array(3, np.int64), 'factor': np.float32(1.5), 'zero': integers(0),
         'z': integers(0), 't': integers(2)}, 13)
    case('squeeze_excite', wide + [
        ('GlobalAveragePool', 't', 'g', {}), ('Flatten', 'g', 'f', {}), ('Gemm', 'f a b', 'h', {'transB': 1, 'alpha': 0.5}),
        ('Relu', 'h', 'r', {}), ('MatMul', 'r m', 'o', {}), ('Sigmoid', 'o', 's', {}), ('Unsqueeze', 's u', 'v', {}),
        ('Mul', 't v', 'y', {})],
        {**w, 'a': numbers(5, 12), 'b': numbers(5), 'm': numbers(5, 12), 'u': integers(2, 3)}, 13)
    case('matmul_pixels', [('Transpose', 'x', 't', {'perm': [0, 2, 3, 1]}), ('MatMul', 't m', 'u', {}),
                           ('Transpose', 'u', 'y', {'perm': [0, 3, 1, 2]})], {'m': numbers(3, 4)}, 13)
    case('identity', [('Identity', 'x', 'a', {}), ('Dropout', 'a', 'b', {}), ('Squeeze', 'b z', 'c', {}), ('Unsqueeze', 'c z', 'y', {})],
         {'z': integers(0)}, 13)


def quantised():
    q = {'s': np.float32(0.02), 'z': np.uint8(117), 'a': numbers(3, low=0.01, high=0.05), 'p': np.array([3, -5, 0], np.int8)}
    case('qdq', [('QuantizeLinear', 'x s z', 'a1', {}), ('DequantizeLinear', 'a1 s z', 'y', {})], q, 10)
    case('qdq_channels', [('QuantizeLinear', 'x a p', 'a1', {'axis': 1}), ('DequantizeLinear', 'a1 a p', 'y', {'axis': 1})], q, 13)
    w = {'k': rng.integers(-127, 128, (4, 3, 3, 3)).astype(np.int8), 'ks': numbers(4, low=0.001, high=0.01), 'kz': np.zeros(4, np.int8)}
    case('qdq_weights', [('DequantizeLinear', 'k ks kz', 'w', {'axis': 0}), ('Conv', 'x w', 'y', {})], w, 13)


def legacy():
    x = formula((1, 3, 7, 9))
    case('imagescaler', [('ImageScaler', 'x', 'y', {'scale': 2.0, 'bias': [-1.0, 0.5, 0.25]})], {}, 7,
         expected=x * 2 + np.array([-1, 0.5, 0.25], np.float32).reshape(1, 3, 1, 1))
    case('affine', [('Affine', 'x', 'y', {'alpha': 150.0, 'beta': -3.0})], {}, 7, expected=x * 150 - 3)
    case('crop', [('Crop', 'x', 'y', {'border': [1, 2, 3, 0]})], {}, 7, expected=x[:, :, 2:, 1:-3])
    case('crop_scale', [('Crop', 'x', 'y', {'border': [1, 2, 0, 0], 'scale': [4, 5]})], {}, 7, expected=x[:, :, 2:6, 1:6])


def corners():
    case('convtranspose_gap', [('ConvTranspose', 'x w', 'y', {'strides': [3, 3], 'auto_pad': 'SAME_UPPER'})], {'w': numbers(3, 2, 2, 2)}, 13)
    case('convtranspose_wide', [('ConvTranspose', 'x w', 'y', {'strides': [2, 2], 'pads': [1, 0, 1, 2], 'dilations': [2, 3]})],
         {'w': numbers(3, 2, 3, 3)}, 13)
    # Whole numbers above 2^24, whose last digits a 32-bit floating point number has not.
    whole = lambda name, nodes, **lists: case(
        name, nodes + [('Cast', 'k', 'f', {'to': 1}), ('Add', 'x f', 'y', {})], {k: integers(*v) for k, v in lists.items()}, 13)
    whole('whole_sum', [('ReduceSum', 'a', 'k', {'keepdims': 0})], a=[16777217, -16777216])
    whole('whole_greater', [('Greater', 'a b', 'g', {}), ('Cast', 'g', 'k', {'to': 7})], a=[16777217], b=[16777216])
    whole('whole_rest', [('Mod', 'a b', 'k', {'fmod': 1})], a=[-5], b=[3])
    whole('whole_range', [('Squeeze', 'a', 'p', {}), ('Squeeze', 'b', 'q', {}), ('Squeeze', 'c', 'r', {}), ('Range', 'p q r', 's', {}),
                          ('Sub', 's a', 't', {}), ('ReduceSum', 't', 'k', {'keepdims': 0})], a=[16777217], b=[16777220], c=[1])
    case('concat_label', [('Unsqueeze', 'c a', 'd', {}), ('Expand', 'd s', 'e', {}), ('Concat', 'x e', 'y', {'axis': 1})],
         {'c': numbers(1, 5), 'a': integers(2, 3), 's': integers(1, 5, 7, 9)}, 13)
    case('concat_mean', [('GlobalAveragePool', 'x', 'd', {}), ('Expand', 'd s', 'e', {}), ('Concat', 'e x', 'y', {'axis': 1})],
         {'s': integers(1, 3, 7, 9)}, 13)


def main():
    os.makedirs(OUT, exist_ok=True)
    for group in [convolutions, borders, resizes, pools, norms, functions, layouts, quantised, legacy, corners]: group()
    files = [os.path.join(OUT, f) for f in os.listdir(OUT)]
    print(len(files), 'files,', sum(map(os.path.getsize, files)), 'bytes')


if __name__ == '__main__': main()
