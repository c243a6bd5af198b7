// Makes weight files byte by byte, honest ones and others.

import Foundation

/// Little-endian bytes of an integer.
func le<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

/// Safetensors files.
enum ForgedSafetensors {
  /// - Parameter length: what the file says about its header, if not the truth.
  static func file(_ header: String, data: [UInt8] = [], length: UInt64? = nil) -> [UInt8] {
    le(length ?? UInt64(header.utf8.count)) + Array(header.utf8) + data
  }

  static func tensor(_ type: String = "F32", shape: String = "[1]", offsets: String = "[0,4]") -> String {
    "{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
  }
}

/// Pickles, opcode by opcode.
enum ForgedPickle {
  static func program(_ body: [UInt8]...) -> [UInt8] { [0x80, 2] + body.flatMap { $0 } + [0x2E] }
  static func op(_ character: Character) -> [UInt8] { Array(String(character).utf8) }
  static func text(_ text: String) -> [UInt8] { op("X") + le(UInt32(text.utf8.count)) + Array(text.utf8) }
  static func global(_ module: String, _ name: String) -> [UInt8] { Array("c\(module)\n\(name)\n".utf8) }
  static func int(_ value: Int) -> [UInt8] { [0x8A, 8] + le(Int64(value)) }
  static func tuple(_ items: [[UInt8]]) -> [UInt8] { op("(") + items.flatMap { $0 } + op("t") }
  static func ints(_ values: [Int]) -> [UInt8] { tuple(values.map(int)) }
  static func dictionary(_ pairs: [(String, [UInt8])]) -> [UInt8] {
    op("}") + op("(") + pairs.flatMap { text($0.0) + $0.1 } + op("u")
  }

  static func storage(_ type: String = "FloatStorage", key: String = "0", count: Int, extra: [[UInt8]] = []) -> [UInt8]
  {
    tuple([text("storage"), global("torch", type), text(key), text("cpu"), int(count)] + extra) + op("Q")
  }

  static func tensor(storage: [UInt8], offset: Int = 0, shape: [Int], strides: [Int]) -> [UInt8] {
    global("torch._utils", "_rebuild_tensor_v2")
      + tuple([storage, int(offset), ints(shape), ints(strides), [0x89], op("}")]) + op("R")
  }
}

/// PyTorch's legacy container.
enum ForgedLegacy {
  static let magic: [UInt8] = [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]

  static func file(
    _ object: [UInt8], keys: [String] = ["0"], storages: [[UInt8]] = [le(Int64(4)) + [UInt8](repeating: 0, count: 16)]
  ) -> [UInt8] {
    magic + ForgedPickle.program(ForgedPickle.int(1001)) + ForgedPickle.program(ForgedPickle.op("}"))
      + ForgedPickle.program(object)
      + ForgedPickle.program(
        ForgedPickle.op("]"), ForgedPickle.op("("), keys.flatMap(ForgedPickle.text), ForgedPickle.op("e"))
      + storages.flatMap { $0 }
  }
}

/// Zip archives of stored entries.
struct ForgedZip {
  struct Entry {
    var name: String
    var contents: [UInt8]
    var flags: UInt16 = 0
    var method: UInt16 = 0
    var localName: String?
    /// What the directory says, if not the truth.
    var size: UInt32?
    var offset: UInt32?
    var extra: [UInt8] = []
  }

  var entries: [Entry]
  var count: UInt16?
  var directorySize: UInt32?
  var directoryOffset: UInt32?
  /// Put between the directory and the end record.
  var beforeEnd: [UInt8] = []

  /// What torch.save would write.
  static func torch(_ pickle: [UInt8], storages: [String: [UInt8]] = ["0": [UInt8](repeating: 0, count: 16)])
    -> ForgedZip
  {
    ForgedZip(
      entries: [Entry(name: "archive/data.pkl", contents: pickle)]
        + storages.sorted { $0.key < $1.key }.map { Entry(name: "archive/data/\($0.key)", contents: $0.value) })
  }

