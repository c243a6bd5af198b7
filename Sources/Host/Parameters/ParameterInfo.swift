// ParameterInfo.swift - a plugin's declared parameter as a value: for help, JSON, parsing and the scan cache.

import PluginAPI

/// One parameter that a plugin declares. Made from `sth_param` while scanning; travels as JSON.
public struct ParameterInfo: Codable, Equatable, Sendable {
  /// What kind of value it takes.
  public enum Kind: String, Codable, Sendable {
    case bool, int, float, choice, string, path, image, images
  }

  /// What a person types.
  public let key: String
  /// Two or three words.
  public let label: String
  /// One sentence.
  public let help: String
  /// "px", "dB", ... or nil.
  public let unit: String?
  /// What kind of value it takes.
  public let kind: Kind
  /// There is no default.
  public let isRequired: Bool
  /// May change from frame to frame.
  public let isRuntime: Bool
  /// Filled with the path when a model file is named as the style.
  public let isModel: Bool
  /// The default is the name of a file that comes with the program; there is no value where that is missing.
  public let isBundled: Bool
  /// A value below is refused; nil where there is no bound.
  public let hardMin: Double?
  /// A value above is refused; nil where there is no bound.
  public let hardMax: Double?
  /// Where a control begins.
  public let softMin: Double?
  /// Where a control ends.
  public let softMax: Double?
  /// Default of bool, int, float; of a choice its index.
  public let defaultNumber: Double?
  /// Default of string, path, image, images.
  public let defaultText: String?
  /// Keys of a choice.
  public let choices: [String]

  /// The default as a person would type it, or nil.
  public var defaultDescription: String? {
    switch kind {
    case .string, .path, .image, .images: return defaultText
    case .bool: return isRequired ? nil : (defaultNumber == 0 ? "false" : "true")
    case .int: return isRequired ? nil : defaultNumber.flatMap(Int64.init(exactly:)).map { "\($0)" }
    case .float: return isRequired ? nil : defaultNumber.map { "\($0)" }
    case .choice:
      guard !isRequired, let index = defaultNumber.flatMap(Int.init(exactly:)) else { return nil }
      return choices.indices.contains(index) ? choices[index] : nil
    }
  }

  /// "0...100 px", "one of fast, slow", ...
  public var rangeDescription: String {
    switch kind {
    case .bool: return "true or false"
    case .choice: return "one of " + choices.joined(separator: ", ")
    case .string: return "text"
    case .path: return "a file"
    case .image: return "a picture file"
    case .images: return "picture files with '+' between them"
    case .int, .float:
      let unit = unit.map { " \($0)" } ?? ""
      let show = { (bound: Double?) in bound.map { kind == .int ? "\(Int64($0))" : "\($0)" } }
      switch (show(hardMin), show(hardMax)) {
      case (let low?, let high?): return "\(low)...\(high)\(unit)"
      case (let low?, nil): return "\(low) or more\(unit)"
      case (nil, let high?): return "up to \(high)\(unit)"
      case (nil, nil): return "a number\(unit)"
      }
    }
  }
}
