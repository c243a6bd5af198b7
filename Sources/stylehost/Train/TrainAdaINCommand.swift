// TrainAdaINCommand.swift - `stylehost train adain`: photos and paintings in, any style out.

import ArgumentParser
import Foundation
import Host
import Training

extension AdaINConvention: ExpressibleByArgument {}
extension AdaINSettings.Preset: ExpressibleByArgument {}

/// Trains arbitrary style transfer.
struct TrainAdaINCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adain",
    abstract: "Trains a network that paints in the style of any picture (Huang, Belongie 2017).",
    discussion: """
      An encoder turns photo and painting into features and stays as it is; a decoder learns to make pictures of the photo's \
      features in the statistics of the painting's. What comes out takes its style when it runs:
        stylehost -s OUT.safetensors:style=my.jpg in.mp4 out.mp4

      The encoder is a VGG-19 or VGG-16 to relu4_1, that of a published AdaIN (vgg_normalised.pth), or the small one that comes \
      with the program, with which video runs as it comes. Conventions: pytorch-AdaIN compares means over planes, style times 10; \
      AdaIN-style (the authors') sums over planes, style times 0.01. In a short training the content is hardly learnt beside a style \
      that weighs 10: give 1.

      Options have the published values unless they are given. In an hour more is learnt with a learning rate of 1e-3 and smaller \
      squares. Here --size is a multiple of 8.

      DEFAULTS:
        \(AdaINSettings(content: [], styles: [], output: "").run.options)

      EXAMPLES:
        stylehost train adain --content photos/ --style paintings/ -o any.safetensors
        stylehost train adain --content photos/ --style paintings/ -o any.safetensors --encoder vgg19.pth --time 8h
        stylehost train adain --content photos/ --style paintings/ -o any.safetensors --size 128 --photo-size 256 \\
          --learning-rate 1e-3 --style-weight 1 --time 1h
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Paintings to learn from: folders, pictures, as those of --content.", valueName: "path"))
  var style: [String]
  @Option(
    help: ArgumentHelp(
      "A VGG, or the encoder of an AdaIN. By default the small one that comes with the program.", valueName: "file"))
  var encoder: String?
  @Option(
    help: ArgumentHelp(
      "Pixels a VGG was trained on; by default what its names of tensors tell.", valueName: "torchvision|caffe"))
  var domain: String?
  @Option(help: ArgumentHelp("Whose losses.", valueName: "pytorch-AdaIN|AdaIN-style"))
  var convention = AdaINConvention.pytorch
  @Option(help: ArgumentHelp("What the content costs.", valueName: "number")) var contentWeight = 1.0
  @Option(help: ArgumentHelp("Instead of the convention's.", valueName: "number")) var styleWeight: Double?
  @Option(
    help: ArgumentHelp(
      "quality: a decoder of the encoder's features learns; realtime: a small net made for CPUs, judged by them.",
      valueName: "name"))
  var preset = AdaINSettings.Preset.quality
  @Option(
    help: ArgumentHelp(
      "Planes before the decoder's last convolution, by default as many as the encoder begins with; of realtime those at a quarter of the size, by default 32.",
      valueName: "n"))
  var width: Int?
  @Option(
    help: ArgumentHelp(
      "A network of the same preset and width to begin with; --resume has begun already.", valueName: "file"))
  var from: String?
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Photos for the report's previews; by default three of the content.", valueName: "image"))
  var preview: [String] = []
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Paintings for the report's previews; by default three of the style.", valueName: "image"))
  var previewStyle: [String] = []

  @OptionGroup(title: "Photos") var photos: TrainingPhotos
  @OptionGroup(title: "Training") var course: TrainingCourse
  @OptionGroup(title: "Output") var result: TrainingResult

  func run() throws {
    var settings = AdaINSettings(content: photos.content, styles: style, output: result.out)
    settings.encoder = encoder ?? StyleCatalogue().features ?? ""
    (settings.domain, settings.convention) = (domain, convention)
    (settings.preset, settings.width, settings.start) = (preset, width, from)
    (settings.contentWeight, settings.styleWeight) = (contentWeight, styleWeight)
    (settings.previews, settings.previewStyles) = (preview, previewStyle)
    photos.fill(&settings.run)
    try course.fill(&settings.run)
    result.fill(&settings.run)
    let card = result.card("adain", title: "Any style")
    try result.carryOut { try AdaINTrainer.train(settings, card: card, voice: $0, shouldStop: $1) }
  }
}
