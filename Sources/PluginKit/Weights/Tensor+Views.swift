// Other ways to look at the same numbers.
import PluginAPI

extension Tensor {
  /// The same numbers with other extents, in the same order; nil where their product differs, or where the numbers do not lie
  /// one behind the other.
  public func reshaped(_ extents: [Int]) -> Tensor? {
    guard extents.count <= Int(STH_TENSOR_MAX_RANK), extents.allSatisfy({ $0 >= 1 }),
      extents.reduce(count, /) == 1, extents.reduce(1, *) == count, let size = elementBytes
    else { return nil }
    let dense = Self.denseStrides(shape, size)
    guard zip(byteStrides, dense).enumerated().allSatisfy({ shape[$0] == 1 || $1.0 == $1.1 }) else { return nil }
    return viewed(extents, Self.denseStrides(extents, size))
  }

  /// Axis i of the result is axis `axes[i]` of this tensor; nil where `axes` does not name each axis once.
  public func permuted(_ axes: [Int]) -> Tensor? {
    guard axes.sorted() == Array(shape.indices) else { return nil }
    let strides = byteStrides
    return viewed(axes.map { shape[$0] }, axes.map { strides[$0] })
  }

  private var byteStrides: [Int] {
    withUnsafeBytes(of: view.stride_bytes) { $0.bindMemory(to: Int64.self).prefix(shape.count).map { Int($0) } }
  }

  private var elementBytes: Int? {
    switch elementType {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .float16, .bfloat16, .int16: 2
    case .int8, .uint8, .bool: 1
    case nil: nil
    }
  }

  /// Strides in bytes of numbers that lie one behind the other.
  private static func denseStrides(_ extents: [Int], _ size: Int) -> [Int] {
    extents.indices.map { extents[($0 + 1)...].reduce(size, *) }
  }

  private func viewed(_ extents: [Int], _ byteStrides: [Int]) -> Tensor {
    var view = view
    view.rank = Int32(extents.count)
    withUnsafeMutableBytes(of: &view.dims) { bytes in
      for (i, n) in extents.enumerated() { bytes.storeBytes(of: Int64(n), toByteOffset: i * 8, as: Int64.self) }
    }
    withUnsafeMutableBytes(of: &view.stride_bytes) { bytes in
      for (i, n) in byteStrides.enumerated() { bytes.storeBytes(of: Int64(n), toByteOffset: i * 8, as: Int64.self) }
    }
    return Tensor(name: name, view: view, file: file)
  }
}