  var bytes: [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      let size = UInt32(entry.contents.count)
      let offset = UInt32(file.count)
      let localName = Array((entry.localName ?? entry.name).utf8)
      file +=
        le(UInt32(0x0403_4B50)) + le(UInt16(20)) + le(entry.flags) + le(entry.method) + [UInt8](repeating: 0, count: 8)
      file += le(size) + le(size) + le(UInt16(localName.count)) + le(UInt16(0)) + localName + entry.contents
      let name = Array(entry.name.utf8)
      directory +=
        le(UInt32(0x0201_4B50)) + le(UInt32(0)) + le(entry.flags) + le(entry.method) + [UInt8](repeating: 0, count: 8)
      directory +=
        le(entry.size ?? size) + le(entry.size ?? size) + le(UInt16(name.count)) + le(UInt16(entry.extra.count))
      directory += le(UInt16(0)) + [UInt8](repeating: 0, count: 8) + le(entry.offset ?? offset) + name + entry.extra
    }
    let offset = UInt32(file.count)
    file += directory + beforeEnd + le(UInt32(0x0605_4B50)) + le(UInt32(0))
    file += le(count ?? UInt16(entries.count)) + le(count ?? UInt16(entries.count))
    file += le(directorySize ?? UInt32(directory.count)) + le(directoryOffset ?? offset) + le(UInt16(0))
    return file
  }
}

/// Torch7's objects, piece by piece.
enum ForgedTorch7 {
  static let nothing = i(0)
  static func i(_ value: Int32) -> [UInt8] { le(value) }
  static func q(_ value: Int64) -> [UInt8] { le(value) }
  static func words(_ text: String) -> [UInt8] { i(Int32(text.utf8.count)) + Array(text.utf8) }
  static func text(_ text: String) -> [UInt8] { i(2) + words(text) }
  static func number(_ value: Double) -> [UInt8] { i(1) + le(value.bitPattern) }
  static func boolean(_ value: Bool) -> [UInt8] { i(5) + i(value ? 1 : 0) }

  /// - Parameter count: what the table says, if not the truth.
  static func table(_ index: Int32, _ items: [(String, [UInt8])], count: Int32? = nil) -> [UInt8] {
    i(3) + i(index) + i(count ?? Int32(items.count)) + items.flatMap { text($0.0) + $0.1 }
  }

  static func object(_ index: Int32, _ name: String) -> [UInt8] { i(4) + i(index) + words("V 1") + words(name) }

  /// A module whose fields are table 2.
  static func module(_ name: String, _ fields: [(String, [UInt8])], index: Int32 = 1) -> [UInt8] {
    object(index, name) + table(index + 1, fields)
  }

  static let storage = object(12, "torch.FloatStorage") + q(2) + le(Float(1).bitPattern) + le(Float(2).bitPattern)

  static func tensor(
    shape: [Int64], strides: [Int64], offset: Int64 = 1, rank: Int32? = nil, storage: [UInt8] = storage
  ) -> [UInt8] {
    object(11, "torch.FloatTensor") + i(rank ?? Int32(shape.count)) + shape.flatMap(q) + strides.flatMap(q) + q(offset)
      + storage
  }
}

/// ONNX, field by field.
enum ForgedONNX {
  static func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
  }

  static func int(_ field: UInt64, _ value: Int64) -> [UInt8] {
    varint(field << 3) + varint(UInt64(bitPattern: value))
  }

  /// - Parameter length: what the field says, if not the truth.
  static func bytes(_ field: UInt64, _ contents: [UInt8], length: UInt64? = nil) -> [UInt8] {
    varint(field << 3 | 2) + varint(length ?? UInt64(contents.count)) + contents
  }

  static func text(_ field: UInt64, _ text: String) -> [UInt8] { bytes(field, Array(text.utf8)) }

  static func model(_ graph: [UInt8]) -> [UInt8] { int(1, 8) + bytes(7, graph) + bytes(8, int(2, 17)) }

  static func node(_ op: String, _ inputs: [String], _ outputs: [String], _ attributes: [[UInt8]] = []) -> [UInt8] {
    bytes(
      1,
      inputs.flatMap { text(1, $0) } + outputs.flatMap { text(2, $0) } + text(3, "the \(op)") + text(4, op)
        + attributes.flatMap { bytes(5, $0) })
  }

  static func attribute(_ name: String, type: Int64, _ value: [UInt8] = []) -> [UInt8] {
    text(1, name) + value + int(20, type)
  }

  /// A tensor of floats, to be put into a field.
  static func tensor(
    _ name: String = "t", dims: [Int64] = [2], type: Int64 = 1, raw: [UInt8]? = [UInt8](repeating: 0, count: 8),
    more: [UInt8] = []
  ) -> [UInt8] {
    dims.flatMap { int(1, $0) } + int(2, type) + text(8, name) + (raw.map { bytes(9, $0) } ?? []) + more
  }

  static func initializer(_ tensor: [UInt8]) -> [UInt8] { bytes(5, tensor) }
  static func input(_ name: String) -> [UInt8] { bytes(11, text(1, name)) }
  static func output(_ name: String) -> [UInt8] { bytes(12, text(1, name)) }
}
