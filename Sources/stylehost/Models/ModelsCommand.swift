// ModelsCommand.swift - `stylehost models`.

import ArgumentParser

/// Everything about model files.
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "Looks into model files, converts and begins them.",
    subcommands: [ModelsInspectCommand.self, ModelsConvertCommand.self, ModelsInitCommand.self])
}
