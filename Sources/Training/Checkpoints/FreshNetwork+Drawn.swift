// The numbers of a network that has learnt nothing yet.
import PluginKit
import Weights

/// How large the numbers of weights are that a training begins with, all of them normal.
enum Initialisation: Equatable {
  /// He et al. 2015: variance 2 / inputs.
  case he
  /// Glorot, Bengio 2010, times a gain: variance gain^2 * 2 / (inputs + outputs).
  case xavier(gain: Double)
  /// This deviation.
  case normal(Double)

  /// What a number of He's variance is multiplied by.
  fileprivate func factor(_ shape: [Int]) -> Double {
    let taps = shape.dropFirst(2).reduce(1, *)
    let inputs = Double(shape.dropFirst().reduce(1, *))
    switch self {
    case .he: return 1
    case .xavier(let gain): return gain * (inputs / (inputs + Double(shape[0] * taps))).squareRoot()
    case .normal(let deviation): return deviation / (2 / inputs).squareRoot()
    }
  }
}

extension FreshNetwork {
  /// Its tensors: of He's variance as `stylehost models init` writes them, of another one in proportion.
  func drawn(seed: UInt64, _ initialisation: Initialisation = .he) throws(TrainingError) -> [TrainedTensor] {
    try TrainingError.ofWeights { () throws(WeightsError) in
      var tensors: [TrainedTensor] = []
      for tensor in self.tensors {
        let fill = TensorFill(rawValue: tensor.fill.rawValue) ?? .zero
        var floats = try NamedTensor(name: tensor.name, shape: tensor.shape, fill: fill, seed: seed).floats()
        if fill == .heNormal, initialisation != .he {
          let factor = Float(initialisation.factor(tensor.shape))
          for i in floats.indices { floats[i] *= factor }
        }
        tensors.append(TrainedTensor(name: tensor.name, shape: tensor.shape, floats: floats))
      }
      return tensors
    }
  }
}
