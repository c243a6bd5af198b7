// Reads little-endian numbers and runs of bytes from memory, and never past its end.

/// A position in borrowed bytes. Every read is checked; a read past the end is a `Fault`, not a trap.
struct ByteCursor {
  let bytes: UnsafeRawBufferPointer
  private(set) var position: Int
  /// Where we are, for errors: "the zip directory".
  let place: String

  init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0, place: String) {
    self.bytes = bytes
    self.position = min(max(position, 0), bytes.count)
    self.place = place
  }

  var remaining: Int { bytes.count - position }

  /// The next `count` bytes, borrowed.
  mutating func take(_ count: Int) throws(Fault) -> UnsafeRawBufferPointer {
    guard count >= 0, count <= remaining else {
      throw .damaged("\(place) ends too early (\(count) bytes wanted at byte \(position), \(remaining) left)")
    }
    defer { position += count }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
  }

  /// The next integer, least significant byte first.
  mutating func integer<Value: FixedWidthInteger>(_: Value.Type) throws(Fault) -> Value {
    let run = try take(MemoryLayout<Value>.size)
    return Value(littleEndian: run.loadUnaligned(as: Value.self))
  }

  /// The text up to the next line feed, which is consumed and not part of it.
  mutating func line(limit: Int) throws(Fault) -> String {
    let window = bytes[position..<position + min(limit, remaining)]
    guard let end = window.firstIndex(of: UInt8(ascii: "\n")) else {
      throw .damaged("\(place) holds a line without an end at byte \(position)")
    }
    defer { position = end + 1 }
    return String(decoding: bytes[position..<end], as: UTF8.self)
  }
}
