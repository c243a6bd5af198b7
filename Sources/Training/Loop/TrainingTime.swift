// Spans of time as people write them.

/// "90s", "45m", "2h", "1h30m".
public enum TrainingTime {
  /// Seconds of a span. Throws `usage` for what is none.
  public static func seconds(_ text: String) throws(TrainingError) -> Double {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    var (sum, digits, last) = (0.0, "", Double.infinity)
    for character in text {
      if let unit = units[character], unit < last, let number = Double(digits), number.isFinite {
        sum += number * unit
        (digits, last) = ("", unit)
      } else if character.isASCII, character.isNumber || character == "." {
        digits.append(character)
      } else {
        sum = 0
        break
      }
    }
    guard digits.isEmpty, sum > 0, sum < 1e9 else {
      throw TrainingError(.usage, "'\(text)' is not a time, such as 90s, 45m, 2h or 1h30m")
    }
    return sum
  }
}
