// StyleOptions.swift - what every style can be asked for, whatever plugin it is: strength and the like.

/// The common options of one style.
///
/// They are declared as a plugin declares its parameters, so that parsing, ranges, "did you mean" and help are the same. A key that
/// the plugin declares itself is the plugin's.
public struct StyleOptions: Equatable, Sendable {
  /// Whose colours a result has.
  public enum Colour: String, CaseIterable, Sendable {
    /// Those of the style.
    case style
    /// The luma of the result with the chroma of the source.
    case keep
    /// Those of the style, mapped linearly so that their mean and covariance are the source's.
    case match
  }

  /// What may change from frame to frame, as it was given.
  public var numbers = StyleNumbers()
  /// Whose colours the result has.
  public var colour = Colour.style
  /// Where the style applies.
  public var mask = MaskChoice.everywhere
  /// The size of the pictures that the style works on.
  public var size = WorkingSize.own
  /// For a plugin that has nothing random: nil where nothing was given.
  public var seed: Int?

  /// Nothing asked for.
  public init() {}

  /// Checks what a person typed.
  ///
  /// - Parameter name: of the style, for errors.
  /// - Throws: `HostError` of kind usage.
  init(_ assignments: [StyleSpec.Assignment], of name: String) throws(HostError) {
    // None of them is a file that comes with the program.
    let values = try ParameterValues(
      assignments, for: StyleOptions.parameters, of: name, StyleCatalogue(folders: []))
    for (parameter, value) in zip(values.parameters, values.values) {
      switch (parameter.key, value) {
      case ("strength", .number(let number)): numbers.strength = Float(number)
      case ("color", .integer(let index)): colour = Colour.allCases[Int(index)]
      case ("mask", .text(let text?)): mask = try MaskChoice(parsing: text, of: name)
      case ("size", .text(let text?)):
        guard let own = WorkingSize(parsing: text) else {
          throw HostError(.usage, "\(name): size=\(text) is neither WIDTHxHEIGHT nor a number of pixels, 1...65535")
        }
        size = own
      case ("scale", .number(let factor)):
        if factor != 1 { size = .factor(factor) }
      case ("seed", .integer(let number)) where assignments.contains { $0.key == "seed" }: seed = Int(number)
      default: break
      }
    }
    guard !["size", "scale"].allSatisfy({ key in assignments.contains { $0.key == key } }) else {
      throw HostError(.usage, "\(name): size= and scale= say the same: leave one out")
    }
  }

  /// The keys of options that lay the result over the source, where they are not what they are by default.
  var overlaid: [String] {
    let keys = [
      ("strength", numbers != StyleNumbers()), ("color", colour != .style), ("mask", mask != .everywhere),
      (size.key, size != .own),
    ]
    return keys.filter(\.1).map(\.0)
  }

  /// Whether a key of this plugin's style is a common option.
  static func owns(_ key: String, beside plugin: PluginInfo) -> Bool {
    parameters(beside: plugin).contains { $0.key == key }
  }
}
