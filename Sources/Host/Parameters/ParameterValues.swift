// ParameterValues.swift - all values of one instance, in the order of the plugin's table.

/// The checked values of a plugin's parameters.
public struct ParameterValues: Equatable, Sendable {
  /// What the plugin declares.
  public let parameters: [ParameterInfo]
  /// One for each parameter, in the same order.
  public private(set) var values: [ParameterValue]

  /// No parameters, no values.
  init() { (parameters, values) = ([], []) }

  /// Checks what a person typed against a plugin's table and fills in the defaults.
  ///
  /// - Parameter catalogue: where files lie that come with the program.
  /// - Throws: `HostError`: usage for unknown keys, values out of range and missing ones; plugin for a missing model file.
  public init(
    _ assignments: [StyleSpec.Assignment], for plugin: PluginInfo, _ catalogue: StyleCatalogue
  ) throws(HostError) {
    try self.init(assignments, for: plugin.parameters, of: plugin.id, catalogue)
  }

  /// The same with a table and the name that errors begin with.
  init(
    _ assignments: [StyleSpec.Assignment], for parameters: [ParameterInfo], of name: String,
    _ catalogue: StyleCatalogue
  ) throws(HostError) {
    let keys = parameters.map(\.key)
    for assignment in assignments where !keys.contains(assignment.key) {
      let common = StyleOptions.parameters.map(\.key).filter { !keys.contains($0) }
      let hint = Suggestion.sentence(for: assignment.key, among: keys + common)
      let own = keys.isEmpty ? "it has none" : "it has " + keys.joined(separator: ", ")
      let known = "\(own); every style has " + common.joined(separator: ", ")
      throw HostError(.usage, "\(name) has no parameter '\(assignment.key)'\(hint.isEmpty ? ": \(known)" : hint)")
    }
    var values: [ParameterValue] = []
    for parameter in parameters {
      if let typed = assignments.first(where: { $0.key == parameter.key }) {
        values.append(try parameter.value(parsing: typed.value, plugin: name))
      } else if let value = parameter.defaultValue(catalogue) {
        values.append(value)
      } else {
        let isFile = [.path, .image, .images].contains(parameter.kind)
        throw HostError(
          .usage,
          "\(name) needs \(parameter.key)=... (\(parameter.help.isEmpty ? parameter.label : parameter.help)): "
            + "add \(parameter.key)=\(isFile ? "FILE" : "VALUE") to what -s says, after a ':' or ','")
      }
    }
    self.parameters = parameters
    self.values = values
  }

  /// Replaces one value; for tests of a plugin's bounds.
  mutating func set(_ index: Int, to value: ParameterValue) { values[index] = value }
}
