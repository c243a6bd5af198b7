// FreshModel+Filling.swift - the numbers of a fresh network.

import PluginAPI
import Weights

extension FreshModel {
  /// All tensors with their numbers, drawn from a seed.
  ///
  /// - Throws: `HostError` of kind plugin for a tensor that cannot be filled as asked.
  func filled(seed: UInt64) throws(HostError) -> [NamedTensor] {
    var filled: [NamedTensor] = []
    for tensor in tensors {
      guard let floats = FreshModel.numbers(tensor, seed: seed) else {
        throw HostError(
          .plugin, "tensor '\(tensor.name)' of the shape \(tensor.shape) cannot be filled in the way \(tensor.fill)")
      }
      do {
        filled.append(try NamedTensor(name: tensor.name, shape: tensor.shape, floats: floats))
      } catch {
        throw HostError(error)
      }
    }
    return filled
  }

  private static func numbers(_ tensor: Tensor, seed: UInt64) -> [Float]? {
    let count = tensor.shape.reduce(1, *)
    switch tensor.fill {
    case STH_FILL_ZERO: return [Float](repeating: 0, count: count)
    case STH_FILL_ONE: return [Float](repeating: 1, count: count)
    case STH_FILL_HE_NORMAL:
      let deviation = (2 / Double(count / tensor.shape[0])).squareRoot()
      var normal = SeededNormal(seed: seed, name: tensor.name)
      return [Float](unsafeUninitializedCapacity: count) { numbers, filled in
        for i in 0..<count { numbers.initializeElement(at: i, to: Float(normal.next() * deviation)) }
        filled = count
      }
    case STH_FILL_IDENTITY:
      let side = tensor.shape[0]
      guard tensor.shape.count >= 2, tensor.shape[1] == side, count == side * side else { return nil }
      return (0..<count).map { $0 / side == $0 % side ? 1 : 0 }
    default: return nil
    }
  }
}
