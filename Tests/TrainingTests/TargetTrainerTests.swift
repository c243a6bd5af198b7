// Fine-tunings of SFIT's target model from the first step to the last.
import Foundation
import Networks
import PluginKit
import Testing
import Weights

@testable import Training

@Suite("Fine-tuning SFIT's target model")
struct TargetTrainerTests {
  /// A generator and the classifiers that it was trained with.
  private final class Tuning {
    let small: SmallSFIT

    init() throws {
      small = try SmallSFIT()
      try small.train(small.settings())
    }

    /// Six steps of four pictures.
    func settings(_ output: String = "tuned.safetensors") -> TargetSettings {
      var settings = TargetSettings(
        content: [small.path("digits")], generator: small.path("sfit.safetensors"),
        source: [small.path("source.safetensors")], target: [small.path("target.safetensors")],
        head: [small.path("head.safetensors")], output: small.path(output))
      settings.run.cut = PictureCut(size: 28)
      (settings.run.batch, settings.run.steps, settings.run.threads) = (4, 6, 1)
      (settings.run.precision, settings.run.learningRate) = (.float32, 0.01)
      return settings
    }

    /// What has learnt, by the state of a training.
    func learnt() throws -> Set<String> {
      Set(
        try TrainingState(readingFrom: TrainingState.path(beside: small.path("tuned.safetensors"))).weights.map(\.name))
    }

    @discardableResult
    func train(_ settings: TargetSettings, stopAfter: Int? = nil) throws -> TrainingSummary {
      let said = small.said
      let voice = TrainingVoice(tell: { said.hear($0) }, warn: { said.hear($0) }, progress: { _ in })
      let card = ModelCard(title: "Digits", plugin: nil, command: "stylehost train target", program: "test")
      var asked = 0
      return try TargetTrainer.train(settings, card: card, voice: voice) {
        defer { asked += 1 }
        return stopAfter.map { asked >= $0 } ?? false
      }
    }
  }

  @Test("What is written is a target model without the head, whose convolutions have learnt")
  func writes() throws {
    let tuning = try Tuning()
    try tuning.train(tuning.settings())
    let (before, after) = (
      try tuning.small.network("target.safetensors"), try tuning.small.network("tuned.safetensors")
    )
    #expect(Set(before.keys) == Set(after.keys))
    for key in before.keys { #expect(before[key] != after[key], "\(key) has learnt nothing") }
    #expect(
      try WeightFile.open(path: tuning.small.path("tuned.safetensors")).metadata["stylehost.kind"] == "classifier")
    #expect(try tuning.small.losses("tuned.safetensors").names == ["total", "entropy", "diversity"])
    var again = tuning.settings("again.safetensors")
    again.target = [tuning.small.path("tuned.safetensors")]
    #expect(try tuning.train(again).steps == 6)
  }

