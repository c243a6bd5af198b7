// The convolution of compressed generators: every plane by itself, then all planes of a pixel.
import PluginKit

/// 3x3 of each plane on a reflected border, instance norm, 1x1: `SeparableConv2d` of GAN Compression (Li et al., CVPR 2020).
struct SeparableConv2d {
  private let depthwise, pointwise: Conv2d
  private let norm = InstanceNorm2d()

  /// Takes `key.conv.0` [in, 1, 3, 3] and `key.conv.2` [out, in, 1, 1], both with a bias.
  init(_ checkpoint: inout Checkpoint, _ key: String, _ channels: (in: Int, out: Int)) throws(PluginError) {
    depthwise = try Conv2d(&checkpoint, "\(key).conv.0", (channels.in, channels.in), kernel: 3, groups: channels.in)
    pointwise = try Conv2d(&checkpoint, "\(key).conv.2", channels, kernel: 1)
  }

  /// x: [in, h, w]. Gives [out, h, w].
  func callAsFunction(_ x: Value, in g: borrowing GraphBuilder) -> Value {
    pointwise(norm(depthwise(x, in: g), in: g), in: g)
  }

  /// Multiplications of one output pixel.
  var multiplyAddsPerOutput: Double { depthwise.multiplyAddsPerOutput + pointwise.multiplyAddsPerOutput }
}
