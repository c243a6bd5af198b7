// Instance normalisation with a learned scale and shift.
import PluginKit

/// Each plane to mean 0 and variance 1 over its own pixels, then scaled and shifted (Ulyanov et al. 2016). Variance is
/// biased, epsilon stands inside the root: PyTorch's `InstanceNorm2d(affine=True)`.
public struct InstanceNorm2d {
  let weight: Tensor
  let bias: Tensor
  let epsilon: Double

  /// Takes `key.weight` and `key.bias`, both [channels].
  public init(
    _ checkpoint: inout Checkpoint, _ key: String, _ channels: Int, epsilon: Double = 1e-5
  ) throws(PluginError) {
    weight = try checkpoint.tensor("\(key).weight", [channels])
    bias = try checkpoint.tensor("\(key).bias", [channels])
    self.epsilon = epsilon
  }

  /// x: [channels, h, w]. Gives the same shape.
  public func callAsFunction(_ x: Value, in graph: borrowing GraphBuilder) -> Value {
    graph.instanceNorm(x, scale: graph.constant(weight), shift: graph.constant(bias), epsilon: epsilon)
  }
}
