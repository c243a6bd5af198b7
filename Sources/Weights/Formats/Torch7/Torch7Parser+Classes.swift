// The classes a .t7 file may name: tensors, storages, and the modules of nn and cudnn. Every other is refused by its name.

extension Torch7Parser {
  /// Reads a torch object from its version on.
  mutating func torchObject(depth: Int) throws(Fault) -> Torch7Object {
    var name = String(decoding: try text(), as: UTF8.self)
    // Files from before there were versions begin with the class.
    if name.hasPrefix("V "), Int(name.dropFirst(2)) != nil { name = String(decoding: try text(), as: UTF8.self) }
    if let type = Torch7Parser.elementType(name, ending: "Tensor") {
      return .tensor(try tensor(of: type, depth: depth))
    }
    if let type = Torch7Parser.elementType(name, ending: "Storage") { return .storage(try storage(of: type)) }
    guard name.hasPrefix("nn.") || name.hasPrefix("cudnn.") else {
      throw .unsupported(
        "it holds an object of the class '\(name.printable())', which is no tensor and no module of nn or cudnn: save the network alone"
      )
    }
    return .module(name, fields: try fields(of: name, depth: depth))
  }

  /// int32 dimensions, int64 sizes, int64 strides, int64 offset from 1, storage.
  private mutating func tensor(of type: ElementType, depth: Int) throws(Fault) -> Torch7Tensor {
    let rank = try cursor.integer(Int32.self)
    guard rank >= 0, rank <= TensorLayout.maximumRank else {
      throw .damaged("a tensor promises \(rank) dimensions at byte \(cursor.position - 4)")
    }
    let shape = try longs(Int(rank))
    let strides = try longs(Int(rank))
    let (offset, overflow) = Int(try cursor.integer(Int64.self)).subtractingReportingOverflow(1)
    guard !overflow else { throw .damaged("a tensor begins before its storage") }
    return Torch7Tensor(
      elementType: type, shape: shape, strides: strides, offset: offset, storage: try value(depth: depth + 1))
  }

  private mutating func longs(_ count: Int) throws(Fault) -> [Int] {
    var numbers: [Int] = []
    for _ in 0..<count { numbers.append(Int(try cursor.integer(Int64.self))) }
    return numbers
  }

  /// int64 count, elements.
  private mutating func storage(of type: ElementType) throws(Fault) -> Torch7Storage {
    let count = try cursor.integer(Int64.self)
    guard count >= 0, Int(count) <= cursor.remaining / type.byteCount else {
      throw .damaged("a storage promises \(count) elements, but only \(cursor.remaining) bytes follow")
    }
    return Torch7Storage(elementType: type, bytes: try cursor.take(Int(count) * type.byteCount))
  }

  /// `torch.FloatTensor` and its siblings, and those of CUDA, where `torch.CudaTensor` holds 32-bit floats.
  private static func elementType(_ name: String, ending: String) -> ElementType? {
    guard name.hasPrefix("torch."), name.hasSuffix(ending) else { return nil }
    var stem = name.dropFirst("torch.".count).dropLast(ending.count)
    if stem.hasPrefix("Cuda") { stem = stem.count == 4 ? "Float" : stem.dropFirst(4) }
    switch stem {
    case "Float": return .float32
    case "Double": return .float64
    case "Half": return .float16
    case "Long": return .int64
    case "Int": return .int32
    case "Short": return .int16
    case "Char": return .int8
    case "Byte": return .uint8
    default: return nil
    }
  }
}
