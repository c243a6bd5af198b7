// The numbers of a network while it learns, and as a file has them.
import Networks
import Weights

/// One tensor of a network that learns.
public struct TrainedTensor: Equatable, Sendable {
  /// The key in the file.
  public var name: String
  /// Extents, outermost first.
  public var shape: [Int]
  /// In row-major order.
  public var floats: [Float]
}

extension TrainedTensor {
  /// The tensors of a file and what it says of itself; statistics that no network here uses are left out.
  static func read(_ path: String) throws(TrainingError) -> (tensors: [TrainedTensor], metadata: [String: String]) {
    try TrainingError.ofWeights { () throws(WeightsError) in
      let file = try WeightFile.open(path: path)
      var tensors: [TrainedTensor] = []
      for tensor in file.tensors where !Checkpoint.isRunningStatistic(tensor.name) {
        tensors.append(TrainedTensor(name: tensor.name, shape: tensor.shape, floats: try tensor.floats()))
      }
      return (tensors, file.metadata)
    }
  }

  /// All tensors of several files. Whole numbers, such as counts of batches, are left out.
  /// - Throws: `model` for a file that cannot be read, and for a tensor that two of them have.
  static func merged(_ paths: [String]) throws(TrainingError) -> [TrainedTensor] {
    var tensors: [TrainedTensor] = []
    var owners: [String: String] = [:]
    for path in paths {
      let file = try TrainingError.ofWeights { () throws(WeightsError) in try WeightFile.open(path: path) }
      for tensor in file.tensors where tensor.elementType.isFloatingPoint {
        if let other = owners.updateValue(path, forKey: tensor.name) {
          throw TrainingError(
            .model, "cannot load \(path): '\(tensor.name)' is in \(other) too: name the file of each part once")
        }
        let floats = try TrainingError.ofWeights { () throws(WeightsError) in try tensor.floats() }
        tensors.append(TrainedTensor(name: tensor.name, shape: tensor.shape, floats: floats))
      }
    }
    return tensors
  }
}

extension [TrainedTensor] {
  /// The tensors of these names and shapes, in this order, out of a file.
  /// - Throws: `model` where one is missing or of another shape.
  func taken(from file: [TrainedTensor], _ path: String) throws(TrainingError) -> [TrainedTensor] {
    var taken: [TrainedTensor] = []
    for wanted in self {
      guard let found = file.first(where: { $0.name == wanted.name }), found.shape == wanted.shape else {
        throw TrainingError(
          .model, "cannot begin with \(path): it has no tensor '\(wanted.name)' of \(wanted.shape), which was asked for"
        )
      }
      taken.append(found)
    }
    return taken
  }
}

/// How the numbers of a finished network are stored.
public enum StoredPrecision: String, Sendable, CaseIterable {
  /// Half the size, and no difference that can be seen.
  case float16 = "f16"
  /// As they were learnt.
  case float32 = "f32"
}

extension NamedTensor {
  /// A tensor at a precision; float16 rounds to the nearest.
  init(_ tensor: TrainedTensor, at precision: StoredPrecision = .float32) throws(WeightsError) {
    switch precision {
    case .float32: try self.init(name: tensor.name, shape: tensor.shape, floats: tensor.floats)
    case .float16:
      var bytes: [UInt8] = []
      bytes.reserveCapacity(2 * tensor.floats.count)
      for value in tensor.floats {
        let bits = Float16(value).bitPattern
        bytes += [UInt8(truncatingIfNeeded: bits), UInt8(truncatingIfNeeded: bits >> 8)]
      }
      try self.init(name: tensor.name, elementType: .float16, shape: tensor.shape, contents: bytes)
    }
  }
}
