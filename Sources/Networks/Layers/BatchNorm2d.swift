// Batch normalisation as it runs once a network has learnt.
import PluginKit

/// (x - mean) / sqrt(variance + 1e-5) * weight + bias, with the mean and the variance of each plane that training has found: PyTorch's `BatchNorm2d`
/// and `BatchNorm1d` in eval mode (Ioffe and Szegedy, ICML 2015). It is frozen: nothing of it learns, and no picture moves its statistics.
struct BatchNorm2d {
  /// One scale and one shift for each plane.
  private let scale: [Float], shift: [Float]
  /// Mean 0 and variance 1 everywhere: no picture has ever gone through it.
  let isUntouched: Bool

  /// Added to variances.
  private static let epsilon = 1e-5

  /// Takes `key.weight`, `key.bias`, `key.running_mean` and `key.running_var`: [channels] each.
  init(_ file: inout Checkpoint, _ key: String, _ channels: Int) throws(PluginError) {
    let weight = try file.tensor("\(key).weight", [channels]).floats()
    let bias = try file.tensor("\(key).bias", [channels]).floats()
    let mean = try file.tensor("\(key).running_mean", [channels]).floats()
    let variance = try file.tensor("\(key).running_var", [channels]).floats()
    var (scale, shift): ([Float], [Float]) = ([], [])
    for c in 0..<channels {
      let factor = Double(weight[c]) / (max(0, Double(variance[c])) + Self.epsilon).squareRoot()
      scale.append(Float(factor))
      shift.append(Float(Double(bias[c]) - Double(mean[c]) * factor))
    }
    (self.scale, self.shift) = (scale, shift)
    isUntouched = mean.allSatisfy { $0 == 0 } && variance.allSatisfy { $0 == 1 }
  }

  /// x: [channels, h, w]. Gives the same shape.
  func callAsFunction(_ x: Value, in g: borrowing GraphBuilder) -> Value {
    g.affine(
      x, scale: g.constant("scale", shape: [scale.count], scale),
      shift: g.constant("shift", shape: [shift.count], shift))
  }
}
