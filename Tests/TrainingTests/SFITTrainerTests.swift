// Trainings of SFIT from the first step to the last, with classifiers of a few planes.
import Foundation
import Networks
import PluginKit
import Testing
import Weights

@testable import Training

@Suite("Training SFIT's generator")
struct SFITTrainerTests {
  /// A folder with pictures, two encoders and a head.
  private final class Small {
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

  @Test("What is written is a generator of SFIT, and both stages have their losses")
  func writes() throws {
    let small = try Small()
    var settings = small.settings()
    settings.weights = [.distillation: 1, .relationship: 1, .identity: 0.03, .variation: 0.03, .style: 0.1]
    try small.train(settings)
    let path = settings.run.output
    let width = try TrainingHost.serve(threads: 1, cpuLevel: nil) { (host) throws(TrainingError) in
      let file = try host.open(path)
      return try TrainingError.ofNetwork { () throws(PluginError) in try SFITGenerator(Checkpoint(file)).width }
    }
    #expect(width == 2)
    let file = try WeightFile.open(path: path)
    #expect(file.metadata["stylehost.plugin"] == "sfit")
    #expect(file.metadata["training.classifiers"] == "LeNet, 3 classes")
    #expect(file.metadata["training.head"] == "head.safetensors")
    let losses = try small.losses()
    #expect(
      losses.names == [
        "total", "image", "map", "distillation", "relationship", "identity", "variation", "style",
      ])
    for step in 0..<6 {
      let row = losses.names.indices.map { losses.value(step, $0) }
      #expect((row[1] > 0 && row[2] > 0) == (step < 4) && row[3] > 0, "step \(step): \(row)")
      #expect(row[4...].allSatisfy { $0 > 0 } == (step >= 4), "step \(step): \(row)")
      #expect(abs(row[1...].reduce(0, +) - row[0]) <= 1e-5 * row[0], "step \(step): \(row)")
    }
  }

  @Test("The generator learns to leave pictures alone, and then to be understood")
  func learns() throws {
    let small = try Small()
    var settings = small.settings()
    (settings.run.steps, settings.warmUp, settings.run.learningRate) = (60, 60, 0.01)
    try small.train(settings)
    let first = try small.losses()
    let (begin, end) = (Double(first.value(0, 1)), try #require(first.recent(1, most: 5)))
    #expect(end < 0.95 * begin, "image: \(begin) to \(end)")

    settings = small.settings("second.safetensors")
    (settings.run.steps, settings.warmUp, settings.run.learningRate) = (60, 0, 0.01)
    try small.train(settings)
    let second = try small.losses("second.safetensors")
    #expect(second.names == ["total", "distillation", "relationship"])
    let (before, after) = (Double(second.value(0, 0)), try #require(second.recent(0, most: 5)))
    #expect(after < before, "total: \(before) to \(after)")
  }

  @Test("A training that was stopped and resumed gives the numbers of one that was not, to the bit")
  func resumes() throws {
    let small = try Small()
    try small.train(small.settings("whole.safetensors"))
    var parts = small.settings("parts.safetensors")
    #expect(try small.train(parts, stopAfter: 3).wasStopped)
    parts.run.isResumed = true
    #expect(try small.train(parts).steps == 6)
    #expect(try small.network("parts.safetensors") == small.network("whole.safetensors"))
    #expect(try small.losses("parts.safetensors") == small.losses("whole.safetensors"))
  }

  @Test("Accuracies count what each model tells right of the folders of a class")
  func accuracies() throws {
    let small = try Small()
    for name in ["0/a", "2/a", "2/b", "2/c"] {
      try small.pictures.ramp("known/\(name).png", width: 28, height: 28, blue: 90)
    }
    try small.write("two.safetensors", try Small.believer(in: 2))
    try small.write("zero.safetensors", try Small.believer(in: 0))
    var settings = small.settings()
    (settings.source, settings.target) = ([small.path("two.safetensors")], [small.path("zero.safetensors")])
    (settings.head, settings.test, settings.run.steps, settings.warmUp) = ([], small.path("known"), 1, 0)
    try small.train(settings)
    let facts = try WeightFile.open(path: settings.run.output).metadata
    #expect(facts["training.accuracy,_source_on_target_pictures"] == "75.0%")
    #expect(facts["training.accuracy,_target_on_target_pictures"] == "25.0%")
    #expect(facts["training.accuracy,_source_on_translations"] == "75.0%")
    #expect(facts["training.accuracy,_pictures"] == "4")
    #expect(
      small.said.all.contains(
        "step 1: right of 4 pictures: source 75.0%, target 25.0%, source on translations 75.0%"))
    #expect(SFITAccuracy.labels(["0", "2"]) == [0, 2] && SFITAccuracy.labels(["10", "9"]) == [10, 9])
    #expect(SFITAccuracy.labels(["cat", "dog"]) == [0, 1] && SFITAccuracy.labels(["1", "cat"]) == [0, 1])
  }

  @Test("What makes no sense is refused in one line before anything is written")
  func refusals() throws {
    let small = try Small()
    func refused(_ change: (inout SFITSettings) -> Void) throws -> String {
      var settings = small.settings()
      change(&settings)
      return #expect(throws: TrainingError.self) { try small.train(settings) }?.description ?? ""
    }
    #expect(
      try refused { $0.run.cut.size = 32 }.hasSuffix(
        "source.safetensors + head.safetensors: its LeNet takes pictures of 28x28, and the size is 32"))
    #expect(try refused { $0.run.cut.size = 12 }.hasSuffix("give a multiple of 4 from 16 to 4096"))
    #expect(try refused { $0.head = [] }.contains("it has no last layer 'fc2.weight'"))
    #expect(try refused { $0.source = [] }.contains("give the files of the source and of the target model"))
    #expect(try refused { $0.weights = [:] }.contains("all weights are 0"))
    #expect(try refused { $0.weights[.style] = -1 }.hasPrefix("a weight of -1"))
    #expect(try refused { $0.head += $0.head }.contains("'fc2.bias' is in"))
    #expect(try refused { $0.test = small.path("digits") }.contains("there is no folder in"))
    try small.pictures.ramp("known/7/a.png", width: 28, height: 28)
    #expect(try refused { $0.test = small.path("known") }.hasSuffix("the models tell 3 apart, 0...2"))
    #expect(!FileManager.default.fileExists(atPath: small.settings().run.output))
  }
}
