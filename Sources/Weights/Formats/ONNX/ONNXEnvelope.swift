// The protobuf around a model, walked before anything is decoded: whether it is one, and how much decoding would make of it.
// https://protobuf.dev/programming-guides/encoding/

/// The first three levels of an ONNX file: model, graph and nodes.
enum ONNXEnvelope {
  /// Messages and texts a model may have on these levels: hundreds of times what a network for pictures needs. An empty message
  /// takes two bytes of the file and hundreds once it is decoded.
  static let maximumItems = 500_000

  /// Field number of `ModelProto.graph`.
  private static let graph = 7

  /// Messages whose fields are looked at.
  private enum Level {
    case model, graph, node

    /// What a field holds, if it is looked into.
    func inside(_ field: Int) -> Level? {
      switch (self, field) {
      case (.model, ONNXEnvelope.graph): .graph
      case (.graph, 1): .node
      default: nil
      }
    }
  }

  /// A field as it is stored.
  private struct Field {
    let number: Int
    /// The bytes of a text or a message; nil for a number.
    let bytes: UnsafeRawBufferPointer?
  }

  /// Whether the bytes begin with a version of the format and go on as a protobuf message up to a graph, whole or not.
  static func recognises(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.first == 0x08 else { return false }
    var cursor = ByteCursor(bytes, place: "the file")
    while cursor.remaining > 0 {
      // 0x3A: field 7, length-delimited.
      if bytes[cursor.position] == 0x3A { return true }
      guard (try? next(&cursor)) != nil else { return false }
    }
    return false
  }

  /// Checks every length on these levels against the file, and counts what there is.
  static func check(_ bytes: UnsafeRawBufferPointer) throws(Fault) {
    var items = 0
    try count(bytes, .model, &items)
    guard items > 0 else { throw .damaged("it holds nothing") }
  }

  private static func count(_ bytes: UnsafeRawBufferPointer, _ level: Level, _ items: inout Int) throws(Fault) {
    var cursor = ByteCursor(bytes, place: "its protobuf")
    while cursor.remaining > 0 {
      let field = try next(&cursor)
      guard let inside = field.bytes else { continue }
      items += 1
      guard items <= maximumItems else {
        throw .unsupported("it has more than \(maximumItems) nodes, values and attributes: save the network alone")
      }
      if let next = level.inside(field.number) { try count(inside, next, &items) }
    }
  }

  private static func next(_ cursor: inout ByteCursor) throws(Fault) -> Field {
    let start = cursor.position
    let key = try varint(&cursor)
    let number = Int(clamping: key >> 3)
    guard (1..<1 << 29).contains(number) else {
      throw .damaged("its protobuf has a field without a number at byte \(start)")
    }
    switch key & 7 {
    case 0:
      _ = try varint(&cursor)
      return Field(number: number, bytes: nil)
    case 1:
      _ = try cursor.take(8)
      return Field(number: number, bytes: nil)
    case 2: return Field(number: number, bytes: try cursor.take(Int(clamping: try varint(&cursor))))
    case 5:
      _ = try cursor.take(4)
      return Field(number: number, bytes: nil)
    default: throw .damaged("its protobuf has a field of an unknown kind at byte \(start)")
    }
  }

  /// A number of seven bits in each byte, least significant first.
  private static func varint(_ cursor: inout ByteCursor) throws(Fault) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      let byte = try cursor.integer(UInt8.self)
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw .damaged("its protobuf has a number without an end before byte \(cursor.position)")
  }
}
