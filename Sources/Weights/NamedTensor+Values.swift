// The numbers of a tensor in row-major order, whatever its strides and its type.

extension NamedTensor {
  /// The elements as 32-bit floats, in row-major order. f16 and bf16 are exact; f64 is rounded to nearest.
  /// - Throws: `WeightsError` for an integer or boolean tensor.
  public func floats() throws(WeightsError) -> [Float] {
    let source = bytes
    switch elementType {
    case .float32:
      return gather { source.loadUnaligned(fromByteOffset: $0, as: Float.self) }
    case .float64:
      return gather { Float(source.loadUnaligned(fromByteOffset: $0, as: Double.self)) }
    case .float16:
      return gather { Float(halfBits: source.loadUnaligned(fromByteOffset: $0, as: UInt16.self)) }
    case .bfloat16:
      return gather { Float(bitPattern: UInt32(source.loadUnaligned(fromByteOffset: $0, as: UInt16.self)) << 16) }
    case .int64, .int32, .int16, .int8, .uint8, .bool:
      throw WeightsError(
        kind: .mismatched, action: .read, subject: "tensor '\(name.printable())'",
        reason: "it holds \(elementType), not floating point numbers: this network cannot use it as a weight")
    }
  }

  /// The elements in their own type, row-major and without gaps, little-endian.
  public func contiguousBytes() -> [UInt8] {
    if isContiguous { return [UInt8](bytes) }
    let size = elementType.byteCount
    let source = bytes
    return [UInt8](unsafeUninitializedCapacity: elementCount * size) { target, count in
      let raw = UnsafeMutableRawBufferPointer(target)
      forEachElement { index, offset in
        UnsafeMutableRawBufferPointer(rebasing: raw[index * size..<(index + 1) * size])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[offset..<offset + size]))
      }
      count = elementCount * size
    }
  }

  private func gather(_ load: (_ byteOffset: Int) -> Float) -> [Float] {
    [Float](unsafeUninitializedCapacity: elementCount) { target, count in
      if isContiguous {
        let size = elementType.byteCount
        for index in 0..<elementCount { target.initializeElement(at: index, to: load(index * size)) }
      } else {
        forEachElement { index, offset in target.initializeElement(at: index, to: load(offset)) }
      }
      count = elementCount
    }
  }

  /// Visits the elements in row-major order with their running number and their byte offset in `bytes`.
  private func forEachElement(_ visit: (_ index: Int, _ byteOffset: Int) -> Void) {
    guard elementCount > 0 else { return }
    let (size, shape, strides) = (elementType.byteCount, layout.shape, layout.strides)
    var position = [Int](repeating: 0, count: shape.count)
    var offset = 0
    for index in 0..<elementCount {
      visit(index, offset * size)
      // Like an odometer: the innermost axis that does not wrap around moves on. The layout proves the offsets, except
      // for the strides of axes of extent 1, which may be anything.
      for axis in shape.indices.reversed() where shape[axis] != 1 {
        position[axis] += 1
        offset += strides[axis]
        if position[axis] < shape[axis] { break }
        offset -= strides[axis] * shape[axis]
        position[axis] = 0
      }
    }
  }
}

extension Float {
  /// The value of an IEEE 754 binary16 number, exactly; infinities and NaNs stay what they are.
  init(halfBits bits: UInt16) {
    let sign = UInt32(bits & 0x8000) << 16
    let magnitude = UInt32(bits & 0x7FFF)
    if magnitude >= 0x7C00 {
      self.init(bitPattern: sign | 0x7F80_0000 | (magnitude & 0x03FF) << 13)
    } else {
      // Exponent and fraction moved into place are the value times 2^-112; subnormals come out right because 2^112 is exact.
      let scaled = Float(bitPattern: magnitude << 13) * Float(bitPattern: 0x7780_0000)
      self.init(bitPattern: scaled.bitPattern | sign)
    }
  }
}
