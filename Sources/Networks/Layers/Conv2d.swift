// The padded convolution of style networks.
import PluginKit

/// A convolution with its padding, as one layer: pad by (k - 1) / 2 on all sides, convolve, add the bias.
public struct Conv2d {
  /// Number of planes that come and go.
  public let inChannels, outChannels: Int
  /// Side of the kernel, and step between outputs, in pixels.
  public let kernel, stride: Int
  /// Outputs see the planes of their own group only.
  public let groups: Int
  let padding: PadMode
  let weight: Tensor
  let bias: Tensor?

  /// Takes `key.weight` [out, in / groups, kernel, kernel] and `key.bias` [out].
  public init(
    _ checkpoint: inout Checkpoint, _ key: String, _ channels: (in: Int, out: Int), kernel: Int, stride: Int = 1,
    padding: PadMode = .reflect, groups: Int = 1
  ) throws(PluginError) {
    try self.init(
      &checkpoint, names: ("\(key).weight", "\(key).bias"), channels, kernel: kernel, stride: stride, padding: padding,
      groups: groups)
  }

  /// What the tensors of a convolution are called.
  typealias Names = (weight: String, bias: String)

  /// Takes a weight [out, in / groups, kernel, kernel] and a bias [out] of any names.
  init(
    _ checkpoint: inout Checkpoint, names: Names, _ channels: (in: Int, out: Int), kernel: Int, stride: Int = 1,
    padding: PadMode = .reflect, groups: Int = 1
  ) throws(PluginError) {
    (inChannels, outChannels) = (channels.in, channels.out)
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.groups = groups
    weight = try checkpoint.tensor(names.weight, [outChannels, inChannels / groups, kernel, kernel])
    bias = try checkpoint.tensor(names.bias, [outChannels])
  }

  /// Takes `key/weights` [kernel, kernel, in, out], as TensorFlow lays it, and no bias; borders are reflected.
  init(
    tensorFlow checkpoint: inout Checkpoint, _ key: String, _ channels: (in: Int, out: Int), kernel: Int,
    stride: Int = 1
  ) throws(PluginError) {
    (inChannels, outChannels) = (channels.in, channels.out)
    self.kernel = kernel
    self.stride = stride
    (padding, groups) = (.reflect, 1)
    let tensor = try checkpoint.tensor("\(key)/weights", [kernel, kernel, inChannels, outChannels])
    guard let turned = tensor.permuted([3, 2, 0, 1]) else {
      throw checkpoint.failure("tensor '\(key)/weights' cannot be read as a convolution's weight")
    }
    weight = turned
    bias = nil
  }

  /// x: [in, h, w]. Gives [out, ceil(h / stride), ceil(w / stride)] for odd kernels,
  /// [out, floor(h / 2), floor(w / 2)] for kernels of 4 and stride 2.
  /// - Parameter borders: instead of (k - 1) / 2 on all sides; wider ones give a result that reaches beyond the picture.
  public func callAsFunction(_ x: Value, borders: Borders? = nil, in graph: borrowing GraphBuilder) -> Value {
    let borders = borders ?? .all((kernel - 1) / 2)
    let padded = borders == .all(0) ? x : graph.pad2d(x, borders, padding)
    return graph.conv2d(
      padded, weight: graph.constant(weight), bias: constant(bias, in: graph), stride: stride, groups: groups)
  }

  private func constant(_ tensor: Tensor?, in graph: borrowing GraphBuilder) -> Value? {
    guard let tensor else { return nil }
    return graph.constant(tensor)
  }

  /// Multiplications of one output pixel.
  public var multiplyAddsPerOutput: Double { Double(inChannels / groups * outChannels * kernel * kernel) }
}
