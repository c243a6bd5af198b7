// Trainings of AdaIN from the first step to the last: pairs and small nets that plugin 'adain' reads, repeated, gone on with.
import Foundation
import Networks
import PluginKit
import Testing
import Weights

@testable import Training

@Suite("Training an AdaIN")
struct AdaINTrainerTests {
  /// Six steps of two pairs of 32x32.
  private func plan(_ small: SmallTraining, _ preset: AdaINSettings.Preset = .quality) throws -> AdaINSettings {
    for i in 0..<3 {
      try small.pictures.ramp("paintings/\(i).png", width: 50, height: 40 + i, blue: Float(250 - 80 * i))
    }
    var settings = AdaINSettings(
      content: [small.pictures.scratch.path("photos")], styles: [small.pictures.scratch.path("paintings")],
      output: small.output)
    (settings.encoder, settings.preset) = (small.vgg, preset)
    (settings.run.cut.size, settings.run.cut.photoSize, settings.width) = (32, 36, 2)
    (settings.run.batch, settings.run.steps, settings.run.seed) = (2, 6, 4)
    (settings.run.precision, settings.run.learningRate) = (.float32, 1e-2)
    return settings
  }

  @discardableResult
  private func train(_ settings: AdaINSettings, threads: Int = 1, stopAfter: Int? = nil) throws -> TrainingSummary {
    let voice = TrainingVoice(tell: { _ in }, warn: { Issue.record("\($0)") }, progress: { _ in })
    let card = ModelCard(title: "Any", plugin: "adain", command: "stylehost train adain", program: "test")
    var (settings, asked) = (settings, 0)
    settings.run.threads = threads
    return try AdaINTrainer.train(settings, card: card, voice: voice) {
      defer { asked += 1 }
      return stopAfter.map { asked >= $0 } ?? false
    }
  }

  private func info(_ path: String, _ preset: AdaINSettings.Preset) throws -> ModelInfo {
    try TrainingHost.serve(threads: 1, cpuLevel: nil) { (host) throws(TrainingError) -> ModelInfo in
      let file = try host.open(path)
      return try TrainingError.ofNetwork { () throws(PluginError) in
        preset == .quality ? try AdaIN(file).info : try RealtimeAdaIN(file).info
      }
    }
  }

  @Test(
    "What it writes is read as what it trained, and its loss fell",
    arguments: [AdaINSettings.Preset.quality, .realtime])
  func writes(preset: AdaINSettings.Preset) throws {
    let small = try SmallTraining()
    var settings = try plan(small, preset)
    (settings.run.steps, settings.run.learningRate, settings.width) = (60, 3e-3, 8)
    try train(settings)
    #expect(try info(small.output, preset).width > 0)
    let losses = try small.state().losses
    #expect(losses.names == ["total", "content", "style"])
    let (begin, end) = (losses.curve(0, most: 4)[0].mean, losses.curve(0, most: 4)[3].mean)
    #expect(end < 0.9 * begin, "\(begin) to \(end)")
    let file = try WeightFile.open(path: small.output)
    #expect(file.metadata["stylehost.preset"] == preset.rawValue)
    #expect(try small.state().previews.count == 3)
  }

  @Test(
    "A training that was stopped and resumed gives the numbers of one that was not, to the bit",
    arguments: [AdaINSettings.Preset.quality, .realtime])
  func resumes(preset: AdaINSettings.Preset) throws {
    let (whole, parts) = (try SmallTraining(), try SmallTraining())
    try train(try plan(whole, preset), threads: 3)
    var half = try plan(parts, preset)
    #expect(try train(half, stopAfter: 3).wasStopped)
    half.run.isResumed = true
    #expect(try train(half).steps == 6)
    #expect(try parts.network() == whole.network())
    #expect(try parts.state().losses == whole.state().losses)
  }

  @Test("A training begins with another network where it is asked to, of which nothing is lost")
  func begins() throws {
    let (first, second) = (try SmallTraining(), try SmallTraining())
    try train(try plan(first))
    var settings = try plan(second)
    (settings.start, settings.run.steps, settings.run.learningRate) = (first.output, 1, 1e-12)
    try train(settings)
    let (before, after) = (try first.network(), try second.network())
    #expect(before.keys == after.keys)
    for (name, numbers) in before {
      #expect(zip(numbers, after[name] ?? []).allSatisfy { abs($0 - $1) < 1e-6 }, "\(name)")
    }
    let third = try SmallTraining()
    settings = try plan(third)
    (settings.start, settings.width) = (first.output, 3)
    // Their folders end with them.
    let error = withExtendedLifetime((first, third)) { #expect(throws: TrainingError.self) { try train(settings) } }
    let words = error?.description ?? ""
    #expect(words.hasPrefix("cannot begin with \(first.output): it has no tensor 'decoder."), "\(words)")
  }

  @Test("The encoder's planes have a mean square of 1 on the photos, and the pair still says the same")
  func normalised() throws {
    let small = try SmallTraining()
    let settings = try plan(small)
    let squares = try TrainingHost.serve(threads: 1, cpuLevel: nil) { (host) throws(TrainingError) -> [Float] in
      let file = try host.open(settings.encoder)
      let photos = try ContentList(settings.run.content) { _ in }
      let plan = try TrainingError.ofNetwork { () throws(PluginError) in try AdaIN.plan(encoder: file) }
      let decoder = try plan.decoder.drawn(seed: 0)
      func measured(_ encoder: [TrainedTensor]) throws(TrainingError) -> ([Float], AdaIN) {
        let (network, squares) = try TrainingError.ofNetwork { () throws(PluginError) in
          let network = try AdaIN(host.memory(encoder + decoder, named: "pair"))
          return (network, try ActivationSquares(host, network, size: 32))
        }
        for place in photos.places {
          var draws = SplitMix64(seed: 0)
          try squares.add(try PictureLoader.load(place, PictureCut(size: 32), &draws))
        }
        return (squares.means, network)
      }
      func tensors(_ numbered: [AdaIN.NumberedTensor]) -> [TrainedTensor] {
        numbered.map { TrainedTensor(name: $0.name, shape: $0.shape, floats: $0.numbers) }
      }
      let (before, network) = try measured(tensors(plan.encoder))
      return try measured(tensors(network.normalised(before))).0
    }
    // Planes that say nothing on these photos stay at 0.
    #expect(squares.allSatisfy { abs($0 - 1) < 1e-2 || $0 < 1e-3 }, "\(squares)")
    #expect(squares.contains { abs($0 - 1) < 1e-2 })
  }

  @Test("What makes no sense is refused before anything is written")
  func refuses() throws {
    let small = try SmallTraining()
    var settings = try plan(small)
    settings.run.cut.size = 36
    #expect(throws: TrainingError(.usage, "a size of 36 is not possible: AdaIN works on multiples of 8")) {
      try train(settings)
    }
    settings = try plan(small)
    settings.styles = []
    #expect(throws: TrainingError(.usage, "there is no style to learn: give paintings")) { try train(settings) }
    settings = try plan(small)
    settings.encoder = ""
    #expect(throws: TrainingError.self) { try train(settings) }
    #expect(!FileManager.default.fileExists(atPath: small.output))
  }
}
