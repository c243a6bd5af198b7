// The numbers of a network while it learns, and as a file has them.
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