  @Test("A last layer in the target model's own file stays as it is", arguments: ["", "net.", "module."])
  func head(prefix: String) throws {
    let tuning = try Tuning()
    try tuning.small.write("whole.safetensors", try SmallSFIT.believer(in: 1).map { $0.renamed(prefix + $0.name) })
    var settings = tuning.settings()
    settings.target = [tuning.small.path("whole.safetensors")]
    (settings.source, settings.head) = (settings.target, [])
    try tuning.train(settings)
    let (before, after) = (try tuning.small.network("whole.safetensors"), try tuning.small.network("tuned.safetensors"))
    #expect(Set(before.keys) == Set(after.keys))
    #expect(try tuning.learnt() == Set(before.keys.filter { !$0.contains("fc2") }))
    for key in before.keys where key.contains("fc2") { #expect(before[key] == after[key]) }
  }

  @Test("The loss falls, once both agree on some pictures")
  func learns() throws {
    let tuning = try Tuning()
    var settings = tuning.settings()
    (settings.run.steps, settings.run.batch) = (60, 5)
    try tuning.train(settings)
    let losses = try tuning.small.losses("tuned.safetensors")
    // Where both agree on nothing there is no entropy, and little to learn.
    let totals = (0..<losses.count).filter { losses.value($0, 1) > 0 }.map { losses.value($0, 0) }
    let (first, last) = (try #require(totals.first), try #require(totals.last))
    #expect(totals.count > 20 && last < first - 0.3, "total: \(first) to \(last), \(totals.count) steps")
    #expect((0..<losses.count).allSatisfy { losses.value($0, 1) >= 0 && losses.value($0, 2) > -1e-6 })
  }

  @Test("A training that was stopped and resumed gives the numbers of one that was not, to the bit")
  func resumes() throws {
    let tuning = try Tuning()
    try tuning.train(tuning.settings("whole.safetensors"))
    var parts = tuning.settings("parts.safetensors")
    #expect(try tuning.train(parts, stopAfter: 3).wasStopped)
    parts.run.isResumed = true
    #expect(try tuning.train(parts).steps == 6)
    #expect(try tuning.small.network("parts.safetensors") == tuning.small.network("whole.safetensors"))
    #expect(try tuning.small.losses("parts.safetensors") == tuning.small.losses("whole.safetensors"))
  }

  @Test("The accuracies that are told are those of the file that was given and of the one that is written")
  func accuracies() throws {
    let tuning = try Tuning()
    for i in 0..<6 {
      try tuning.small.pictures.ramp("known/\(i % 3)/\(i).png", width: 28, height: 28, blue: Float(40 * i))
    }
    func told(_ settings: TargetSettings) throws -> [String?] {
      try tuning.train(settings)
      let facts = try WeightFile.open(path: settings.run.output).metadata
      #expect(facts["training.accuracy,_pictures"] == "6")
      return [facts["training.accuracy,_target_before"], facts["training.accuracy,_target"]]
    }
    var settings = tuning.settings()
    (settings.run.steps, settings.run.batch, settings.test) = (60, 5, tuning.small.path("known"))
    let learnt = try told(settings)
    #expect(learnt[0] != learnt[1], "\(learnt)")
    (settings.target, settings.run.output) = ([settings.run.output], tuning.small.path("again.safetensors"))
    (settings.run.steps, settings.run.learningRate) = (1, 1e-12)
    #expect(try told(settings) == [learnt[1], learnt[1]])
    #expect(tuning.small.said.all.contains { $0.hasPrefix("step 60: right of 6 pictures: target before ") })
  }

  @Test("A training goes on with the model that it began with, and with no other")
  func others() throws {
    let tuning = try Tuning()
    try tuning.small.write("whole.safetensors", try SmallSFIT.believer(in: 1))
    var settings = tuning.settings()
    settings.target = [tuning.small.path("whole.safetensors")]
    (settings.source, settings.head) = (settings.target, [])
    try tuning.train(settings, stopAfter: 3)
    let before = try tuning.small.network("tuned.safetensors")
    settings.run.isResumed = true
    func refused() throws -> String {
      #expect(throws: TrainingError.self) { try tuning.train(settings) }?.description ?? ""
    }
    try tuning.small.write("whole.safetensors", try SmallSFIT.believer(in: 0))
    #expect(try refused().hasSuffix("the norms and the last layer are others than in whole.safetensors"))
    settings.target = [tuning.small.path("target.safetensors"), tuning.small.path("head.safetensors")]
    #expect(try refused().contains("cannot resume"))
    #expect(try tuning.small.network("tuned.safetensors") == before)
  }

  @Test("What makes no sense is refused in one line before anything is written")
  func refusals() throws {
    let tuning = try Tuning()
    func refused(_ change: (inout TargetSettings) -> Void) throws -> String {
      var settings = tuning.settings()
      change(&settings)
      return #expect(throws: TrainingError.self) { try tuning.train(settings) }?.description ?? ""
    }
    #expect(try refused { $0.run.batch = 1 }.hasPrefix("a batch of 1 is not possible"))
    #expect(try refused { $0.source = [] } == "give the files of the source and of the target model")
    #expect(try refused { $0.head = [] }.contains("it has no last layer 'fc2.weight'"))
    #expect(try refused { $0.run.cut.size = 32 }.hasSuffix("takes pictures of 28x28, and the size is 32"))
    #expect(
      try refused { $0.run.output = $0.target[0] }.hasSuffix(
        "target.safetensors, which is learnt from: name another file"))
    #expect(try refused { $0.generator = $0.source[0] }.contains("source.safetensors"))
    #expect(!FileManager.default.fileExists(atPath: tuning.settings().run.output))
  }
}
