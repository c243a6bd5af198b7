// TrainTargetCommand.swift - `stylehost train target`: a classifier and translations of its pictures in, a better classifier out.

import ArgumentParser
import Training

/// Fine-tunes the target model of `train sfit`.
struct TrainTargetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "target",
    abstract: "Fine-tunes the target classifier of SFIT with translations of its pictures (Hou and Zheng 2021).",
    discussion: """
      After 'train sfit': where the source model takes a translation for what the target model takes the picture for, the target \
      model becomes surer of it, and all classes shall come about equally often. Nothing has to be known of the pictures. Last layer \
      and norms stay as they are, to the bit with --store f32. OUT is a classifier as the files of --target \
      together are, and can be given as --target.

      Classifiers, --head and --test are as in 'train sfit'; take the --size that the generator was trained with. With --size and \
      no --photo-size pictures are taken whole, as digits have to be.

      A batch of 32 is as published; the learning rate was chosen for Adam, in place of the authors' momentum.

      DEFAULTS:
        \(TargetSettings(content: [], generator: "", source: [], target: [], output: "").run.options)

      EXAMPLE:
        stylehost train target --content usps/ --generator sfit.safetensors --source source-encoder.pt \\
          --target target-encoder.pt --head classifier.pt -o tuned.safetensors --size 28 --steps 500 --test usps-test/
      """)

  @Option(help: ArgumentHelp("The generator that 'train sfit' made of both classifiers.", valueName: "file"))
  var generator: String
  @OptionGroup(title: "Classifiers") var classifiers: TrainingClassifiers
  @OptionGroup(title: "Pictures") var photos: TrainingPhotos
  @OptionGroup(title: "Training") var course: TrainingCourse
  @OptionGroup(title: "Output") var result: TrainingResult

  func run() throws {
    var settings = TargetSettings(
      content: photos.content, generator: generator, source: classifiers.source, target: classifiers.target,
      head: classifiers.head, output: result.out)
    settings.test = classifiers.test
    photos.fillWhole(&settings.run)
    try course.fill(&settings.run)
    result.fill(&settings.run)
    let card = result.card(nil, title: "\(ModelCard.title(fromPaths: photos.content)) classifier")
    try result.carryOut { try TargetTrainer.train(settings, card: card, voice: $0, shouldStop: $1) }
  }
}
