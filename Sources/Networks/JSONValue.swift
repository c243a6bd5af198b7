// Structure that model files carry in their metadata, as text.

/// A value of JSON (RFC 8259).
enum JSONValue: Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  /// nil for anything that is not one JSON value, or nested deeper than 200.
  init?(_ text: String) {
    var reader = Reader(bytes: Array(text.utf8))
    guard let value = reader.value(depth: 0), reader.isAtEnd else { return nil }
    self = value
  }

  /// The entry of an object under a key; nil where there is none.
  subscript(_ key: String) -> JSONValue? {
    guard case .object(let entries) = self else { return nil }
    return entries[key]
  }

  /// The text; nil for another value.
  var text: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }

  /// The number; nil for another value.
  var number: Double? {
    guard case .number(let number) = self else { return nil }
    return number
  }

  /// The items; nil for another value.
  var list: [JSONValue]? {
    guard case .list(let items) = self else { return nil }
    return items
  }

  /// Walks the bytes once.
  private struct Reader {
    let bytes: [UInt8]
    var place = 0

    /// Nothing but space is left.
    var isAtEnd: Bool {
      mutating get {
        skipSpace()
        return place == bytes.count
      }
    }

    private mutating func skipSpace() {
      while place < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[place]) { place += 1 }
    }

    private mutating func take(_ text: StaticString) -> Bool {
      skipSpace()
      let length = text.utf8CodeUnitCount
      guard place + length <= bytes.count else { return false }
      let isSame = text.withUTF8Buffer { wanted in (0..<length).allSatisfy { bytes[place + $0] == wanted[$0] } }
      if isSame { place += length }
      return isSame
    }

    mutating func value(depth: Int) -> JSONValue? {
      guard depth < 200 else { return nil }
      if take("null") { return .null }
      if take("true") { return .bool(true) }
      if take("false") { return .bool(false) }
      if take("[") { return list(depth) }
      if take("{") { return object(depth) }
      if take("\"") { return string().map(JSONValue.text) }
      return number()
    }

    private mutating func list(_ depth: Int) -> JSONValue? {
      var items: [JSONValue] = []
      if take("]") { return .list(items) }
      while let item = value(depth: depth + 1) {
        items.append(item)
        if take("]") { return .list(items) }
        guard take(",") else { return nil }
      }
      return nil
    }

    private mutating func object(_ depth: Int) -> JSONValue? {
      var entries: [String: JSONValue] = [:]
      if take("}") { return .object(entries) }
      while take("\""), let key = string(), take(":"), let item = value(depth: depth + 1) {
        entries[key] = item
        if take("}") { return .object(entries) }
        guard take(",") else { return nil }
      }
      return nil
    }

    private mutating func number() -> JSONValue? {
      let start = place
      while place < bytes.count, "+-.eE0123456789".utf8.contains(bytes[place]) { place += 1 }
      return Double(String(decoding: bytes[start..<place], as: UTF8.self)).map(JSONValue.number)
    }

    /// The rest of a string, after its first quotation mark.
    private mutating func string() -> String? {
      var units: [UInt8] = []
      while place < bytes.count {
        let byte = bytes[place]
        place += 1
        switch byte {
        case UInt8(ascii: "\""): return String(validating: units, as: UTF8.self)
        case UInt8(ascii: "\\"):
          guard let character = escape() else { return nil }
          units += Array(String(character).utf8)
        case 0..<0x20: return nil
        default: units.append(byte)
        }
      }
      return nil
    }

    private mutating func escape() -> Character? {
      guard place < bytes.count else { return nil }
      let byte = bytes[place]
      place += 1
      let plain: [UInt8: Character] = [
        UInt8(ascii: "n"): "\n", UInt8(ascii: "t"): "\t", UInt8(ascii: "r"): "\r", UInt8(ascii: "b"): "\u{8}",
        UInt8(ascii: "f"): "\u{c}", UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/",
      ]
      guard byte == UInt8(ascii: "u") else { return plain[byte] }
      guard var code = hex() else { return nil }
      if (0xd800..<0xdc00).contains(code) {
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\\"), take("\\u"), let low = hex(),
          (0xdc00..<0xe000).contains(low)
        else { return nil }
        code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
      }
      return Unicode.Scalar(code).map(Character.init)
    }

    private mutating func hex() -> UInt32? {
      guard place + 4 <= bytes.count else { return nil }
      defer { place += 4 }
      return UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
    }
  }
}
