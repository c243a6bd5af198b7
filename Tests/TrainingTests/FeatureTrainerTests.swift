// Small feature networks: the directions they learn, the training, and that other trainings take them for a VGG.
import Foundation
import Networks
import Testing
import Weights

@testable import Training

@Suite("Distilling a feature network")
struct FeatureTrainerTests {
  private func plan(_ small: SmallTraining, _ output: String) -> FeatureSettings {
    var settings = FeatureSettings(
      vgg: small.vgg, content: [small.pictures.scratch.path("photos")], output: small.pictures.scratch.path(output))
    settings.run.cut = PictureCut(size: 32)
    (settings.run.batch, settings.run.steps, settings.run.threads, settings.width) = (2, 6, 1, 1)
    (settings.run.precision, settings.run.learningRate) = (.float32, 0.02)
    return settings
  }

  @discardableResult
  private func train(_ settings: FeatureSettings, stopAfter: Int? = nil) throws -> TrainingSummary {
    let voice = TrainingVoice(tell: { _ in }, warn: { Issue.record("\($0)") }, progress: { _ in })
    let card = ModelCard(title: "Features", plugin: nil, command: "stylehost train features", program: "test")
    var asked = 0
    return try FeatureTrainer.train(settings, card: card, voice: voice) {
      defer { asked += 1 }
      return stopAfter.map { asked >= $0 } ?? false
    }
  }

  @Test("The directions of most energy stand at right angles and hold what the largest eigenvalues say")
  func directions() {
    // Of a matrix with eigenvalues 9, 4, 1 along known directions that are no axes.
    let axes: [[Float]] = [[2, 2, 1], [-2, 1, 2], [1, -2, 2]].map { $0.map { $0 / 3 } }
    var moment = [Float](repeating: 0, count: 9)
    for (axis, value) in zip(axes, [9, 4, 1] as [Float]) {
      for i in 0..<9 { moment[i] += value * axis[i / 3] * axis[i % 3] }
    }
    let found = FeatureBasis.directions(moment, 3, 2, seed: "test")
    func dot(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let rows = [found[0..<3], found[3..<6]]
    #expect(abs(dot(rows[0], rows[1])) < 1e-5 && rows.allSatisfy { abs(dot($0, $0) - 1) < 1e-5 })
    #expect(rows.allSatisfy { abs(dot($0, axes[2][...])) < 1e-3 })
  }

  @Test("Planes from which the others can be told are kept, and the others put together from them")
  func pruning() {
    // Four planes: the second is 3 times the first, the fourth is the first and the third together.
    let (a, c): ([Float], [Float]) = ([1, 2, 0, -1, 2], [0, 1, -2, 3, 1])
    let planes = [a, a.map { 3 * $0 }, c, zip(a, c).map { $0 + $1 }]
    let moments = (0..<16).map { i in zip(planes[i / 4], planes[i % 4]).reduce(Float(0)) { $0 + $1.0 * $1.1 } }
    let choice = PrunedFeatures.Choice(moments, 4, few: 2)
    #expect(choice.kept.first == 1 && choice.kept.count == 2)
    for (p, plane) in planes.enumerated() {
      for i in 0..<5 {
        let told = (0..<2).reduce(Float(0)) { $0 + choice.sums[2 * p + $1] * planes[choice.kept[$1]][i] }
        #expect(abs(told - plane[i]) < 1e-4)
      }
    }
  }

  @Test("Where fewer planes tell all, the others add nothing")
  func dependent() {
    // The second is twice the first, the third half of it.
    let planes: [Float] = [1000, 2000, 500]
    let choice = PrunedFeatures.Choice((0..<9).map { planes[$0 / 3] * planes[$0 % 3] }, 3, few: 2)
    #expect(choice.kept.first == 1 && Set(choice.kept).count == 2)
    for p in 0..<3 { #expect(abs(choice.sums[2 * p] - planes[p] / 2000) < 1e-4 && choice.sums[2 * p + 1] == 0) }
  }

  @Test("It learns, and what it writes is taken for a VGG whose losses mean the same")
  func learns() throws {
    let small = try SmallTraining()
    var settings = plan(small, "features.safetensors")
    settings.run.steps = 150
    try train(settings)
    let state = try TrainingState(readingFrom: TrainingState.path(beside: settings.run.output))
    #expect(state.losses.names.first == "total" && state.losses.names.last == "relu4_3")
    let last = try #require(state.losses.recent(0, most: 5))
    #expect(last < 0.5 * Double(state.losses.value(0, 0)), "\(state.losses.value(0, 0)) to \(last)")
    let file = try WeightFile.open(path: settings.run.output)
    #expect(file.metadata["stylehost.kind"] == "features" && file.metadata["stylehost.vgg.share"] == "0.5")
    #expect(file.metadata["stylehost.vgg.domain"] == "torchvision" && file.metadata["stylehost.plugin"] == nil)
    #expect(file.tensor(named: "relu4_3.weight")?.shape == [4, 4, 1, 1])

    var johnson = small.settings()
    (johnson.vgg, johnson.run.steps) = (settings.run.output, 1)
    try small.train(johnson)
    let losses = try small.state().losses
    #expect(losses.value(0, 1) > 0 && losses.value(0, 2) > 0)
  }

  @Test("One that was stopped and resumed has the numbers of one that was not, to the bit")
  func resumes() throws {
    let small = try SmallTraining()
    let whole = plan(small, "whole.safetensors")
    var parts = plan(small, "parts.safetensors")
    try train(whole)
    #expect(try train(parts, stopAfter: 3).wasStopped)
    parts.run.isResumed = true
    try train(parts)
    #expect(try small.network(parts.run.output) == small.network(whole.run.output))
  }

  @Test("What makes no sense is refused in one line")
  func refusals() throws {
    let small = try SmallTraining()
    func refused(_ change: (inout FeatureSettings) -> Void) throws -> String {
      var settings = plan(small, "no.safetensors")
      change(&settings)
      return #expect(throws: TrainingError.self) { try train(settings) }?.description ?? ""
    }
    #expect(try refused { $0.width = 3 }.hasPrefix("a width of 3 is not possible: the VGG begins with 2 planes"))
    #expect(try refused { $0.width = 0 }.hasPrefix("a width of 0 is not possible"))
    #expect(try refused { $0.vgg = "" }.contains("name one as --vgg FILE"))
    #expect(try refused { $0.run.batch = 0 }.hasPrefix("a batch of 0"))
    let empty = try small.vggWithEmptyLayer()
    #expect(try refused { $0.vgg = empty } == "cannot learn from the VGG: relu3_2 gives nothing on these pictures")
    var settings = plan(small, "other.safetensors")
    try train(settings)
    #expect(
      try refused { $0.vgg = settings.run.output }.hasSuffix(
        "other.safetensors was distilled itself: learn from a whole VGG"))
    (settings.run.isResumed, settings.run.cut.size) = (true, 36)
    let error = #expect(throws: TrainingError.self) { try train(settings) }
    #expect(error?.description.contains("a distillation goes on as it began: size was 32") == true)
    #expect(!FileManager.default.fileExists(atPath: small.pictures.scratch.path("no.safetensors")))
  }
}
