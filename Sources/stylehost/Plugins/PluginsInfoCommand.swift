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
    let text = json ? try JSONText.make(plugin) : PluginsInfoCommand.text(plugin, path: listing.path)
    try PrivateOutput.write(text, to: output)
  }

  private static func text(_ plugin: PluginInfo, path: String) -> String {
    var lines = [
      "\(plugin.id) \(plugin.version) - \(plugin.name)", plugin.description,
      "by \(plugin.vendor), \(plugin.licence), plugin contract \(plugin.abi)", path,
    ]
    if !plugin.parameters.isEmpty { lines += ["", "Parameters:"] }
    for parameter in plugin.parameters {
      let standard = parameter.defaultDescription.map { "default \($0)" } ?? (parameter.isRequired ? "required" : "")
      let range = [parameter.rangeDescription, standard].filter { !$0.isEmpty }.joined(separator: "; ")
      lines += ["  \(parameter.key)  (\(range))", "      \(parameter.help.isEmpty ? parameter.label : parameter.help)"]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
