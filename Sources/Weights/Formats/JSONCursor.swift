// A strict reader of the JSON of a safetensors header: it walks the bytes, builds no tree and recurses to a fixed depth.

/// A position in JSON text. The caller says what it expects next; anything else is a `Fault`.
struct JSONCursor {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  /// Levels of arrays and objects a skipped value may have.
  static let maximumDepth = 32

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Walks an object; `member` must consume the value of each key.
  mutating func object(
    _ member: (_ key: String, _ cursor: inout JSONCursor) throws(Fault) -> Void
  ) throws(Fault) {
    try expect("{")
    if accept("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try member(key, &self)
    } while accept(",")
    try expect("}")
  }

  /// Walks an array; `item` must consume each value.
  mutating func array(_ item: (_ cursor: inout JSONCursor) throws(Fault) -> Void) throws(Fault) {
    try expect("[")
    if accept("]") { return }
    repeat { try item(&self) } while accept(",")
    try expect("]")
  }

  /// A whole number that is not negative and fits an `Int`.
  mutating func count() throws(Fault) -> Int {
    skipSpace()
    let start = position
    var value = 0
    while let digit = peek(), (0x30...0x39).contains(digit) {
      let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow) = tens.addingReportingOverflow(Int(digit - 0x30))
      guard !tooLarge, !overflow else { throw fault("holds a number that is too large") }
      value = sum
      position += 1
    }
    let next = peek()
    guard position > start, next != UInt8(ascii: "."), next != UInt8(ascii: "e"), next != UInt8(ascii: "E") else {
      throw fault("holds something where a whole number belongs")
    }
    return value
  }

  /// A text.
  mutating func string() throws(Fault) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while let byte = peek() {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw fault("holds a text that is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): text.append(contentsOf: String(Character(try escape())).utf8)
      case 0..<0x20: throw fault("holds a text without an end")
      default: text.append(byte)
      }
    }
    throw fault("ends inside a text")
  }

  /// Passes over a value of any kind.
  mutating func skipValue(depth: Int = 0) throws(Fault) {
    guard depth < JSONCursor.maximumDepth else { throw fault("is nested too deeply") }
    skipSpace()
    switch peek() {
    case UInt8(ascii: "{"):
      try object { (_, cursor) throws(Fault) in try cursor.skipValue(depth: depth + 1) }
    case UInt8(ascii: "["):
      try array { (cursor) throws(Fault) in try cursor.skipValue(depth: depth + 1) }
    case UInt8(ascii: "\""): _ = try string()
    default: try skipScalar()
    }
  }

  /// Fails unless only spaces are left.
  mutating func end() throws(Fault) {
    skipSpace()
    if position != bytes.count { throw fault("goes on after its end") }
  }

  /// Numbers and the words true, false and null; what they say does not matter to anybody here.
  private mutating func skipScalar() throws(Fault) {
    let start = position
    while let byte = peek(), (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || "+-.E".utf8.contains(byte)
    {
      position += 1
    }
    if position == start { throw fault("holds something that is not JSON") }
  }

  private mutating func escape() throws(Fault) -> Unicode.Scalar {
    guard let byte = peek() else { throw fault("ends inside a text") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw fault("holds an unknown escape")
    }
  }

  private mutating func unicodeEscape() throws(Fault) -> Unicode.Scalar {
    let unit = try hexQuad()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    // A surrogate: the other half must follow.
    guard (0xD800..<0xDC00).contains(unit), peek() == UInt8(ascii: "\\") else {
      throw fault("holds half a surrogate pair")
    }
    position += 1
    guard peek() == UInt8(ascii: "u") else { throw fault("holds half a surrogate pair") }
    position += 1
    let low = try hexQuad()
    guard (0xDC00..<0xE000).contains(low), let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    else {
      throw fault("holds half a surrogate pair")
    }
    return scalar
  }

  private mutating func hexQuad() throws(Fault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw fault("holds a bad \\u escape")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(Fault) {
    guard accept(character) else { throw fault("lacks a '\(character)'") }
  }

  private func fault(_ problem: String) -> Fault { .damaged("its JSON header \(problem) at byte \(position + 8)") }
}
