// The convolution of compressed generators: every plane by itself, then all planes of a pixel.
import PluginKit

/// 3x3 of each plane on a reflected border, instance norm, 1x1: `SeparableConv2d` of GAN Compression (Li et al., CVPR 2020).
struct SeparableConv2d {
  let depthwise: (weight: Tensor, bias: Tensor)
  let pointwise: (weight: Tensor, bias: Tensor)
  let norm = InstanceNorm2d()
  let channels: (in: Int, out: Int)

  /// Takes `key.conv.0` [in, 1, 3, 3] and `key.conv.2` [out, in, 1, 1], both with a bias.
  init(_ checkpoint: inout Checkpoint, _ key: String, _ channels: (in: Int, out: Int)) throws(PluginError) {
    self.channels = channels
    depthwise = (
      try checkpoint.tensor("\(key).conv.0.weight", [channels.in, 1, 3, 3]),
      try checkpoint.tensor("\(key).conv.0.bias", [channels.in])
    )
    pointwise = (
      try checkpoint.tensor("\(key).conv.2.weight", [channels.out, channels.in, 1, 1]),
      try checkpoint.tensor("\(key).conv.2.bias", [channels.out])
    )
  }

  /// x: [in, h, w]. Gives [out, h, w].
  func callAsFunction(_ x: Value, in g: borrowing GraphBuilder) -> Value {
    let planes = g.conv2d(
      g.pad2d(x, .all(1), .reflect), weight: g.constant(depthwise.weight), bias: g.constant(depthwise.bias),
      groups: channels.in)
    return g.conv2d(
      norm(planes, in: g), weight: g.constant(pointwise.weight), bias: g.constant(pointwise.bias))
  }

  /// Multiplications of one output pixel.
  var multiplyAddsPerOutput: Double { Double(channels.in * (9 + channels.out)) }
}
