// StylesCommand.swift - `stylehost styles`.

import ArgumentParser

/// Everything about styles that run by their name.
struct StylesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "styles", abstract: "Lists and shows the styles that run by their name.",
    subcommands: [StylesListCommand.self], defaultSubcommand: StylesListCommand.self)
}
