// The numbers of a tensor, for plugins that compute with some of them before the first frame.
import PluginAPI

extension Tensor {
  /// What an element is.
  public enum ElementType: UInt32, Sendable {
    /// Floating point; bfloat16 is the upper half of a float32.
    case float32 = 1, float16, bfloat16, float64
    /// Whole numbers, and one byte that is 0 or not.
    case int8, uint8, int16, int32, int64, bool
  }

  /// What the elements are; nil for a type that is newer than this library.
  public var elementType: ElementType? { ElementType(rawValue: view.dtype) }

  /// How many elements there are.
  public var count: Int { shape.reduce(1, *) }

  /// All elements as float32, in row-major order. Whole numbers beyond 2^24 are rounded.
  public func floats() -> [Float] {
    switch elementType {
    case .float32: elements { Float(bitPattern: $0.loadUnaligned(as: UInt32.self)) }
    case .float16: elements { Float(Float16(bitPattern: $0.loadUnaligned(as: UInt16.self))) }
    case .bfloat16: elements { Float(bitPattern: UInt32($0.loadUnaligned(as: UInt16.self)) << 16) }
    case .float64: elements { Float(Double(bitPattern: $0.loadUnaligned(as: UInt64.self))) }
    default: integers().map { Float($0) }
    }
  }

  /// All elements as whole numbers, in row-major order; floating point numbers are cut off, what is no number is 0.
  public func integers() -> [Int] {
    switch elementType {
    case .int8: elements { Int($0.loadUnaligned(as: Int8.self)) }
    case .uint8: elements { Int($0.loadUnaligned(as: UInt8.self)) }
    case .int16: elements { Int($0.loadUnaligned(as: Int16.self)) }
    case .int32: elements { Int($0.loadUnaligned(as: Int32.self)) }
    case .int64: elements { Int($0.loadUnaligned(as: Int64.self)) }
    case .bool: elements { $0.loadUnaligned(as: UInt8.self) == 0 ? 0 : 1 }
    case .float32, .float16, .bfloat16, .float64: floats().map { Int(exactly: $0.rounded(.towardZero)) ?? 0 }
    case nil: [Int](repeating: 0, count: count)
    }
  }

  /// Reads every element where it lies.
  private func elements<Number>(_ read: (UnsafeRawPointer) -> Number) -> [Number] {
    guard let data = view.data, count > 0 else { return [] }
    let strides = withUnsafeBytes(of: view.stride_bytes) { bytes in
      bytes.bindMemory(to: Int64.self).prefix(shape.count).map { Int($0) }
    }
    var index = [Int](repeating: 0, count: shape.count)
    var offset = 0
    var numbers: [Number] = []
    numbers.reserveCapacity(count)
    for _ in 0..<count {
      // SAFETY: the contract keeps every element of the view inside the file, which `file` keeps open.
      numbers.append(read(data + offset))
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        offset += strides[axis]
        if index[axis] < shape[axis] { break }
        offset -= strides[axis] * shape[axis]
        index[axis] = 0
        axis -= 1
      }
    }
    return numbers
  }
}
