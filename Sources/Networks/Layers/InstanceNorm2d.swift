// Instance normalisation, with a learned scale and shift or without.
import PluginKit

/// Each plane to mean 0 and variance 1 over its own pixels (Ulyanov et al. 2016), then scaled and shifted where the network has
/// learnt how. Variance is biased, epsilon stands inside the root: PyTorch's `InstanceNorm2d`.
public struct InstanceNorm2d {
  let affine: (weight: Tensor, bias: Tensor)?
  let epsilon: Double

  /// Takes `key.weight` and `key.bias`, both [channels]: PyTorch's `InstanceNorm2d(affine=True)`.
  public init(
    _ checkpoint: inout Checkpoint, _ key: String, _ channels: Int, epsilon: Double = 1e-5
  ) throws(PluginError) {
    affine = (
      try checkpoint.tensor("\(key).weight", [channels]), try checkpoint.tensor("\(key).bias", [channels])
    )
    self.epsilon = epsilon
  }

  /// Without scale and shift, and so without keys: PyTorch's default.
  public init(epsilon: Double = 1e-5) {
    affine = nil
    self.epsilon = epsilon
  }

  /// x: [channels, h, w]. Gives the same shape.
  public func callAsFunction(_ x: Value, in graph: borrowing GraphBuilder) -> Value {
    guard let affine else { return graph.instanceNorm(x, scale: nil, shift: nil, epsilon: epsilon) }
    return graph.instanceNorm(
      x, scale: graph.constant(affine.weight), shift: graph.constant(affine.bias), epsilon: epsilon)
  }
}
