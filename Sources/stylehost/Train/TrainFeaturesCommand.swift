// TrainFeaturesCommand.swift - `stylehost train features`: a VGG in, a small network out that compares pictures as it does.

import ArgumentParser
import Training

/// Distils a feature network.
struct TrainFeaturesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "features",
    abstract: "Distils a small feature network from a VGG: what other trainings take as --vgg.",
    discussion: """
      Styles are judged by the features of a VGG. A network of a quarter of its planes, which is taught to give the same features - of \
      each layer those directions that hold most of them - does nearly as well at a sixteenth of the work. It has the layers relu1_1 to \
      relu5_1 and is given to --vgg, or to 'gatys:vgg=', like a VGG; weights of losses mean the same.

      DEFAULTS:
        \(FeatureSettings(vgg: "", content: [], output: "").run.options)

      EXAMPLE:
        stylehost train features --vgg vgg16.pth --content photos/ paintings/ --size 128 --random-crop --flip -o features.safetensors
      """)

  @Option(help: ArgumentHelp("The VGG-16 or VGG-19 to learn from: .pth, .onnx or .safetensors.", valueName: "file"))
  var vgg: String
  @Option(
    help: ArgumentHelp(
      "Pixels the VGG was trained on; by default what its names of tensors tell.", valueName: "torchvision|caffe"))
  var domain: String?
  @Option(help: ArgumentHelp("Planes of the first layer; a VGG has 64.", valueName: "n")) var width = 16
  @OptionGroup(title: "Photos") var photos: TrainingPhotos
  @OptionGroup(title: "Training") var course: TrainingCourse
  @OptionGroup(title: "Output") var result: TrainingResult

  func run() throws {
    var settings = FeatureSettings(vgg: vgg, content: photos.content, output: result.out)
    (settings.domain, settings.width) = (domain, width)
    photos.fill(&settings.run)
    try course.fill(&settings.run)
    result.fill(&settings.run)
    let card = result.card(nil, title: "Features")
    try result.carryOut { try FeatureTrainer.train(settings, card: card, voice: $0, shouldStop: $1) }
  }
}
