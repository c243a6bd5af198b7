// The number types a tensor can be stored in.

/// The type of one element of a stored tensor. All of them are little-endian in every format this room reads.
public enum ElementType: String, Sendable, CaseIterable, CustomStringConvertible {
  case float32 = "f32"
  case float16 = "f16"
  case bfloat16 = "bf16"
  case float64 = "f64"
  case int64 = "i64"
  case int32 = "i32"
  case int16 = "i16"
  case int8 = "i8"
  case uint8 = "u8"
  case bool = "bool"

  /// Bytes of one element.
  public var byteCount: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .float16, .bfloat16, .int16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// Whether `NamedTensor.floats()` can read it.
  public var isFloatingPoint: Bool {
    switch self {
    case .float32, .float16, .bfloat16, .float64: true
    case .int64, .int32, .int16, .int8, .uint8, .bool: false
    }
  }

  /// The short name, as in `f32`.
  public var description: String { rawValue }
}
