// A training small enough for a test: a narrow network, a narrow VGG, small pictures.
import Foundation
import Weights

@testable import Training

/// A folder with all that a training needs.
final class SmallTraining {
  let pictures: TestPictures
  let said = Said()
  private let stripes: String
  let vgg: String

  init() throws {
    pictures = try TestPictures()
    for i in 0..<5 { try pictures.ramp("photos/\(i).png", width: 40 + i, height: 32, blue: Float(50 * i)) }
    stripes = try Self.stripes(pictures)
    vgg = try Self.narrowVGG(pictures)
  }

  /// Diagonal stripes of two colours.
  private static func stripes(_ pictures: TestPictures) throws -> String {
    var picture = Picture(height: 32, width: 32)
    for y in 0..<32 {
      for x in 0..<32 {
        let colour: [Float] = (x + y) % 8 < 4 ? [230, 40, 30] : [20, 60, 200]
        for channel in 0..<3 { picture.numbers[(channel * 32 + y) * 32 + x] = colour[channel] }
      }
    }
    return try pictures.write(picture, "stripes.png")
  }

  /// The VGG with its fifth stage, to relu5_3.
  func wholeVGG() throws -> String { try Self.narrowVGG(pictures, [2, 2, 3, 3, 3], "whole.safetensors") }

  /// VGG-16, by default to relu4_3, with two planes, four, six, ... in its stages, of torchvision's names and pixels.
  private static func narrowVGG(
    _ pictures: TestPictures, _ counts: [Int] = [2, 2, 3, 3], _ file: String = "vgg.safetensors"
  ) throws -> String {
    var (tensors, planes, index): ([NamedTensor], Int, Int) = ([], 3, 0)
    for (stage, count) in counts.enumerated() {
      for _ in 0..<count {
        let width = 2 + 2 * stage
        let name = "features.\(index)"
        tensors.append(
          try NamedTensor(name: "\(name).weight", shape: [width, planes, 3, 3], fill: .heNormal, seed: 11))
        tensors.append(try NamedTensor(name: "\(name).bias", shape: [width], fill: .zero, seed: 11))
        (planes, index) = (width, index + 2)
      }
      index += 1
    }
    let path = pictures.scratch.path(file)
    try SafetensorsWriter.write(tensors, to: path)
    return path
  }

  /// The VGG, with zeros for relu3_2.
  func vggWithEmptyLayer() throws -> String {
    let tensors = try WeightFile.open(path: vgg).tensors.map {
      $0.name.contains(".12.") ? try NamedTensor(name: $0.name, shape: $0.shape, fill: .zero, seed: 0) : $0
    }
    let path = pictures.scratch.path("empty.safetensors")
    try SafetensorsWriter.write(tensors, to: path)
    return path
  }

  /// A second style: the first one with its planes exchanged.
  func otherStripes() throws -> String {
    var picture = try PictureLoader.load(path: stripes)
    picture.numbers = Array(picture.numbers[1024...] + picture.numbers[..<1024])
    return try pictures.write(picture, "other.png")
  }

  var output: String { pictures.scratch.path("style.safetensors") }

  /// Six steps of two pictures of 32x32.
  func settings() -> JohnsonSettings {
    var settings = JohnsonSettings(styles: [stripes], content: [pictures.scratch.path("photos")], output: output)
    settings.vgg = vgg
    settings.run.cut = PictureCut(size: 32)
    (settings.run.cut.isRandom, settings.run.cut.isMirrored) = (true, true)
    (settings.width, settings.run.batch, settings.run.steps, settings.run.seed) = (2, 2, 6, 4)
    settings.run.precision = .float32
    settings.styleSize = nil
    return settings
  }

  /// Trains; `stopAfter`: steps after which the person wants it to end.
  @discardableResult
  func train(_ settings: JohnsonSettings, threads: Int = 1, stopAfter: Int? = nil) throws -> TrainingSummary {
    let said = said
    let voice = TrainingVoice(tell: { said.hear($0) }, warn: { said.hear($0) }, progress: { _ in })
    let card = ModelCard(title: "Stripes", plugin: "johnson", command: "stylehost train johnson", program: "test")
    var (settings, asked) = (settings, 0)
    settings.run.threads = threads
    return try JohnsonTrainer.train(settings, card: card, voice: voice) {
      defer { asked += 1 }
      return stopAfter.map { asked >= $0 } ?? false
    }
  }

  /// The network that was written, tensor by tensor.
  func network(_ path: String? = nil) throws -> [String: [Float]] {
    let file = try WeightFile.open(path: path ?? output)
    return Dictionary(uniqueKeysWithValues: try file.tensors.map { ($0.name, try $0.floats()) })
  }

  /// What was saved beside it.
  func state() throws -> TrainingState { try TrainingState(readingFrom: TrainingState.path(beside: output)) }
}
