// Instance normalisation, with a learned scale and shift or without.
import PluginKit

/// Each plane to mean 0 and variance 1 over its own pixels (Ulyanov et al. 2016), then scaled and shifted where the network has
/// learnt how. Variance is biased, epsilon stands inside the root: PyTorch's `InstanceNorm2d`.
public struct InstanceNorm2d {
  let affine: (scale: [Float], shift: [Float])?
  let epsilon: Double

  /// Takes `key.weight` and `key.bias`: [channels] each, PyTorch's `InstanceNorm2d(affine=True)`; or, where there is a `mix`,
  /// [styles, channels] each, whose rows it mixes: conditional instance normalisation (Dumoulin et al., ICLR 2017).
  init(
    _ checkpoint: inout Checkpoint, _ key: String, _ channels: Int, _ mix: StyleMix? = nil
  ) throws(PluginError) {
    let shape = (mix.map { [$0.styleCount] } ?? []) + [channels]
    let scale = try checkpoint.tensor("\(key).weight", shape).floats()
    let shift = try checkpoint.tensor("\(key).bias", shape).floats()
    affine = mix.map { ($0(scale), $0(shift)) } ?? (scale, shift)
    epsilon = 1e-5
  }

  /// Takes `key/InstanceNorm/gamma` and `key/InstanceNorm/beta`, [styles, channels] each, as Magenta lays them.
  init(magenta checkpoint: inout Checkpoint, _ key: String, _ channels: Int, _ mix: StyleMix) throws(PluginError) {
    let shape = [mix.styleCount, channels]
    affine = (
      mix(try checkpoint.tensor("\(key)/InstanceNorm/gamma", shape).floats()),
      mix(try checkpoint.tensor("\(key)/InstanceNorm/beta", shape).floats())
    )
    epsilon = 1e-5
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
      x, scale: graph.constant("scale", shape: [affine.scale.count], affine.scale),
      shift: graph.constant("shift", shape: [affine.shift.count], affine.shift), epsilon: epsilon)
  }
}
