// Trainings of MUNIT from the first step to the last: they write the authors' files, they repeat, they go on.
import Foundation
import Networks
import PluginKit
import Testing
import Weights

@testable import Training

@Suite("Training a MUNIT")
struct MUNITTrainerTests {
  /// Six steps of a pair of 64x64.
  private func plan(_ small: SmallTraining) throws -> MUNITSettings {
    for i in 0..<4 {
      try small.pictures.ramp("others/\(i).png", width: 32, height: 40 + i, blue: Float(255 - 40 * i))
    }
    var settings = MUNITSettings(
      a: [small.pictures.scratch.path("photos")], b: [small.pictures.scratch.path("others")], output: small.output)
    (settings.run.cut.size, settings.run.cut.photoSize) = (64, 72)
    (settings.width, settings.discriminatorWidth) = (2, 2)
    (settings.run.steps, settings.run.seed, settings.run.precision) = (6, 4, .float32)
    return settings
  }

  @discardableResult
  private func train(_ settings: MUNITSettings, threads: Int = 1, stopAfter: Int? = nil) throws -> TrainingSummary {
    let voice = TrainingVoice(tell: { _ in }, warn: { Issue.record("\($0)") }, progress: { _ in })
    let card = ModelCard(title: "Ramps", plugin: "munit", command: "stylehost train munit", program: "test")
    var (settings, asked) = (settings, 0)
    settings.run.threads = threads
    return try MUNITTrainer.train(settings, card: card, voice: voice) {
      defer { asked += 1 }
      return stopAfter.map { asked >= $0 } ?? false
    }
  }

  @Test("What it writes is read as a MUNIT and has the authors' keys")
  func writes() throws {
    let small = try SmallTraining()
    try train(try plan(small))
    let info = try TrainingHost.serve(threads: 1, cpuLevel: nil) { (host) throws(TrainingError) -> ModelInfo in
      let file = try host.open(small.output)
      return try TrainingError.ofNetwork { () throws(PluginError) in try MUNIT(file).info }
    }
    let file = try WeightFile.open(path: small.output)
    #expect(info.width == 2 && file.metadata["stylehost.architecture"] == info.architecture)
    #expect(file.metadata["stylehost.plugin"] == "munit" && file.metadata["training.image_weight"] == "10")
    // Of each domain 31 convolutions and layers of the perceptron, two layer norms, eight norms that a style sets.
    #expect(file.tensors.count == 2 * (2 * 31 + 2 * 2 + 8 * 2))
    #expect(file.tensors.allSatisfy { $0.name.hasPrefix("a.") || $0.name.hasPrefix("b.") })
    let network = try small.network()
    for (name, value) in [("mean", 0), ("var", 1)] as [(String, Float)] {
      let numbers = network["b.dec.model.0.model.3.model.1.norm.running_\(name)"]
      #expect(numbers == [Float](repeating: value, count: 8))
    }
    let state = try small.state()
    #expect(state.previews.count == 3 && state.step == 6)
    #expect(
      state.weights.first?.name.hasPrefix("gen.a.") == true && state.weights.last?.name.hasPrefix("dis.b.") == true)
  }

  @Test("Its losses are those of the authors' code, and numbers")
  func losses() throws {
    let small = try SmallTraining()
    try train(try plan(small))
    let losses = try small.state().losses
    #expect(
      losses.names == [
        "total", "image a", "image b", "style a", "style b", "content a", "content b", "gan a", "gan b",
        "discriminators",
      ])
    for step in 0..<6 {
      let row = losses.names.indices.map { losses.value(step, $0) }
      #expect(row.allSatisfy { $0.isFinite && $0 > 0 }, "\(row)")
      #expect(abs(row[1..<9].reduce(0, +) - row[0]) < 1e-4 * row[0])
    }
  }

  @Test(
    "A training that was stopped and resumed gives the numbers of one that was not, to the bit, with any number of threads"
  )
  func resumes() throws {
    let (whole, parts) = (try SmallTraining(), try SmallTraining())
    try train(try plan(whole), threads: 3)
    var half = try plan(parts)
    #expect(try train(half, stopAfter: 3).wasStopped)
    #expect(try parts.state().step == 3)
    half.run.isResumed = true
    #expect(try train(half).steps == 6)
    #expect(try parts.network() == whole.network())
    #expect(try parts.state().losses == whole.state().losses)
    #expect(try parts.state().optimiser == whole.state().optimiser)
  }

  @Test("Ways there and back, and what a VGG sees, are learnt from where they are asked for")
  func further() throws {
    let small = try SmallTraining()
    var settings = try plan(small)
    (settings.cycleWeight, settings.perceptualWeight, settings.vgg) = (10, 1, try small.wholeVGG())
    (settings.run.steps, settings.run.batch) = (2, 2)
    try train(settings)
    let losses = try small.state().losses
    #expect(Array(losses.names[7..<9]) == ["cycle a", "cycle b"])
    #expect(Array(losses.names[11...]) == ["perceptual a", "perceptual b", "discriminators"])
    #expect(losses.names.indices.allSatisfy { losses.value(1, $0).isFinite && losses.value(1, $0) > 0 })
  }

  @Test("The smallest pictures are those whose quarter has a score")
  func scores() {
    #expect(MUNITDiscriminator.scores(256) == [16, 8, 4] && MUNITDiscriminator.scores(64) == [4, 2, 1])
    #expect(MUNITDiscriminator.scores(60) == [3, 1, 0])
    #expect(MUNITDiscriminator.scores(MUNITDiscriminator.leastSide) == [3, 1, 1])
    #expect(MUNITDiscriminator.scores(MUNITDiscriminator.leastSide - 1).last == 0)
  }

  @Test("What makes no sense is refused in one line before anything is written")
  func refusals() throws {
    let small = try SmallTraining()
    func refused(_ change: (inout MUNITSettings) -> Void) throws -> String {
      var settings = try plan(small)
      change(&settings)
      return #expect(throws: TrainingError.self) { try train(settings) }?.description ?? ""
    }
    #expect(try refused { $0.run.cut.size = 60 }.hasSuffix("so give 64 or more"))
    #expect(try refused { $0.other = [] }.hasSuffix("give those of B"))
    #expect(try refused { $0.width = 0 }.hasPrefix("give widths"))
    #expect(try refused { $0.cycleWeight = -1 }.hasPrefix("a --cycle-weight of -1.0"))
    #expect(
      try refused { $0.perceptualWeight = 1 }
        == "--perceptual-weight needs a VGG-16 to relu5_3, which does not come with this program: add --vgg FILE")
    #expect(try refused { $0.domain = "caffe" }.hasPrefix("--domain says what pixels a VGG was trained on"))
    #expect(
      try refused { $0.vgg = "vgg16.pth" }
        == "--vgg vgg16.pth is for --perceptual-weight, which is 0: give that a weight, or leave --vgg out")
    #expect(
      try refused { ($0.perceptualWeight, $0.vgg) = (1, small.vgg) }.contains(
        "the feature network has no layer relu5_3: it is a VGG-16 that ends with relu4_3"))
    #expect(!FileManager.default.fileExists(atPath: small.output))
  }
}
