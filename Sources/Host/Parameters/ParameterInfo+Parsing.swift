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
    case .images:
      return .pictures(try files(in: text, plugin: plugin))
    }
  }

  /// The value where nothing was typed; nil where one is required.
  ///
  /// - Parameter catalogue: where files lie that come with the program.
  func defaultValue(_ catalogue: StyleCatalogue) -> ParameterValue? {
    if isRequired { return nil }
    switch kind {
    case .bool, .int, .choice: return .integer(Int64(defaultNumber ?? 0))
    case .float: return .number(defaultNumber ?? 0)
    case .path where isBundled: return .text(defaultText.flatMap(catalogue.file))
    case .string, .path: return .text(defaultText)
    case .image: return .picture(defaultText)
    case .images: return .pictures(defaultText.map { [$0] } ?? [])
    }
  }

  private func isInside(_ number: Double) -> Bool {
    number >= hardMin ?? -.infinity && number <= hardMax ?? .infinity
  }

  /// The paths in a text that has '+' between them. A path may hold a '+' itself: of the texts that can be read as a file from
  /// one place on, the longest is meant.
  private func files(in text: String, plugin: String) throws(HostError) -> [String] {
    let pieces = text.split(separator: "+", omittingEmptySubsequences: false)
    var (files, missing): ([String], [String]) = ([], [])
    var first = 0
    while first < pieces.count {
      let ends = (first + 1...pieces.count).reversed()
      let end = ends.first { StyleSpec.isFile(pieces[first..<$0].joined(separator: "+")) }
      if end == nil { missing.append("'\(pieces[first])'") }
      files.append(pieces[first..<(end ?? first + 1)].joined(separator: "+"))
      first = end ?? first + 1
    }
    guard missing.isEmpty else {
      let what = (missing.count == 1 ? "is no file " : "are no files ") + missing.joined(separator: ", ")
      throw HostError(.usage, "\(plugin): there \(what) for '\(key)'")
    }
    return files
  }

  private func requireFile(_ path: String, plugin: String) throws(HostError) {
    guard StyleSpec.isFile(path) else {
      throw HostError(isModel ? .plugin : .usage, "\(plugin): there is no file '\(path)' for '\(key)'")
    }
  }
}
