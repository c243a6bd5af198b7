"""The nets of the comparison as ONNX files, made of the very weights that stylehost runs."""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors import SafetensorError
from safetensors.numpy import load_file


class Sketch:
    """An ONNX graph in the making. Methods take and give names of values; weights are found by their keys."""

    def __init__(self, weights):
        self.weights, self.nodes, self.constants = weights, [], []

    def add(self, operator, *inputs, **attributes):
        result = f'v{len(self.nodes)}'
        self.nodes.append(helper.make_node(operator, list(inputs), [result], **attributes))
        return result

    def constant(self, values):
        name = f'c{len(self.constants)}'
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def conv(self, x, key, stride=1, pad='reflect'):
        """Padded by half the kernel; pad is 'reflect' or 'zero'."""
        weight = self.weights[key + '.weight'].astype('f4')
        half = weight.shape[2] // 2
        ends = [half] * 4
        if half and pad == 'reflect':
            x = self.add('Pad', x, self.constant(np.array([0, 0, half, half] * 2, 'i8')), mode='reflect')
            ends = [0] * 4
        bias = self.weights.get(key + '.bias', np.zeros(len(weight))).astype('f4')
        return self.add('Conv', x, self.constant(weight), self.constant(bias), pads=ends,
                        kernel_shape=weight.shape[2:], strides=[stride, stride])

    def norm(self, x, channels, key=None):
        """Instance normalisation; without a key it has no parameters."""
        scale = self.weights[key + '.weight'].astype('f4') if key else np.ones(channels, 'f4')
        shift = self.weights[key + '.bias'].astype('f4') if key else np.zeros(channels, 'f4')
        return self.add('InstanceNormalization', x, self.constant(scale), self.constant(shift), epsilon=1e-5)

    def relu(self, x):
        return self.add('Relu', x)

    def enlarge(self, x):
        """Every pixel becomes 2x2."""
        return self.add('Resize', x, '', self.constant(np.array([1, 1, 2, 2], 'f4')), mode='nearest',
                        coordinate_transformation_mode='asymmetric', nearest_mode='floor')

    def save(self, result, height, width, path):
        self.nodes.append(helper.make_node('Identity', [result], ['y']))
        picture = helper.make_tensor_value_info('x', TensorProto.FLOAT, [1, 3, height, width])
        made = helper.make_tensor_value_info('y', TensorProto.FLOAT, [1, None, None, None])
        graph = helper.make_graph(self.nodes, 'net', [picture], [made], self.constants)
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=8), path)


def johnson(s):
    """pytorch/examples fast_neural_style at the width of the weights. RGB 0...255 to RGB 0...255."""
    width = len(s.weights['conv1.conv2d.weight'])

    def stage(x, conv, norm, channels, stride=1):
        return s.relu(s.norm(s.conv(x, conv + '.conv2d', stride), channels, norm))

    x = stage('x', 'conv1', 'in1', width)
    x = stage(x, 'conv2', 'in2', 2 * width, 2)
    x = stage(x, 'conv3', 'in3', 4 * width, 2)
    for block in range(1, 6):
        y = stage(x, f'res{block}.conv1', f'res{block}.in1', 4 * width)
        x = s.add('Add', x, s.norm(s.conv(y, f'res{block}.conv2.conv2d'), 4 * width, f'res{block}.in2'))
    x = stage(s.enlarge(x), 'deconv1', 'in4', 2 * width)
    x = stage(s.enlarge(x), 'deconv2', 'in5', width)
    return s.conv(x, 'deconv3.conv2d')


# Where the convolutions stand in the two Sequentials of naoto0804/pytorch-AdaIN; None is where the size changes. In one file
# they stand behind 'encoder.' and 'decoder.'.
ENCODER = ['2', '5', None, '9', '12', None, '16', '19', '22', '25', None, '29']
DECODER = ['1', None, '5', '8', '11', '14', None, '18', '21', None, '25', '28']


def adain_encoder(s):
    """VGG-19 to relu4_1 with its 1x1 convolution in front. RGB 0...1 to [512][h / 8][w / 8]."""
    x = s.conv('x', 'encoder.0')
    for place in ENCODER:
        if place is None:
            x = s.add('MaxPool', x, kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)
        else:
            x = s.relu(s.conv(x, f'encoder.{place}'))
    return x


def adain(s, mean, deviation):
    """Encoder, the style's mean and deviation per channel instead of the picture's, mirror decoder. RGB 0...1."""
    x = s.add('InstanceNormalization', adain_encoder(s), s.constant(deviation), s.constant(mean), epsilon=1e-5)
    for place in DECODER:
        if place is None:
            x = s.enlarge(x)
        else:
            x = s.conv(x, f'decoder.{place}')
            x = x if place == DECODER[-1] else s.relu(x)
    return x


def cut(s):
    """The residual generator of CycleGAN with nearest enlargement, nine blocks. RGB -1...1."""
    width = len(s.weights['model.1.weight'])

    def stage(x, place, channels, stride=1):
        return s.relu(s.norm(s.conv(x, f'model.{place}', stride), channels))

    x = stage('x', 1, width)
    x = stage(x, 4, 2 * width, 2)
    x = stage(x, 7, 4 * width, 2)
    for block in range(10, 19):
        y = stage(x, f'{block}.conv_block.1', 4 * width)
        x = s.add('Add', x, s.norm(s.conv(y, f'model.{block}.conv_block.5'), 4 * width))
    x = stage(s.enlarge(x), 20, 2 * width)
    x = stage(s.enlarge(x), 24, width)
    return s.add('Tanh', s.conv(x, 'model.28'))


def build(kind, weights, width, height, path, style=()):
    """Writes a net for pictures of a size to a file. `style` is mean and deviation of an AdaIN style's features."""
    try:
        s = Sketch(load_file(weights))
    except SafetensorError as problem:
        raise RuntimeError(f'cannot read {weights}: {problem}; peers get their nets from safetensors: stylehost models convert')
    make = {'johnson': johnson, 'adain': adain, 'adain-encoder': adain_encoder, 'cut': cut}[kind]
    try:
        result = make(s, *style)
    except KeyError as key:
        raise RuntimeError(f'{weights} has no tensor {key}, which the net of the peers needs')
    s.save(result, height, width, path)
