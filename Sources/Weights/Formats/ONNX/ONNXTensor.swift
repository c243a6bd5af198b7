// The tensors of an ONNX file, in whichever of its fields the numbers are.

import Foundation

/// What ONNX calls the types of numbers, by its number for each.
enum ONNXElement: Int32 {
  case float = 1
  case uint8 = 2
  case int8 = 3
  case uint16 = 4
  case int16 = 5
  case int32 = 6
  case int64 = 7
  case bool = 9
  case float16 = 10
  case double = 11
  case uint32 = 12
  case uint64 = 13
  case bfloat16 = 16

  /// The type it is stored in here. Unsigned numbers of more than one byte take the next wider signed type.
  var elementType: ElementType {
    switch self {
    case .float: .float32
    case .uint8: .uint8
    case .int8: .int8
    case .int16: .int16
    case .uint16, .int32: .int32
    case .uint32, .uint64, .int64: .int64
    case .bool: .bool
    case .float16: .float16
    case .double: .float64
    case .bfloat16: .bfloat16
    }
  }

  /// Bytes of one element in `raw_data`.
  var rawByteCount: Int {
    switch self {
    case .uint16: 2
    case .uint32: 4
    default: elementType.byteCount
    }
  }

  /// The name of any of ONNX's types, for messages and for values that are computed: "f32", "u16", "string".
  static func name(_ number: Int32) -> String {
    switch number {
    case 4: "u16"
    case 8: "string"
    case 12: "u32"
    case 13: "u64"
    case 14, 15: "complex"
    case 17...20, 24: "float8"
    case 21: "uint4"
    case 22: "int4"
    case 23: "float4"
    default: ONNXElement(rawValue: number)?.elementType.rawValue ?? "type \(number)"
    }
  }
}

extension ONNXTensorProto {
  /// The tensor under a name of the file.
  /// - Throws: `Fault` naming the tensor: a type that is not read, numbers in another file, or not as many as the shape asks for.
  func named(_ name: String, fileSize: Int) throws(Fault) -> NamedTensor {
    do throws(Fault) {
      guard dataLocation == .default else {
        throw .unsupported("its numbers are in another file: save the model in one file, with its external data inside")
      }
      guard let element = ONNXElement(rawValue: dataType) else {
        throw .unsupported("its type \(ONNXElement.name(dataType)) is not read: convert it to 32-bit floats")
      }
      let shape = dims.map { Int($0) }
      let memory = try contents(element, count: try count(of: shape)).withUnsafeBytes { OwnedBytes(copying: $0) }
      let layout = try TensorLayout(
        elementType: element.elementType, shape: shape, strides: TensorLayout.rowMajorStrides(shape), offset: 0,
        storageBytes: memory.bytes.count, promise: WeightFile.promise(fileSize: fileSize))
      return NamedTensor(name: name, layout: layout, storage: memory.bytes, owner: memory)
    } catch {
      throw Fault(kind: error.kind, reason: "tensor '\(name.printable())': \(error.reason)")
    }
  }

  private func count(of shape: [Int]) throws(Fault) -> Int {
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { throw .damaged("its shape \(TensorLayout.text(shape)) cannot be") }
      count = product
    }
    return count
  }

  /// The elements as they are stored here, one after the other.
  private func contents(_ element: ONNXElement, count: Int) throws(Fault) -> [UInt8] {
    if hasRawData { return try raw(element, count: count) }
    switch element {
    case .float: return try bytes(floatData, count) { $0.bitPattern }
    case .double: return try bytes(doubleData, count) { $0.bitPattern }
    case .int64: return try bytes(int64Data, count) { $0 }
    case .uint64, .uint32: return try bytes(uint64Data, count) { Int64(bitPattern: $0) }
    case .int32: return try bytes(int32Data, count) { $0 }
    case .uint16: return try bytes(int32Data, count) { Int32(UInt16(truncatingIfNeeded: $0)) }
    case .int16, .float16, .bfloat16: return try bytes(int32Data, count) { Int16(truncatingIfNeeded: $0) }
    case .int8, .uint8: return try bytes(int32Data, count) { Int8(truncatingIfNeeded: $0) }
    case .bool: return try bytes(int32Data, count) { $0 == 0 ? UInt8(0) : 1 }
    }
  }

  private func raw(_ element: ONNXElement, count: Int) throws(Fault) -> [UInt8] {
    let size = element.rawByteCount
    guard rawData.count / size == count, rawData.count % size == 0 else { throw unfilled(rawData.count / size) }
    switch element {
    case .uint16: return rawData.withUnsafeBytes { raw in widened(raw, UInt16.self) { Int32($0) } }
    case .uint32: return rawData.withUnsafeBytes { raw in widened(raw, UInt32.self) { Int64($0) } }
    default: return [UInt8](rawData)
    }
  }

  private func widened<Stored: FixedWidthInteger, Wide: FixedWidthInteger>(
    _ raw: UnsafeRawBufferPointer, _: Stored.Type, _ widen: (Stored) -> Wide
  ) -> [UInt8] {
    stride(from: 0, to: raw.count, by: MemoryLayout<Stored>.size).flatMap { offset in
      withUnsafeBytes(of: widen(Stored(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: Stored.self)))) {
        Array($0)
      }
    }
  }

  /// The bytes of typed numbers.
  private func bytes<Stored, Kept: FixedWidthInteger>(
    _ numbers: [Stored], _ count: Int, _ keep: (Stored) -> Kept
  ) throws(Fault) -> [UInt8] {
    guard numbers.count == count else { throw unfilled(numbers.count) }
    return numbers.map { keep($0).littleEndian }.withUnsafeBytes { Array($0) }
  }

  private func unfilled(_ found: Int) -> Fault {
    .damaged("its \(found) numbers do not fill its shape \(TensorLayout.text(dims.map { Int($0) }))")
  }
}
