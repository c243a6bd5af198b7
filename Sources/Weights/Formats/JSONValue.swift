// JSON out, for what readers say about the structure of a model in its metadata.

/// A JSON value. Members keep the order they are given in, so the same value always gives the same text.
indirect enum JSONValue {
  case null
  case bool(Bool)
  /// The digits of a number, as JSON has them.
  case number(String)
  case text(String)
  case array([JSONValue])
  case object([(key: String, value: JSONValue)])

  static func integer(_ value: Int64) -> JSONValue { .number(String(value)) }
  static func integer(_ value: Int) -> JSONValue { .number(String(value)) }

  /// The shortest digits that give the same 32-bit number again. JSON has no infinities: they become the largest finite numbers.
  /// A NaN becomes null.
  static func real(_ value: Float) -> JSONValue {
    if value.isNaN { return .null }
    let limit = Float.greatestFiniteMagnitude
    return .number(String(min(max(value, -limit), limit)))
  }

  /// A number of a language that knows no integers: whole ones are written without a point; null where it is not finite.
  static func real(_ value: Double) -> JSONValue {
    guard value.isFinite else { return .null }
    if let whole = Int64(exactly: value), whole.magnitude <= 1 << 53 { return .integer(whole) }
    return .number(String(value))
  }

  /// The value as one line of JSON.
  var line: String {
    var line = ""
    append(to: &line)
    return line
  }

  private func append(to line: inout String) {
    switch self {
    case .null: line += "null"
    case .bool(let flag): line += flag ? "true" : "false"
    case .number(let digits): line += digits
    case .text(let text): line += JSONValue.quoted(text)
    case .array(let items):
      line += "["
      for (index, item) in items.enumerated() {
        if index > 0 { line += "," }
        item.append(to: &line)
      }
      line += "]"
    case .object(let members):
      line += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { line += "," }
        line += JSONValue.quoted(member.key) + ":"
        member.value.append(to: &line)
      }
      line += "}"
    }
  }

  /// A text between quotes, with what JSON does not allow in it escaped.
  static func quoted(_ text: String) -> String {
    var json = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": json += "\\\""
      case "\\": json += "\\\\"
      case "\u{0}"..<" ":
        let hex = String(scalar.value, radix: 16)
        json += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: json.unicodeScalars.append(scalar)
      }
    }
    return json + "\""
  }
}
