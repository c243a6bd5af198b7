// TrainMUNITCommand.swift - `stylehost train munit`: pictures of two domains in, translations in many styles out.

import ArgumentParser
import Training

/// Trains a translation between two domains in as many styles as those have.
struct TrainMUNITCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "munit",
    abstract: "Trains a translation of unpaired pictures in many styles (MUNIT).",
    discussion: """
      Takes pictures of each domain apart into content, which has a place, and a style of eight numbers, and puts the content of one \
      together with styles of the other, so that discriminators take the result for a picture of that domain (Huang et al. 2018). \
      OUT holds both directions. Its styles are those of pictures or random ones:
        stylehost -s OUT.safetensors:style=fox.jpg cat.jpg out.jpg
        stylehost -s OUT.safetensors:samples=9 cat.jpg sheet.png
        stylehost -s OUT.safetensors:direction=b2a fox.jpg out.jpg

      Options have the published values unless they are given; the published training makes a million steps. An hour on a CPU suits \
      small pictures, 64 pixels at least, and narrow networks. --cycle-weight 10 keeps more of the content. --perceptual-weight 1 \
      is meant for pictures of 512 pixels and needs a VGG-16 to relu5_3.

      DEFAULTS:
        \(MUNITSettings(a: [], b: [], output: "").run.options)

      EXAMPLES:
        stylehost train munit --a cats/ --b foxes/ -o foxes.safetensors --size 64 --photo-size 72 --width 16 \\
          --discriminator-width 16 --time 1h
        stylehost train munit --a summer/ --b winter/ -o winter.safetensors --cycle-weight 10 --time 72h
        stylehost train munit --a day/ --b night/ -o night.safetensors --size 512 --photo-size 512 --perceptual-weight 1 \\
          --vgg vgg16.pth --time 200h
      """)

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Pictures of A: folders, pictures, videos.", valueName: "path"))
  var a: [String]
  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Pictures of B: folders, pictures, videos.", valueName: "path"))
  var b: [String]
  @Option(help: ArgumentHelp("Planes after the generators' first convolutions.", valueName: "n")) var width = 64
  @Option(help: ArgumentHelp("Planes after the discriminators'.", valueName: "n")) var discriminatorWidth = 64
  @Option(
    help: ArgumentHelp(
      "What it costs when a picture does not come back out of its content and style.", valueName: "number"))
  var imageWeight = 10.0
  @Option(
    help: ArgumentHelp("What it costs when the style of a translation is not found in it.", valueName: "number"))
  var styleWeight = 1.0
  @Option(
    help: ArgumentHelp("What it costs when the content of a translation is not found in it.", valueName: "number"))
  var contentWeight = 1.0
  @Option(
    help: ArgumentHelp("What a way there and back costs that changes the picture.", valueName: "number"))
  var cycleWeight = 0.0
  @Option(
    help: ArgumentHelp(
      "What it costs when a VGG sees something else in a translation than in the picture.", valueName: "number"))
  var perceptualWeight = 0.0
  @Option(help: ArgumentHelp("The VGG of --perceptual-weight: .pth, .onnx or .safetensors.", valueName: "file"))
  var vgg: String?
  @Option(
    help: ArgumentHelp(
      "Pixels the VGG was trained on; by default what its names of tensors tell.", valueName: "torchvision|caffe"))
  var domain: String?
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Pictures of A for the report's previews; by default three of them.", valueName: "image"))
  var preview: [String] = []
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Pictures of B whose styles the previews take; by default three of them.", valueName: "image"))
  var previewStyle: [String] = []
  @OptionGroup(title: "Pictures") var squares: TrainingSquares
  @OptionGroup(title: "Training") var course: TrainingCourse
  @OptionGroup(title: "Output") var result: TrainingResult

  func run() throws {
    var settings = MUNITSettings(a: a, b: b, output: result.out)
    (settings.width, settings.discriminatorWidth) = (width, discriminatorWidth)
    (settings.imageWeight, settings.styleWeight, settings.contentWeight) = (imageWeight, styleWeight, contentWeight)
    (settings.cycleWeight, settings.perceptualWeight) = (cycleWeight, perceptualWeight)
    (settings.vgg, settings.domain) = (vgg ?? "", domain)
    (settings.previews, settings.previewStyles) = (preview, previewStyle)
    squares.fill(&settings.run.cut)
    try course.fill(&settings.run)
    result.fill(&settings.run)
    let names = (ModelCard.title(fromPaths: a), ModelCard.title(fromPaths: b))
    let card = result.card("munit", title: "\(names.0) to \(names.1)")
    try result.carryOut { try MUNITTrainer.train(settings, card: card, voice: $0, shouldStop: $1) }
  }
}
