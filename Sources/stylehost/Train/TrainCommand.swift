// TrainCommand.swift - `stylehost train`.

import ArgumentParser

/// Making styles.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Makes styles, and the feature networks they are judged by.",
    subcommands: [
      TrainJohnsonCommand.self, TrainAdaINCommand.self, TrainTranslationCommand.self, TrainMUNITCommand.self,
      TrainSFITCommand.self, TrainTargetCommand.self, TrainFeaturesCommand.self,
    ])
}
