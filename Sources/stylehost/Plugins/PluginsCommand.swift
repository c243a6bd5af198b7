// PluginsCommand.swift - `stylehost plugins`.

import ArgumentParser

/// Everything about plugins.
struct PluginsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugins",
    abstract: "Lists, describes, checks and begins plugins.",
    subcommands: [
      PluginsListCommand.self, PluginsInfoCommand.self, PluginsValidateCommand.self, PluginsNewCommand.self,
    ],
    defaultSubcommand: PluginsListCommand.self)
}
