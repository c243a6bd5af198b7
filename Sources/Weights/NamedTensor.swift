// A tensor with a name: a view into a mapped file, or numbers of its own.

/// A tensor as it is stored: name, element type, shape, strides and bytes.
///
/// A value keeps the memory it looks into alive, so it may outlive the `WeightFile` it came from. Copying it copies no numbers.
public struct NamedTensor: Sendable {
  /// The path of keys that leads to it, joined with dots: `state_dict.conv1.weight`.
  public let name: String
  let layout: TensorLayout
  /// Keeps `bytes` valid.
  private let owner: any Sendable & AnyObject
  // SAFETY: points into memory that `owner` keeps alive and nobody writes to.
  private nonisolated(unsafe) let view: UnsafeRawBufferPointer

  /// - Parameter storage: the whole storage the layout was checked against, inside memory that `owner` keeps alive.
  init(name: String, layout: TensorLayout, storage: UnsafeRawBufferPointer, owner: any Sendable & AnyObject) {
    self.name = name
    self.layout = layout
    self.owner = owner
    view = UnsafeRawBufferPointer(rebasing: storage[layout.byteOffset..<layout.byteOffset + layout.byteSpan])
  }

  /// A tensor of its own 32-bit floats, row-major, copied.
  /// - Throws: `WeightsError` if `floats.count` is not the product of `shape`.
  public init(name: String, shape: [Int], floats: [Float]) throws(WeightsError) {
    try self.init(
      name: name, elementType: .float32, shape: shape, memory: floats.withUnsafeBytes { OwnedBytes(copying: $0) })
  }

  /// A tensor of its own, row-major, from little-endian bytes, copied.
  /// - Throws: `WeightsError` if `contents` is not exactly as long as `shape` and `elementType` ask.
  public init(name: String, elementType: ElementType, shape: [Int], contents: [UInt8]) throws(WeightsError) {
    try self.init(
      name: name, elementType: elementType, shape: shape, memory: contents.withUnsafeBytes { OwnedBytes(copying: $0) })
  }

  private init(
    name: String, elementType: ElementType, shape: [Int], memory: OwnedBytes
  ) throws(WeightsError) {
    let size = memory.bytes.count
    let strides = TensorLayout.rowMajorStrides(shape)
    guard
      let layout = try? TensorLayout(
        elementType: elementType, shape: shape, strides: strides, offset: 0, storageBytes: size, promise: .max),
      layout.byteSpan == size
    else { throw NamedTensor.mismatch(name, shape, size / elementType.byteCount) }
    self.init(name: name, layout: layout, storage: memory.bytes, owner: memory)
  }

  private static func mismatch(_ name: String, _ shape: [Int], _ count: Int) -> WeightsError {
    WeightsError(
      kind: .mismatched, action: .read, subject: "tensor '\(name.printable())'",
      reason: "\(count) elements do not fill the shape \(TensorLayout.text(shape)): give it exactly its product")
  }

  /// The same numbers under another name.
  public func renamed(_ name: String) -> NamedTensor {
    NamedTensor(name: name, layout: layout.atOrigin, storage: view, owner: owner)
  }
}

extension NamedTensor {
  /// The type of one element.
  public var elementType: ElementType { layout.elementType }

  /// Extents, outermost first; empty for a scalar.
  public var shape: [Int] { layout.shape }

  /// Elements from one index to the next, per axis; never negative, 0 repeats.
  public var strides: [Int] { layout.strides }

  /// The product of `shape`.
  public var elementCount: Int { layout.elementCount }

  /// Whether the elements lie in row-major order without gaps.
  public var isContiguous: Bool { layout.isContiguous }

  /// From the first element to the end of the last element reached; strided tensors have foreign elements between.
  ///
  /// Valid while this value, a copy of it or its `WeightFile` lives. **Not necessarily aligned**: formats may put a tensor at any byte.
  public var bytes: UnsafeRawBufferPointer { view }
}
