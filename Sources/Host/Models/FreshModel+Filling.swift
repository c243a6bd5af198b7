// FreshModel+Filling.swift - the numbers of a fresh network.

import Weights

extension FreshModel {
  /// All tensors with their numbers, drawn from a seed.
  ///
  /// - Throws: `HostError` of kind plugin for a tensor that cannot be filled as asked.
  func filled(seed: UInt64) throws(HostError) -> [NamedTensor] {
    var filled: [NamedTensor] = []
    for tensor in tensors {
      guard let fill = TensorFill(rawValue: tensor.fill) else {
        throw HostError(
          .plugin, "tensor '\(tensor.name)' of the shape \(tensor.shape) cannot be filled in the way \(tensor.fill)")
      }
      do {
        filled.append(try NamedTensor(name: tensor.name, shape: tensor.shape, fill: fill, seed: seed))
      } catch {
        throw HostError(error)
      }
    }
    return filled
  }
}
