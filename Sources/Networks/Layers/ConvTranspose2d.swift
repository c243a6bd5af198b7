// The transposed convolution that enlarges in CycleGAN's generators.
import PluginKit

/// Twice the size by a learned 3x3 kernel: PyTorch's `ConvTranspose2d(kernel_size=3, stride=2, padding=1, output_padding=1)`.
struct ConvTranspose2d {
  let weight, bias: Tensor

  /// Takes `key.weight` [in, out, 3, 3] and `key.bias` [out].
  init(_ checkpoint: inout Checkpoint, _ key: String, _ channels: (in: Int, out: Int)) throws(PluginError) {
    weight = try checkpoint.tensor("\(key).weight", [channels.in, channels.out, 3, 3])
    bias = try checkpoint.tensor("\(key).bias", [channels.out])
  }

  /// x: [in, h, w]. Gives [out, 2 h, 2 w].
  func callAsFunction(_ x: Value, in graph: borrowing GraphBuilder) -> Value {
    graph.convTranspose2d(
      x, weight: graph.constant(weight), bias: graph.constant(bias), stride: 2, cut: .all(1), more: (1, 1))
  }

  /// Multiplications of one input pixel.
  var multiplyAddsPerInput: Double { Double(weight.shape.reduce(1, *)) }
}
