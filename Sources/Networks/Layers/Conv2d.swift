// The padded convolution of style networks.
import PluginKit

/// A convolution with its padding, as one layer: pad by k/2 on all sides, convolve, add the bias.
public struct Conv2d {
  /// Number of planes that come and go.
  public let inChannels, outChannels: Int
  /// Side of the kernel, and step between outputs, in pixels.
  public let kernel, stride: Int
  let padding: PadMode
  let weight: Tensor
  let bias: Tensor

  /// Takes `key.weight` [out, in, kernel, kernel] and `key.bias` [out].
  public init(
    _ checkpoint: inout Checkpoint, _ key: String, _ channels: (in: Int, out: Int), kernel: Int, stride: Int = 1,
    padding: PadMode = .reflect
  ) throws(PluginError) {
    (inChannels, outChannels) = (channels.in, channels.out)
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    weight = try checkpoint.tensor("\(key).weight", [outChannels, inChannels, kernel, kernel])
    bias = try checkpoint.tensor("\(key).bias", [outChannels])
  }

  /// x: [in, h, w]. Gives [out, ceil(h / stride), ceil(w / stride)] for odd kernels.
  public func callAsFunction(_ x: Value, in graph: borrowing GraphBuilder) -> Value {
    let padded = kernel == 1 ? x : graph.pad2d(x, .all(kernel / 2), padding)
    return graph.conv2d(padded, weight: graph.constant(weight), bias: graph.constant(bias), stride: stride)
  }

  /// Multiplications of one output pixel.
  public var multiplyAddsPerOutput: Double { Double(inChannels * outChannels * kernel * kernel) }
}
