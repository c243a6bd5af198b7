// Trainings of SFIT small enough for a test: classifiers of a few planes, pictures of 28x28.
import Foundation
import Weights

@testable import Training

/// A folder with pictures, two encoders and a head.
final class SmallSFIT {
  let pictures: TestPictures
  let said = Said()

  init() throws {
    pictures = try TestPictures()
    for i in 0..<5 { try pictures.ramp("digits/\(i).png", width: 28, height: 28, blue: Float(50 * i)) }
    for (name, seed) in [("source", 1), ("target", 2)] {
      try write("\(name).safetensors", try Self.encoder(seed: UInt64(seed)))
    }
    try write("head.safetensors", try Self.layer("fc2", [3, 8], seed: 3))
  }

  func path(_ name: String) -> String { pictures.scratch.path(name) }

  func write(_ name: String, _ tensors: [NamedTensor]) throws { try SafetensorsWriter.write(tensors, to: path(name)) }

  static func layer(_ name: String, _ shape: [Int], seed: UInt64) throws -> [NamedTensor] {
    [
      try NamedTensor(name: "\(name).weight", shape: shape, fill: .heNormal, seed: seed),
      try NamedTensor(name: "\(name).bias", shape: [shape[0]], fill: .zero, seed: seed),
    ]
  }

  /// A LeNet to its eight numbers.
  static func encoder(seed: UInt64) throws -> [NamedTensor] {
    try layer("encoder.0", [4, 3, 5, 5], seed: seed) + layer("encoder.3", [5, 4, 5, 5], seed: seed)
      + layer("fc1", [8, 80], seed: seed)
  }

  /// A whole LeNet that takes every picture for this one of three classes.
  static func believer(in label: Int) throws -> [NamedTensor] {
    let bias: [Float] = (0..<3).map { $0 == label ? 1 : 0 }
    return try encoder(seed: 4) + [
      NamedTensor(name: "fc2.weight", shape: [3, 8], floats: [Float](repeating: 0, count: 24)),
      NamedTensor(name: "fc2.bias", shape: [3], floats: bias),
    ]
  }

  /// Six steps of two pictures, four of them of the first stage.
  func settings(_ output: String = "sfit.safetensors") -> SFITSettings {
    var settings = SFITSettings(
      content: [path("digits")], source: [path("source.safetensors")], target: [path("target.safetensors")],
      head: [path("head.safetensors")], output: path(output))
    settings.run.cut = PictureCut(size: 28)
    (settings.run.batch, settings.run.steps, settings.run.threads) = (2, 6, 1)
    (settings.run.precision, settings.width, settings.warmUp) = (.float32, 2, 4)
    return settings
  }

  @discardableResult
  func train(_ settings: SFITSettings, stopAfter: Int? = nil) throws -> TrainingSummary {
    let said = said
    let voice = TrainingVoice(tell: { said.hear($0) }, warn: { said.hear($0) }, progress: { _ in })
    let card = ModelCard(title: "Digits", plugin: "sfit", command: "stylehost train sfit", program: "test")
    var asked = 0
    return try SFITTrainer.train(settings, card: card, voice: voice) {
      defer { asked += 1 }
      return stopAfter.map { asked >= $0 } ?? false
    }
  }

  func network(_ name: String) throws -> [String: [Float]] {
    let file = try WeightFile.open(path: path(name))
    return Dictionary(uniqueKeysWithValues: try file.tensors.map { ($0.name, try $0.floats()) })
  }

  func losses(_ name: String = "sfit.safetensors") throws -> LossHistory {
    try TrainingState(readingFrom: TrainingState.path(beside: path(name))).losses
  }
}
