// Trainings of SFIT from the first step to the last, with classifiers of a few planes.
import Foundation
import Networks
import PluginKit
import Testing
import Weights

@testable import Training

@Suite("Training SFIT's generator")
struct SFITTrainerTests {
  @Test("What is written is a generator of SFIT, and both stages have their losses")
  func writes() throws {
    let small = try SmallSFIT()
    var settings = small.settings()
    settings.weights = [.kd: 1, .relationship: 1, .identity: 0.03, .tv: 0.03, .style: 0.1]
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
        "total", "image", "map", "kd", "relationship", "identity", "tv", "style",
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
    let small = try SmallSFIT()
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
    #expect(second.names == ["total", "kd", "relationship"])
    let (before, after) = (Double(second.value(0, 0)), try #require(second.recent(0, most: 5)))
    #expect(after < before, "total: \(before) to \(after)")
  }

  @Test("A training that was stopped and resumed gives the numbers of one that was not, to the bit")
  func resumes() throws {
    let small = try SmallSFIT()
    try small.train(small.settings("whole.safetensors"))
    var parts = small.settings("parts.safetensors")
    #expect(try small.train(parts, stopAfter: 3).wasStopped)
    parts.run.isResumed = true
    #expect(try small.train(parts).steps == 6)
    #expect(try small.network("parts.safetensors") == small.network("whole.safetensors"))
    #expect(try small.losses("parts.safetensors") == small.losses("whole.safetensors"))
  }

  @Test("A training does not go on with another network")
  func others() throws {
    let small = try SmallSFIT()
    var settings = small.settings()
    try small.train(settings, stopAfter: 2)
    let before = try small.network("sfit.safetensors")
    (settings.run.isResumed, settings.width) = (true, 4)
    let error = #expect(throws: TrainingError.self) { try small.train(settings) }
    #expect(
      error?.description.hasPrefix("cannot resume \(settings.run.output): it has ") == true,
      "\(error?.description ?? "")")
    #expect(try small.network("sfit.safetensors") == before)
  }

  @Test("Accuracies count what each model tells right of the folders of a class")
  func accuracies() throws {
    let small = try SmallSFIT()
    for name in ["0/a", "2/a", "2/b", "2/c"] {
      try small.pictures.ramp("known/\(name).png", width: 28, height: 28, blue: 90)
    }
    try small.write("two.safetensors", try SmallSFIT.believer(in: 2))
    try small.write("zero.safetensors", try SmallSFIT.believer(in: 0))
    var settings = small.settings()
    (settings.source, settings.target) = ([small.path("two.safetensors")], [small.path("zero.safetensors")])
    (settings.head, settings.test, settings.run.steps, settings.warmUp) = ([], small.path("known"), 1, 0)
    try small.train(settings)
    let facts = try WeightFile.open(path: settings.run.output).metadata
    #expect(facts["training.accuracy,_source"] == "75.0%")
    #expect(facts["training.accuracy,_target"] == "25.0%")
    #expect(facts["training.accuracy,_source_on_translations"] == "75.0%")
    #expect(facts["training.accuracy,_pictures"] == "4")
    #expect(
      small.said.all.contains(
        "step 1: right of 4 pictures: source 75.0%, target 25.0%, source on translations 75.0%"))
    #expect(LabelledPictures.labels(["0", "2"]) == [0, 2] && LabelledPictures.labels(["10", "9"]) == [10, 9])
    #expect(LabelledPictures.labels(["cat", "dog"]) == [0, 1] && LabelledPictures.labels(["1", "cat"]) == [0, 1])
  }

  @Test("What makes no sense is refused in one line before anything is written")
  func refusals() throws {
    let small = try SmallSFIT()
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
    #expect(try refused { $0.weights[.style] = -1 }.hasPrefix("a --style-weight of -1.0"))
    #expect(try refused { $0.head += $0.head }.contains("'fc2.bias' is in"))
    #expect(try refused { $0.test = small.path("digits") }.contains("there is no folder in"))
    try small.pictures.ramp("known/7/a.png", width: 28, height: 28)
    #expect(try refused { $0.test = small.path("known") }.hasSuffix("the models tell 3 apart, 0...2"))
    #expect(!FileManager.default.fileExists(atPath: small.settings().run.output))
  }
}
