// Shape and strides of a tensor, proven to stay inside its storage.

/// Where the elements of a tensor lie in its storage. A value of this type exists only if every element does.
struct TensorLayout: Sendable, Equatable {
  let elementType: ElementType
  /// Extents, outermost first; empty for a scalar.
  let shape: [Int]
  /// Elements from one index to the next, per axis; never negative, 0 repeats.
  let strides: [Int]
  /// Number of elements, the product of `shape`.
  let elementCount: Int
  /// Bytes of storage to skip before the first element.
  private(set) var byteOffset: Int
  /// Bytes from the first element to the end of the last one reached.
  let byteSpan: Int

  /// PyTorch's own limit; a longer shape is a lie.
  static let maximumRank = 64

  /// Checks every product and sum for overflow and the last element against the storage.
  /// - Parameters:
  ///   - offset: index of the first element, in elements.
  ///   - storageBytes: size of the storage.
  ///   - promise: the most bytes a tensor of this file may unfold to. Strides of 0 let four bytes of storage claim any shape.
  init(
    elementType: ElementType, shape: [Int], strides: [Int], offset: Int, storageBytes: Int, promise: Int
  ) throws(Fault) {
    guard shape.count == strides.count, shape.count <= TensorLayout.maximumRank else {
      throw .damaged("it has \(shape.count) dimensions and \(strides.count) strides")
    }
    guard offset >= 0, shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 }) else {
      throw .damaged("its shape, strides or offset are negative")
    }
    let size = elementType.byteCount
    // Counted without the zero extents, so that [0, 2^62] is as impossible as [1, 2^62].
    var unfolded = size
    for extent in shape where extent != 0 {
      let (product, overflow) = unfolded.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= promise else {
        throw .damaged("its shape \(TensorLayout.text(shape)) promises more than the file can hold")
      }
      unfolded = product
    }
    let isEmpty = shape.contains(0)
    guard let end = TensorLayout.end(shape: shape, strides: strides, offset: offset, isEmpty: isEmpty),
      end <= storageBytes / size
    else {
      throw .damaged("its elements reach past the end of its \(storageBytes) bytes of storage")
    }
    self.elementType = elementType
    self.shape = shape
    self.strides = strides
    elementCount = isEmpty ? 0 : unfolded / size
    byteOffset = offset * size
    byteSpan = isEmpty ? 0 : (end - offset) * size
  }

  /// Elements from the start of the storage to the end of the last element; nil on overflow.
  private static func end(shape: [Int], strides: [Int], offset: Int, isEmpty: Bool) -> Int? {
    if isEmpty { return offset }
    var last = offset
    for (extent, stride) in zip(shape, strides) {
      let (reach, tooFar) = (extent - 1).multipliedReportingOverflow(by: stride)
      let (sum, tooLong) = last.addingReportingOverflow(reach)
      if tooFar || tooLong { return nil }
      last = sum
    }
    return last == Int.max ? nil : last + 1
  }

  /// Strides of a row-major tensor without gaps. The product must not overflow: check it first, or use wrapping as here.
  static func rowMajorStrides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    var step = 1
    for axis in shape.indices.reversed() {
      strides[axis] = step
      // An extent of 0 counts as 1, as in PyTorch. `&*`: a shape that overflows is refused by `init`, whatever the strides.
      step = step &* max(shape[axis], 1)
    }
    return strides.map { max($0, 0) }
  }

  /// The same layout for a storage that begins with the first element.
  var atOrigin: TensorLayout {
    var layout = self
    layout.byteOffset = 0
    return layout
  }

  /// Whether the elements lie in row-major order without gaps. Strides of axes of extent 1 do not matter.
  var isContiguous: Bool {
    if elementCount == 0 { return true }
    var step = 1
    for axis in shape.indices.reversed() where shape[axis] != 1 {
      if strides[axis] != step { return false }
      step *= shape[axis]
    }
    return true
  }

  /// `[32, 3, 9, 9]`, shortened if it is absurdly long.
  static func text(_ shape: [Int]) -> String {
    let shown = shape.prefix(8).map(String.init).joined(separator: ",")
    return "[" + shown + (shape.count > 8 ? ",...]" : "]")
  }
}
