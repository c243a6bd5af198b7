// A failure found deep inside a format, where the path of the file is not known: `WeightFile.open` makes a `WeightsError` of it.

/// What is wrong with the bytes, and what to do, without the path.
struct Fault: Error {
  let kind: WeightsError.Kind
  let reason: String

  /// Bytes that contradict themselves.
  static func damaged(_ reason: String) -> Fault {
    Fault(kind: .damaged, reason: reason + ": the file is damaged or cut short, copy or download it again")
  }

  static func unsupported(_ reason: String) -> Fault { Fault(kind: .unsupported, reason: reason) }
  static func refused(_ reason: String) -> Fault { Fault(kind: .refused, reason: reason) }
  static func unrecognised(_ reason: String) -> Fault { Fault(kind: .unrecognised, reason: reason) }
  static func unreadable(_ reason: String) -> Fault { Fault(kind: .unreadable, reason: reason) }
  static func unwritable(_ reason: String) -> Fault { Fault(kind: .unwritable, reason: reason) }
}

extension String {
  /// This text made fit for one line of an error: control characters escaped, and cut to `limit` characters.
  func printable(limit: Int = 80) -> String {
    var line = ""
    var count = 0
    for scalar in unicodeScalars {
      if count == limit { return line + "..." }
      count += 1
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
        line += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line
  }
}
