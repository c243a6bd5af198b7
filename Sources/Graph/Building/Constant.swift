// Numbers beside the picture: a borrowed tensor of any float type and strides, read out as dense float32.
import PluginAPI

/// A constant of a graph. The data is borrowed from the caller until the graph is destroyed.
struct Constant: @unchecked Sendable {
  // SAFETY: the data is only read here and lives longer than the graph; by the contract of graph.h the caller writes that of a variable
  // between runs alone.

  /// For messages and profiles.
  let name: String
  /// Extents, outermost first; each >= 1.
  let dims: [Int]

  private let tensor: sth_tensor
  /// The memory of a constant that the graph made itself.
  private let owned: PackedBlock?
  /// Of numbers that change between runs; nil for those that do not.
  let watch: VariableWatch?

  /// Its numbers change between runs.
  var isVariable: Bool { watch != nil }

  /// Elements that one constant may have; 2^31 floats are 8 GiB.
  static let countLimit = Int(Int32.max)

  var count: Int { dims.reduce(1, *) }

  /// "[32,3,9,9]"
  var shapeText: String { "[" + dims.map(String.init).joined(separator: ",") + "]" }

  /// The caller's memory, where that is dense float32 already.
  var denseFloats: UnsafePointer<Float>? {
    guard tensor.dtype == STH_DTYPE_F32, let data = tensor.data, Int(bitPattern: data) % 4 == 0 else { return nil }
    var expected = 4
    for (extent, stride) in zip(dims, strides).reversed() {
      if extent > 1 && stride != expected { return nil }
      expected *= extent
    }
    return data.assumingMemoryBound(to: Float.self)
  }

  /// Bytes from one element to the next along each axis.
  private var strides: [Int] {
    withUnsafeBytes(of: tensor.stride_bytes) { $0.bindMemory(to: Int64.self).prefix(dims.count).map { Int($0) } }
  }

  /// - Parameter isVariable: the numbers may change, and must be dense float32.
  init(name: String, tensor: sth_tensor, isVariable: Bool = false) throws(GraphError) {
    let subject = "\(isVariable ? "variable" : "constant") '\(name)'"
    guard tensor.dtype >= STH_DTYPE_F32, tensor.dtype <= STH_DTYPE_F64 else {
      throw .invalid("\(subject): element type \(tensor.dtype) is not a float type; give f32, f16, bf16 or f64")
    }
    guard tensor.rank >= 1, tensor.rank <= STH_TENSOR_MAX_RANK else {
      throw .invalid("\(subject): rank \(tensor.rank) is not in 1...\(STH_TENSOR_MAX_RANK)")
    }
    guard tensor.data != nil else { throw .invalid("\(subject): data is NULL") }
    let rank = Int(tensor.rank)
    let extents = withUnsafeBytes(of: tensor.dims) { Array($0.bindMemory(to: Int64.self).prefix(rank)) }
    let strides = withUnsafeBytes(of: tensor.stride_bytes) { Array($0.bindMemory(to: Int64.self).prefix(rank)) }
    for (extent, stride) in zip(extents, strides) {
      guard extent >= 1, extent <= Int64(Self.countLimit), stride >= 0 else {
        throw .invalid("\(subject): an extent of \(extent) with a stride of \(stride) bytes is not usable")
      }
    }
    _ = try Self.count(name: name, dims: extents.map { Int($0) })
    self.name = name
    self.tensor = tensor
    watch = isVariable ? VariableWatch() : nil
    owned = nil
    dims = extents.map { Int($0) }
    guard !isVariable || denseFloats != nil else {
      throw .invalid("\(subject): its numbers are not float32 in row-major order")
    }
  }

  /// A constant of dense float32 of the graph's own; `fill` writes it to memory that holds zeros.
  /// - Parameter watch: of the variable that it is made of, with which it will be `refilled`.
  init(
    name: String, dims: [Int], watch: VariableWatch? = nil, fill: (UnsafeMutablePointer<Float>) -> Void
  ) throws(GraphError) {
    let count = try Self.count(name: name, dims: dims)
    let block = try PackedBlock(bytes: count * 4)
    var tensor = sth_tensor()
    (tensor.dtype, tensor.rank, tensor.data) = (STH_DTYPE_F32, Int32(dims.count), UnsafeRawPointer(block.data))
    withUnsafeMutableBytes(of: &tensor.stride_bytes) { strides in
      var stride: Int64 = 4
      for (axis, extent) in dims.enumerated().reversed() {
        strides.storeBytes(of: stride, toByteOffset: axis * 8, as: Int64.self)
        stride *= Int64(extent)
      }
    }
    (self.name, self.dims, self.tensor, self.watch, owned) = (name, dims, tensor, watch, block)
    refill(fill)
  }

  /// Finds out whether a variable's numbers, which are the caller's, have changed.
  func look() {
    guard let watch, owned == nil, let floats = denseFloats else { return }
    watch.look(at: UnsafeBufferPointer(start: floats, count: count))
  }

  /// Writes the graph's own numbers anew, to memory that holds zeros.
  func refill(_ fill: (UnsafeMutablePointer<Float>) -> Void) {
    guard let owned else { return }
    withExtendedLifetime(owned) {
      let floats = owned.data.bindMemory(to: Float.self, capacity: count)
      floats.initialize(repeating: 0, count: count)
      fill(floats)
    }
  }

  /// Elements of a constant of these extents.
  static func count(name: String, dims: [Int]) throws(GraphError) -> Int {
    var count = 1
    for extent in dims {
      let product = count.multipliedReportingOverflow(by: extent)
      guard !product.overflow, product.partialValue <= countLimit else {
        throw .unsupported("constant '\(name)': more than 2^31 - 1 elements")
      }
      count = product.partialValue
    }
    return count
  }

  /// All elements, dense and outermost first.
  func floats() -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      guard let start = buffer.baseAddress else { return }
      write(to: start)
      filled = count
    }
  }

  /// Writes all elements, dense and outermost first, to `destination` with room for `count`.
  func write(to destination: UnsafeMutablePointer<Float>) {
    guard let data = tensor.data else { return }
    var target = destination
    // The loop works on addresses alone: without this the owner of the memory may be gone before.
    withExtendedLifetime(owned) { write(data, axis: 0, strides: strides, to: &target) }
  }

  private func write(
    _ data: UnsafeRawPointer, axis: Int, strides: [Int], to target: inout UnsafeMutablePointer<Float>
  ) {
    guard axis == dims.count - 1 else {
      for index in 0..<dims[axis] { write(data + index * strides[axis], axis: axis + 1, strides: strides, to: &target) }
      return
    }
    let (count, stride) = (dims[axis], strides[axis])
    // SAFETY: strides keep every element inside the caller's data (weights.h); loads need no alignment.
    switch tensor.dtype {
    case STH_DTYPE_F16:
      for index in 0..<count {
        target[index] = Float(Float16(bitPattern: data.loadUnaligned(fromByteOffset: index * stride, as: UInt16.self)))
      }
    case STH_DTYPE_BF16:
      for index in 0..<count {
        let bits = data.loadUnaligned(fromByteOffset: index * stride, as: UInt16.self)
        target[index] = Float(bitPattern: UInt32(bits) << 16)
      }
    case STH_DTYPE_F64:
      for index in 0..<count {
        target[index] = Float(data.loadUnaligned(fromByteOffset: index * stride, as: Double.self))
      }
    default:
      for index in 0..<count {
        target[index] = data.loadUnaligned(fromByteOffset: index * stride, as: Float.self)
      }
    }
    target += count
  }
}
