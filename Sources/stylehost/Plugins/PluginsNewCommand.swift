// PluginsNewCommand.swift - `stylehost plugins new NAME`.

import ArgumentParser
import Foundation
import Host

extension PluginTemplate: ExpressibleByArgument {}

/// Begins a plugin.
struct PluginsNewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Begins a plugin: a folder that builds and validates as it is.",
    discussion:
      "EXAMPLE:\n  stylehost plugins new glow --language c && make -C glow && stylehost plugins validate glow/glow.so")

  @Argument(help: "The plugin's name and id: a-z, 0-9, '-'.") var name: String
  @Option(help: "swift or c.") var language = PluginTemplate.swift
  @Option(
    help: ArgumentHelp(
      "The sources of stylehost to build against; by default those this program was built from.", valueName: "folder"))
  var checkout: String?

  func run() throws {
    let checkout = try PluginsNewCommand.sources(self.checkout)
    let files = try language.write(name: name, parent: ".", checkout: checkout)
    try PrivateOutput.write(files.joined(separator: "\n") + "\n", to: 1)
    HostLog().say(.info, "see \(name)/README.md for how to build and check it")
  }

  private static func sources(_ given: String?) throws(HostError) -> String {
    let checkout = given.map { URL(fileURLWithPath: $0).path } ?? ProgramFiles.checkout
    guard let checkout,
      FileManager.default.fileExists(atPath: checkout + "/Sources/PluginAPI/include/stylehost/stylehost.h")
    else {
      throw HostError(.usage, "cannot find the sources of stylehost: name their folder with --checkout")
    }
    return checkout
  }
}
