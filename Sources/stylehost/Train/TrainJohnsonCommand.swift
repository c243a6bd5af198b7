// TrainJohnsonCommand.swift - `stylehost train johnson`: one painting and many photos in, a style out.

import ArgumentParser
import Foundation
import Host
import Training

extension TrainingPreset: ExpressibleByArgument {}
extension StoredPrecision: ExpressibleByArgument {}

/// Trains a fast style transfer network.
struct TrainJohnsonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "johnson",
    abstract: "Trains a fast style transfer network (Johnson et al. 2016).",
    discussion: """
      Shows the network photos and changes its numbers until what it paints has the content of the photo and the style of the \
      picture, both as the features of a VGG tell them. Every so many steps, at the end and on Ctrl-C it writes
        OUT.safetensors  the network, which runs by its path: stylehost -s OUT.safetensors in.mp4 out.mp4
        OUT.training     all that --resume needs to go on to the same numbers as if it had never stopped
        OUT.html         a report to look at: curves, previews, times
      The same options and seed give the same network, on any number of threads of one kind of CPU. With --time the steps are as many \
      as there is time for, and the learning rate follows the clock in the end: give --steps where the bits matter.

      Weights of the losses come from a convention. fast-neural-style is the authors' (a VGG of Caffe's pixels), pytorch-examples \
      that of PyTorch's example (a VGG of torchvision). They differ by orders of magnitude, and what suits one VGG does not suit \
      the other; without --convention the right one is taken. More style: raise --style-weight by 2 to 5. Flickering video: \
      --noise-weight, about a hundredth of the content weight. Few photos: --random-crop --flip.

      DEFAULTS (the paper makes 40000 steps):
        \(JohnsonSettings(styles: [], content: [], output: "").run.options)

      EXAMPLES:
        stylehost train johnson --style starry_night.jpg --content photos/ --out starry.safetensors
        stylehost train johnson --style wave.jpg --content holiday.mp4 --vgg vgg16.pth -o wave.safetensors \\
          --preset realtime --time 20m --random-crop --flip
        stylehost train johnson (the same options) --time 2h --resume
        stylehost train johnson --style wave.jpg scream.jpg --one-net --content photos/ -o two.safetensors
        stylehost train johnson --style ship.jpg --add-style --from two.safetensors --content photos/ \\
          -o three.safetensors --time 10m
      """)

  @OptionGroup(title: "Styles") var styles: TrainingStyles
  @OptionGroup(title: "Photos") var photos: TrainingPhotos
  @OptionGroup(title: "Losses") var losses: TrainingLosses
  @OptionGroup(title: "Network") var network: TrainingNetwork
  @OptionGroup(title: "Training") var course: TrainingCourse
  @OptionGroup(title: "Output") var result: TrainingResult

  func run() throws {
    let titles = styles.style.map { ModelCard.title(fromFile: ($0 as NSString).lastPathComponent) }
    let card = result.card("johnson", title: titles.joined(separator: ", "))
    let settings = try settings()
    try result.carryOut { try JohnsonTrainer.train(settings, card: card, voice: $0, shouldStop: $1) }
  }

  private func settings() throws -> JohnsonSettings {
    guard styles.style.count == 1 || styles.oneNet || styles.addStyle else {
      throw HostError(.usage, "give one picture as --style, or --one-net for a network of several styles")
    }
    var settings = JohnsonSettings(styles: styles.style, content: photos.content, output: result.out)
    styles.fill(&settings)
    photos.fill(&settings.run)
    losses.fill(&settings)
    network.fill(&settings)
    try course.fill(&settings.run)
    result.fill(&settings.run)
    return settings
  }
}

extension HostError {
  /// An error of the room Training.
  init(_ error: TrainingError) {
    switch error.kind {
    case .usage: self.init(.usage, error.description)
    case .input: self.init(.input, error.description)
    case .model: self.init(.plugin, error.description)
    case .output: self.init(.output, error.description)
    }
  }
}
