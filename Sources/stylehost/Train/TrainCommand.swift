// TrainCommand.swift - `stylehost train`.

import ArgumentParser

/// Making styles.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Trains a network to paint in the style of a picture.",
    subcommands: [TrainJohnsonCommand.self])
}
