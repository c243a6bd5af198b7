// StyleSpec+Parsing.swift - text to a StyleSpec; the rules are at the type.

import Foundation

extension StyleSpec {
  /// Parses what a person typed.
  ///
  /// - Parameter fileExists: asked for names that may be paths; a test passes its own.
  /// - Throws: `HostError` of kind usage.
  public init(parsing text: String, fileExists: (String) -> Bool = StyleSpec.isFile) throws(HostError) {
    let pieces = try StyleSpec.split(text, at: ":", of: text)
    var (name, rest) = (StyleSpec.resolved(pieces[0]), pieces.dropFirst())
    for count in stride(from: pieces.count, through: 1, by: -1) {
      let raw = pieces.prefix(count).joined(separator: ":")
      let candidates = [StyleSpec.resolved(raw), raw]
      if let file = candidates.first(where: { StyleSpec.looksLikeFile($0) && fileExists($0) }) {
        (name, rest) = (file, pieces.dropFirst(count))
        break
      }
    }
    guard !name.isEmpty else {
      throw HostError(.usage, "style '\(text)' has no name: write NAME or NAME:key=value,key=value")
    }
    self.init(name: name)
    guard !rest.isEmpty else { return }
    for part in try StyleSpec.split(rest.joined(separator: ":"), at: ",", of: text) {
      try append(part, of: text)
    }
  }

  /// Whether a path names something that is not a folder.
  public static func isFile(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
  }

  private mutating func append(_ part: String, of text: String) throws(HostError) {
    guard let equals = part.firstIndex(of: "="), equals != part.startIndex else {
      let hint = assignments.isEmpty ? "" : " (a comma inside a value is written '\\,')"
      throw HostError(.usage, "style '\(text)': '\(part)' is not key=value\(hint)")
    }
    let key = String(part[..<equals])
    guard !assignments.contains(where: { $0.key == key }) else {
      throw HostError(.usage, "style '\(text)' gives '\(key)' twice")
    }
    assignments.append(Assignment(key: key, value: StyleSpec.resolved(String(part[part.index(after: equals)...]))))
  }

  /// Splits at unescaped separators; the pieces keep their backslashes.
  private static func split(_ text: String, at separator: Character, of whole: String) throws(HostError) -> [String] {
    var pieces = [""]
    var isEscaped = false
    for character in text {
      if !isEscaped, character == separator {
        pieces.append("")
        continue
      }
      isEscaped = !isEscaped && character == "\\"
      pieces[pieces.count - 1].append(character)
    }
    if isEscaped {
      throw HostError(.usage, "style '\(whole)' ends in a backslash: write '\\\\' for a backslash itself")
    }
    return pieces
  }

  private static func resolved(_ piece: String) -> String {
    var result = ""
    var isEscaped = false
    for character in piece {
      if !isEscaped, character == "\\" {
        isEscaped = true
      } else {
        result.append(character)
        isEscaped = false
      }
    }
    return result
  }
}
