// The numbers of a network while it learns, as a file has them.
import PluginKit
import Weights

/// How the numbers of a finished network are stored.
public enum StoredPrecision: String, Sendable, CaseIterable {
  /// Half the size, and no difference that can be seen.
  case float16 = "f16"
  /// As they were learnt.
  case float32 = "f32"
}

extension NamedTensor {
  /// Numbers in row-major order at a precision; float16 rounds to the nearest.
  init(name: String, shape: [Int], floats: [Float], at precision: StoredPrecision) throws(WeightsError) {
    switch precision {
    case .float32: try self.init(name: name, shape: shape, floats: floats)
    case .float16:
      var bytes: [UInt8] = []
      bytes.reserveCapacity(2 * floats.count)
      for value in floats {
        let bits = Float16(value).bitPattern
        bytes += [UInt8(truncatingIfNeeded: bits), UInt8(truncatingIfNeeded: bits >> 8)]
      }
      try self.init(name: name, elementType: .float16, shape: shape, contents: bytes)
    }
  }
}
