// TrainSFITCommand.swift - `stylehost train sfit`: two classifiers and pictures of one of their domains in, a translation to the other out.

import ArgumentParser
import Foundation
import Training

/// Trains a translation to a domain of which there is no picture.
struct TrainSFITCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sfit",
    abstract: "Trains a translation to a domain that only a classifier knows (SFIT, Hou and Zheng 2021).",
    discussion: """
      There is a classifier that was trained on a domain of which no picture is left (--source), and the same adapted to the pictures \
      that there are (--target). A generator learns to translate these pictures until the source model says of a translation what \
      the target model says of the picture: what comes out looks like the domain that nobody has pictures of. Classes of the \
      pictures need not be known.

      Classifiers are LeNets (pictures of 28x28: --size 28) or ResNet-50, ResNet-101 and the like, in files of PyTorch or safetensors, \
      with pixels of -1...1. One that comes in several files - encoder, bottleneck, last layer - is given as several; \
      --head is what both have in common.

      The first --warm-up steps teach the generator to leave pictures alone. With --test the models are measured at every checkpoint: \
      a folder with a folder of pictures for each class, named by the class's number, or by words whose order is that of the \
      classes. It should not be large, or --checkpoint-every should be.

      Options have the values published for photos unless they are given. With --size and no --photo-size pictures are taken whole, \
      as digits have to be: --no-random-crop --no-flip.

      DEFAULTS:
        \(SFITSettings(content: [], source: [], target: [], output: "").run.options)

      EXAMPLES:
        stylehost train sfit --content usps/ --source source-encoder.pt --target target-encoder.pt --head classifier.pt \\
          -o sfit.safetensors --size 28
        stylehost train sfit --content usps/ --source source-encoder.pt --target target-encoder.pt --head classifier.pt \\
          -o sfit.safetensors --size 28 --batch 64 --identity-weight 0.03 --tv-weight 0.03 --test usps-test/
        stylehost train sfit --content webcam/ --source source_F.pt source_B.pt --target target_F.pt target_B.pt \\
          --head source_C.pt -o amazon.safetensors --time 8h
        stylehost -s sfit.safetensors seven.png translated.png
      """)

  @OptionGroup(title: "Classifiers") var classifiers: TrainingClassifiers
  @Option(
    help: ArgumentHelp("What it costs when the two classifiers say different things.", valueName: "number"))
  var kdWeight = 1.0
  @Option(
    help: ArgumentHelp(
      "What it costs when planes of their last feature maps go together differently.", valueName: "number"))
  var relationshipWeight = 1.0
  @Option(
    help: ArgumentHelp("What differences between pictures and their translations cost.", valueName: "number"))
  var identityWeight = 0.0
  @Option(help: ArgumentHelp("What differences between neighbouring pixels cost.", valueName: "number"))
  var tvWeight = 0.0
  @Option(
    help: ArgumentHelp(
      "What differences between Gram matrices of the last feature maps cost, for comparison with --relationship-weight 0.",
      valueName: "number"))
  var styleWeight = 0.0
  @Option(help: ArgumentHelp("Planes after the generator's first convolution, 32 as published.", valueName: "n"))
  var width = 32
  @Option(help: ArgumentHelp("Steps that teach the generator to leave pictures alone.", valueName: "n"))
  var warmUp = 200
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Pictures for the report's previews; by default three of the content.", valueName: "image"))
  var preview: [String] = []

  @OptionGroup(title: "Pictures") var photos: TrainingPhotos
  @OptionGroup(title: "Training") var course: TrainingCourse
  @OptionGroup(title: "Output") var result: TrainingResult

  func run() throws {
    var settings = SFITSettings(
      content: photos.content, source: classifiers.source, target: classifiers.target, head: classifiers.head,
      output: result.out)
    settings.weights = [
      .kd: kdWeight, .relationship: relationshipWeight, .identity: identityWeight, .tv: tvWeight,
      .style: styleWeight,
    ]
    (settings.width, settings.warmUp) = (width, warmUp)
    (settings.test, settings.previews) = (classifiers.test, preview)
    photos.fillWhole(&settings.run)
    try course.fill(&settings.run)
    result.fill(&settings.run)
    let card = result.card("sfit", title: "\(ModelCard.title(fromPaths: photos.content)) translated")
    try result.carryOut { try SFITTrainer.train(settings, card: card, voice: $0, shouldStop: $1) }
  }
}
