// PluginsInfoCommand.swift - `stylehost plugins info ID`.

import ArgumentParser
import Host

/// All that one plugin says about itself.
struct PluginsInfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Describes a plugin and its parameters.",
    discussion: "EXAMPLE:\n  stylehost plugins info johnson")

  @Argument(help: "The plugin's id, or the path of its library.") var id: String
  @Flag(help: "One JSON object.") var json = false
  @OptionGroup var search: SearchOptions

  func run() throws {
    let output = try PrivateOutput.claim()
    let library = search.library
    let listing = try library.describe(id)
    guard let plugin = listing.plugin else {
      throw HostError(.plugin, "cannot use plugin \(listing.path): \(listing.reason ?? "no reason known")")
    }
    let text =
      json ? try JSONText.make(Description(plugin: plugin)) : PluginsInfoCommand.text(plugin, path: listing.path)
    try PrivateOutput.write(text, to: output)
  }

  private static func text(_ plugin: PluginInfo, path: String) -> String {
    var lines = [
      "\(plugin.id) \(plugin.version) - \(plugin.name)", plugin.description,
      "by \(plugin.vendor), \(plugin.licence), plugin contract \(plugin.abi)", path,
    ]
    if !plugin.parameters.isEmpty {
      lines += ["", "Parameters:"] + plugin.parameters.flatMap(PluginsInfoCommand.lines)
    }
    lines +=
      ["", "Options of every style:"] + StyleOptions.parameters(beside: plugin).flatMap(PluginsInfoCommand.lines)
    return lines.joined(separator: "\n") + "\n"
  }

  /// A parameter in two lines.
  private static func lines(_ parameter: ParameterInfo) -> [String] {
    let standard = parameter.defaultDescription.map { "default \($0)" } ?? (parameter.isRequired ? "required" : "")
    let range = [parameter.rangeDescription, standard].filter { !$0.isEmpty }.joined(separator: "; ")
    return ["  \(parameter.key)  (\(range))", "      \(parameter.help.isEmpty ? parameter.label : parameter.help)"]
  }

  /// What `--json` prints: all that the plugin says, and what the host adds.
  private struct Description: Encodable {
    let plugin: PluginInfo

    private enum Key: CodingKey {
      case options
    }

    func encode(to encoder: any Encoder) throws {
      try plugin.encode(to: encoder)
      var values = encoder.container(keyedBy: Key.self)
      try values.encode(StyleOptions.parameters(beside: plugin), forKey: .options)
    }
  }
}
