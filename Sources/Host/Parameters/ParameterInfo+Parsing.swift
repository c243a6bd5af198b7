// ParameterInfo+Parsing.swift - text to a checked value.

extension ParameterInfo {
  /// The value a text stands for.
  ///
  /// - Throws: `HostError`: usage; plugin where a model file is missing.
  func value(parsing text: String, plugin: String) throws(HostError) -> ParameterValue {
    func refused(_ reason: String) -> HostError { HostError(.usage, "\(plugin): \(key)=\(text) \(reason)") }
    switch kind {
    case .bool:
      switch text.lowercased() {
      case "1", "true", "yes", "on": return .integer(1)
      case "0", "false", "no", "off": return .integer(0)
      default: throw refused("is neither true nor false")
      }
    case .int:
      guard let integer = Int64(text) else { throw refused("is not a whole number (\(rangeDescription))") }
      guard isInside(Double(integer)) else { throw refused("is outside \(rangeDescription)") }
      return .integer(integer)
    case .float:
      guard let number = Double(text), number.isFinite else { throw refused("is not a number (\(rangeDescription))") }
      guard isInside(number) else { throw refused("is outside \(rangeDescription)") }
      return .number(number)
    case .choice:
      guard let index = choices.firstIndex(of: text) else {
        throw refused("is not \(rangeDescription)\(Suggestion.sentence(for: text, among: choices))")
      }
      return .integer(Int64(index))
    case .string:
      return .text(text)
    case .path:
      try requireFile(text, plugin: plugin)
      return .text(text)
    case .image:
      try requireFile(text, plugin: plugin)
      return .picture(text)
    }
  }

  /// The value where nothing was typed; nil where one is required.
  var defaultValue: ParameterValue? {
    if isRequired { return nil }
    switch kind {
    case .bool, .int, .choice: return .integer(Int64(defaultNumber ?? 0))
    case .float: return .number(defaultNumber ?? 0)
    case .string, .path: return .text(defaultText)
    case .image: return .picture(defaultText)
    }
  }

  private func isInside(_ number: Double) -> Bool {
    number >= hardMin ?? -.infinity && number <= hardMax ?? .infinity
  }

  private func requireFile(_ path: String, plugin: String) throws(HostError) {
    guard StyleSpec.isFile(path) else {
      throw HostError(isModel ? .plugin : .usage, "\(plugin): there is no file '\(path)' for '\(key)'")
    }
  }
}
