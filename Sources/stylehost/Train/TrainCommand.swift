// TrainCommand.swift - `stylehost train`.

import ArgumentParser

/// Making styles.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Trains networks that paint in the style of a picture.",
    subcommands: [TrainJohnsonCommand.self, TrainFeaturesCommand.self])
}
