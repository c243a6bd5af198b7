// Instance normalisation, with a learned scale and shift or without.
import PluginKit

/// Each plane to mean 0 and variance 1 over its own pixels (Ulyanov et al. 2016), then scaled and shifted where the network has
/// learnt how. Variance is biased, epsilon stands inside the root: PyTorch's `InstanceNorm2d`.
public struct InstanceNorm2d {
  private let affine: Affine
  let epsilon: Double

  /// Where scale and shift come from.
  private enum Affine {
    case none
    /// [channels] each, as the file has them: they can be learnt.
    case tensors(scale: Tensor, shift: Tensor)
    /// Of several styles, mixed.
    case numbers(scale: [Float], shift: [Float])
  }

  /// Takes `key.weight` and `key.bias`: [channels] each, PyTorch's `InstanceNorm2d(affine=True)`; or, where there is a `mix`,
  /// [styles, channels] each, whose rows it mixes: conditional instance normalisation (Dumoulin et al., ICLR 2017).
  init(
    _ checkpoint: inout Checkpoint, _ key: String, _ channels: Int, _ mix: StyleMix? = nil
  ) throws(PluginError) {
    let shape = (mix.map { [$0.styleCount] } ?? []) + [channels]
    let scale = try checkpoint.tensor("\(key).weight", shape)
    let shift = try checkpoint.tensor("\(key).bias", shape)
    if let mix {
      affine = .numbers(scale: mix(scale.floats()), shift: mix(shift.floats()))
    } else {
      affine = .tensors(scale: scale, shift: shift)
    }
    epsilon = 1e-5
  }

  /// Takes `key/InstanceNorm/gamma` and `key/InstanceNorm/beta`, [styles, channels] each, as Magenta lays them.
  init(magenta checkpoint: inout Checkpoint, _ key: String, _ channels: Int, _ mix: StyleMix) throws(PluginError) {
    let shape = [mix.styleCount, channels]
    affine = .numbers(
      scale: mix(try checkpoint.tensor("\(key)/InstanceNorm/gamma", shape).floats()),
      shift: mix(try checkpoint.tensor("\(key)/InstanceNorm/beta", shape).floats()))
    epsilon = 1e-5
  }

  /// Without scale and shift, and so without keys: PyTorch's default.
  public init(epsilon: Double = 1e-5) {
    affine = .none
    self.epsilon = epsilon
  }

  /// x: [channels, h, w]. Gives the same shape.
  public func callAsFunction(_ x: Value, in graph: borrowing GraphBuilder) -> Value {
    let (scale, shift): (Value?, Value?) =
      switch affine {
      case .none: (nil, nil)
      case .tensors(let scale, let shift): (graph.constant(scale), graph.constant(shift))
      case .numbers(let scale, let shift):
        (
          graph.constant("scale", shape: [scale.count], scale),
          graph.constant("shift", shape: [shift.count], shift)
        )
      }
    return graph.instanceNorm(x, scale: scale, shift: shift, epsilon: epsilon)
  }
}
