// TrainTranslationCommand.swift - `stylehost train cut`: pictures of two domains in, a translation out.

import ArgumentParser
import Foundation
import Training

extension TranslationSettings.Variant: ExpressibleByArgument {}

/// Trains a translation between two domains that have no pairs.
struct TrainTranslationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cut",
    abstract: "Trains a translation of unpaired pictures (CUT, FastCUT, SinCUT, CycleGAN).",
    discussion: """
      Shows a generator pictures of A until what it makes of them is taken for pictures of B by a discriminator, which learns at the \
      same time. What keeps the picture recognisable is the variant:
        cut       places of the translation are most like the same places of the picture (Park et al. 2020); pictures of B stay
        fastcut   the same, but pictures of B need not stay: less to compute
        sincut    of one picture each: give one file as --a and one as --b
        cyclegan  there and back is the same picture (Zhu et al. 2017); OUT holds both ways (cut:direction=b2a)
      Options have the variant's published values unless they are given - sincut's crops are larger, its batches smaller, its \
      learning rate is 5e-4 instead of 2e-3 -; the published trainings take days. An hour on a CPU suits small pictures and narrow \
      networks: --size 64 --width 24.

      DEFAULTS:
        cut       \(defaults(.cut))
        fastcut   \(defaults(.fastcut))
        sincut    \(defaults(.sincut))
        cyclegan  \(defaults(.cyclegan))

      EXAMPLES:
        stylehost train cut --a cats/ --b foxes/ -o fox.safetensors --size 96 --photo-size 104 --width 24 --time 1h
        stylehost train cut --variant sincut --a etretat.jpg --b monet.jpg -o monet.safetensors --width 16 --blocks 6 --time 45m
        stylehost train cut --variant cyclegan --a cats/ --b foxes/ -o both.safetensors --size 64 --width 16 --time 1h
        stylehost -s fox.safetensors cat.jpg fox.jpg
      """)

  /// A variant's options, for the help.
  private static func defaults(_ variant: TranslationSettings.Variant) -> String {
    TranslationSettings(variant, a: [], b: [], output: "").run.options
  }

  @Option(help: ArgumentHelp("Whose way it is trained.", valueName: "cut|fastcut|sincut|cyclegan"))
  var variant = TranslationSettings.Variant.cut
  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Pictures to translate: folders, pictures, videos.", valueName: "path")
  )
  var a: [String]
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Pictures like those that are to come out: folders, pictures, videos.", valueName: "path"))
  var b: [String]
  @Option(help: ArgumentHelp("Planes after the generator's first convolution, 64 as published.", valueName: "n"))
  var width: Int?
  @Option(help: ArgumentHelp("Planes after the discriminator's, 64 as published.", valueName: "n"))
  var discriminatorWidth: Int?
  @Option(help: ArgumentHelp("Residual blocks of the generator, 9 as published.", valueName: "n")) var blocks: Int?
  @Option(help: ArgumentHelp("What differences of places cost.", valueName: "number")) var nceWeight: Double?
  @Option(
    help: ArgumentHelp("What differences between pictures of B and their translations cost.", valueName: "number"))
  var identityWeight: Double?
  @Option(help: ArgumentHelp("What a way there and back costs that changes the picture.", valueName: "number"))
  var cycleWeight: Double?
  @Option(
    help: ArgumentHelp(
      "What a steep discriminator costs (R1); above 0 it has no norms.", valueName: "number"))
  var r1Weight: Double?
  @Option(
    help: ArgumentHelp(
      "The most that pictures are shrunk before squares are cut out of them, 1 for not at all.", valueName: "times"))
  var zoom: Double?
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Pictures for the report's previews; by default three of A.", valueName: "image"))
  var preview: [String] = []
  @OptionGroup(title: "Pictures") var squares: TrainingSquares
  @OptionGroup(title: "Training") var course: TrainingCourse
  @OptionGroup(title: "Output") var result: TrainingResult

  func run() throws {
    var settings = TranslationSettings(variant, a: a, b: b, output: result.out)
    if let width { settings.width = width }
    if let discriminatorWidth { settings.discriminatorWidth = discriminatorWidth }
    if let blocks { settings.blocks = blocks }
    if let nceWeight { settings.nceWeight = nceWeight }
    if let identityWeight { settings.identityWeight = identityWeight }
    if let cycleWeight { settings.cycleWeight = cycleWeight }
    if let r1Weight { settings.r1Weight = r1Weight }
    settings.previews = preview
    squares.fill(&settings.run.cut)
    if let zoom { settings.run.cut.mostZoom = zoom }
    try course.fill(&settings.run)
    result.fill(&settings.run)
    let card = result.card("cut", title: "\(ModelCard.title(fromPaths: a)) to \(ModelCard.title(fromPaths: b))")
    try result.carryOut { try TranslationTrainer.train(settings, card: card, voice: $0, shouldStop: $1) }
  }
}
