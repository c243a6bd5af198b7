// StyleOptions.swift - what every style can be asked for, whatever plugin it is: strength and the like.

/// The common options of one style.
///
/// They are declared as a plugin declares its parameters, so that parsing, ranges, "did you mean" and help are the same. A key that
/// the plugin declares itself is the plugin's.
public struct StyleOptions: Equatable, Sendable {
  /// The table, in the order of help.
  public static let parameters: [ParameterInfo] = []

  private let values: ParameterValues

  /// Nothing asked for.
  public init() { values = ParameterValues() }

  /// Checks what a person typed.
  ///
  /// - Parameter name: of the style, for errors.
  /// - Throws: `HostError` of kind usage.
  init(_ assignments: [StyleSpec.Assignment], of name: String) throws(HostError) {
    values = try ParameterValues(assignments, for: StyleOptions.parameters, of: name)
  }

  /// Whether a key of this plugin's style is a common option.
  static func owns(_ key: String, beside plugin: PluginInfo) -> Bool {
    parameters.contains { $0.key == key } && !plugin.parameters.contains { $0.key == key }
  }
}
