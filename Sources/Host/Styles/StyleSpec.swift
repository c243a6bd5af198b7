// StyleSpec.swift - what a person types after -s: NAME[:key=value[,key=value]...].

import Foundation

/// A style as typed, before any plugin has been asked.
///
/// `NAME` ends at the first ':', values end at ','. A backslash takes the next character as it is, so `\:` and `\,` put a
/// colon into a name and a comma into a value. Where the text up to some ':' (or all of it) is a file that exists and
/// holds a '/' or ends like a model, that file is the name, longest first: paths with ':' need no backslash. Values may
/// hold ':' freely.
public struct StyleSpec: Equatable, Sendable, CustomStringConvertible {
  /// One `key=value`.
  public struct Assignment: Equatable, Sendable {
    /// The parameter's key.
    public let key: String
    /// Its value as text, backslashes resolved.
    public let value: String

    /// A key and its value.
    public init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  /// A plugin's id, an installed style's name, or a path.
  public var name: String
  /// The parameters in the order they were typed; keys are unique.
  public var assignments: [Assignment]

  /// A style by its parts.
  public init(name: String, assignments: [Assignment] = []) {
    self.name = name
    self.assignments = assignments
  }

  /// Endings that make a name a model file.
  public static let modelExtensions: Set<String> = [
    "safetensors", "pth", "pt", "model", "ckpt", "bin", "onnx", "t7", "tar",
  ]

  /// Whether the name must be a file: it holds a '/', or ends like a model or a plugin.
  public var namesFile: Bool { StyleSpec.looksLikeFile(name) }

  static func looksLikeFile(_ name: String) -> Bool {
    if name.contains("/") { return true }
    let ending = PathText.ending(name).lowercased()
    return modelExtensions.contains(ending) || ending == "so"
  }

  /// The text that parses to this again.
  public var description: String {
    let values = assignments.map { "\($0.key)=\(StyleSpec.escaped($0.value, ","))" }
    return StyleSpec.escaped(name, ":,") + (values.isEmpty ? "" : ":" + values.joined(separator: ","))
  }

  static func escaped(_ text: String, _ special: String) -> String {
    text.reduce(into: "") { result, character in
      if character == "\\" || special.contains(character) { result.append("\\") }
      result.append(character)
    }
  }
}
