// Trainings from the first step to the last: they learn, they repeat, they go on.
import Foundation
import Testing
import Weights

@testable import Training

@Suite("Training a Johnson net")
struct JohnsonTrainerTests {
  @Test("The loss falls")
  func learns() throws {
    let small = try SmallTraining()
    var settings = small.settings()
    (settings.run.steps, settings.run.learningRate) = (60, 0.02)
    try small.train(settings)
    let losses = try small.state().losses
    #expect(losses.names == ["total", "content", "style"] && losses.count == 60)
    let (first, last) = (losses.value(0, 0), try #require(losses.recent(0, most: 5)))
    #expect(last < 0.5 * Double(first), "from \(first) to \(last)")
    for step in 0..<60 {
      #expect(
        abs(losses.value(step, 1) + losses.value(step, 2) - losses.value(step, 0)) <= 1e-5 * losses.value(step, 0))
    }
  }

  @Test("The same seed gives the same network to the bit, with any number of threads; another seed another")
  func repeats() throws {
    let (one, two, other) = (try SmallTraining(), try SmallTraining(), try SmallTraining())
    try one.train(one.settings())
    try two.train(two.settings(), threads: 3)
    var settings = other.settings()
    settings.run.seed = 5
    try other.train(settings)
    let network = try one.network()
    #expect(try two.network() == network)
    #expect(try other.network() != network)
    #expect(try two.state().optimiser == one.state().optimiser)
  }

  @Test("A training that was stopped and resumed gives the numbers of one that was not, to the bit")
  func resumes() throws {
    let (whole, parts) = (try SmallTraining(), try SmallTraining())
    try whole.train(whole.settings())
    var settings = parts.settings()
    #expect(try parts.train(settings, stopAfter: 3).wasStopped)
    #expect(try parts.state().step == 3)
    settings.run.isResumed = true
    let summary = try parts.train(settings)
    #expect(summary.steps == 6 && !summary.wasStopped)
    #expect(try parts.network() == whole.network())
    #expect(try parts.state().losses == whole.state().losses)
    #expect(try parts.state().optimiser == whole.state().optimiser)
  }

  @Test("The learning rate falls to nothing over the last share of the run: of its steps, or else of its time")
  func decays() {
    var run = TrainingRun(content: [], output: "")
    (run.learningRate, run.schedule, run.steps) = (0.01, .linear(last: 0.25), 8)
    #expect((0..<8).map { run.rate(steps: $0, seconds: 1e9) } == [0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.005])
    // Asked for more, it goes on as before.
    run.steps = 16
    #expect(run.rate(steps: 8, seconds: 0) == 0.01)
    (run.steps, run.seconds) = (nil, 100)
    #expect(run.rate(steps: 7, seconds: 75) == 0.01 && abs(run.rate(steps: 7, seconds: 90) - 0.004) < 1e-12)
    run.schedule = .linear(last: 0)
    #expect(run.rate(steps: 7, seconds: 99) == 0.01)
  }

  @Test("The learning rate of a step is the one the network learns with")
  func decaysInEarnest() throws {
    let (with, without) = (try SmallTraining(), try SmallTraining())
    var settings = without.settings()
    settings.run.schedule = .linear(last: 0)
    try without.train(settings)
    settings = with.settings()
    settings.run.schedule = .linear(last: 0.5)
    try with.train(settings)
    // The fourth of six steps is the last that is as long; the losses are those before each step.
    let (decayed, constant) = (try with.state().losses, try without.state().losses)
    for step in 0..<6 { #expect((decayed.value(step, 0) == constant.value(step, 0)) == (step < 5), "step \(step)") }
  }

  @Test("A resumed training may be asked for other things, which are told, but not for another network")
  func changes() throws {
    let small = try SmallTraining()
    var settings = small.settings()
    settings.run.steps = 1
    try small.train(settings)
    (settings.run.isResumed, settings.run.steps, settings.styleWeight) = (true, 2, 7)
    try small.train(settings)
    #expect(small.said.all.contains("from now on style weight is 7, it was 10000000000"))
    settings.width = 3
    let error = #expect(throws: TrainingError.self) { try small.train(settings) }
    #expect(error?.description.hasSuffix("its network is of width 2, and one of width 3 was asked for") == true)
  }

  @Test("A training can begin with a network there is, and the same settings resume it")
  func startsFrom() throws {
    let (first, second) = (try SmallTraining(), try SmallTraining())
    try first.train(first.settings())
    var settings = second.settings()
    (settings.start, settings.run.steps, settings.run.learningRate) = (first.output, 1, 1e-9)
    try second.train(settings)
    let (start, end) = (try first.network(), try second.network())
    for (name, numbers) in start {
      #expect(zip(numbers, end[name] ?? []).allSatisfy { abs($0 - $1) < 1e-6 }, "\(name)")
    }
    (settings.run.isResumed, settings.run.steps) = (true, 2)
    for start in [first.output, nil] {
      settings.start = start
      try second.train(settings)
      #expect(try second.state().step == 2)
      #expect(try WeightFile.open(path: second.output).metadata["training.started_from"] == first.output)
    }
  }

  @Test("Several styles share all but the norms' rows, learn in turns, and a resumed training goes on to the bit")
  func severalStyles() throws {
    let (whole, parts) = (try SmallTraining(), try SmallTraining())
    func settings(_ small: SmallTraining) throws -> JohnsonSettings {
      var settings = small.settings()
      settings.styles.append(try small.otherStripes())
      return settings
    }
    try whole.train(try settings(whole))
    var half = try settings(parts)
    try parts.train(half, stopAfter: 3)
    half.run.isResumed = true
    try parts.train(half)
    let network = try whole.network()
    #expect(try parts.network() == network)
    let file = try WeightFile.open(path: whole.output)
    #expect(
      file.tensor(named: "res3.in1.bias")?.shape == [2, 8] && file.tensor(named: "conv1.conv2d.bias")?.shape == [2])
    #expect(file.metadata["stylehost.styles"] == "[\"Stripes\",\"Other\"]")
    let rows = try #require(network["in5.weight"])
    #expect(rows[0..<2] != rows[2..<4] && !rows.contains(1))
  }

  @Test("A style is added by its norms' rows alone")
  func adds() throws {
    let (first, second) = (try SmallTraining(), try SmallTraining())
    try first.train(first.settings())
    var settings = second.settings()
    (settings.styles, settings.start, settings.isAdding) = ([try second.otherStripes()], first.output, true)
    try second.train(settings)
    let (before, after) = (try first.network(), try second.network())
    for (name, numbers) in before {
      let now = try #require(after[name])
      #expect(now.count == (LearntNumbers.isNorm(name) ? 2 : 1) * numbers.count, "\(name)")
      #expect(Array(now.prefix(numbers.count)) == numbers, "\(name)")
      if LearntNumbers.isNorm(name) { #expect(Array(now.suffix(numbers.count)) != numbers, "\(name)") }
    }
    #expect(second.said.all.contains { $0.contains("200 numbers to learn") })
  }

  @Test("A style is finished from a network of several")
  func finishes() throws {
    let (first, second) = (try SmallTraining(), try SmallTraining())
    var settings = first.settings()
    settings.styles.append(try first.otherStripes())
    try first.train(settings)
    settings = second.settings()
    (settings.start, settings.startStyle, settings.run.steps, settings.run.learningRate) = (
      first.output, "Other", 1, 1e-9
    )
    try second.train(settings)
    let (many, one) = (try first.network(), try second.network())
    let rows = try #require(many["in3.weight"]), row = try #require(one["in3.weight"])
    #expect(row.count == 8 && zip(row, rows[8...]).allSatisfy { abs($0 - $1) < 1e-6 })
    settings.startStyle = "None"
    settings.run.isOverwriting = true
    let error = #expect(throws: TrainingError.self) { try second.train(settings) }
    #expect(error?.description.contains("there is no style 'None'") == true)
  }

  @Test("Noise and variation are learnt from where they are asked for")
  func further() throws {
    let small = try SmallTraining()
    var settings = small.settings()
    (settings.noiseWeight, settings.variationWeight) = (10, 1e-3)
    try small.train(settings)
    let losses = try small.state().losses
    #expect(losses.names == ["total", "content", "style", "variation", "noise"])
    #expect((1...4).allSatisfy { losses.value(0, $0) > 0 })
  }

  @Test("The network carries its card, and the report shows curves, previews and what was asked for")
  func output() throws {
    let small = try SmallTraining()
    var settings = small.settings()
    (settings.run.report, settings.run.checkpointEvery, settings.run.precision) = (
      small.pictures.scratch.path("report.html"), 2, .float16
    )
    settings.contentWeight = 1e-3
    try small.train(settings)
    let file = try WeightFile.open(path: small.output)
    #expect(file.tensors.allSatisfy { $0.elementType == .float16 })
    #expect(file.metadata["title"] == "Stripes" && file.metadata["stylehost.plugin"] == "johnson")
    #expect(file.metadata["training.steps"] == "6" && file.metadata["training.batch"] == "2")
    #expect(file.metadata["training.convention"] == "pytorch-examples")
    let state = try small.state()
    #expect(Set(state.previews.map(\.step)) == [2, 4, 6] && state.previews.count == 9)
    let html = try String(contentsOfFile: small.pictures.scratch.path("report.html"), encoding: .utf8)
    #expect(html.components(separatedBy: "data:image/jpeg;base64,/9j/").count - 1 == 9 + 3 + 1)
    #expect(html.components(separatedBy: "<polyline").count - 1 == 2 && html.contains("content too small to be drawn"))
    #expect(!html.contains("http") && html.contains("<th>batch</th><td>2</td>"))
  }

  @Test("What makes no sense is refused in one line before anything is written")
  func refusals() throws {
    let small = try SmallTraining()
    func refused(_ change: (inout JohnsonSettings) -> Void) throws -> String {
      var settings = small.settings()
      change(&settings)
      return #expect(throws: TrainingError.self) { try small.train(settings) }?.description ?? ""
    }
    #expect(try refused { $0.run.cut.size = 50 }.hasPrefix("a size of 50 is not possible"))
    #expect(try refused { $0.run.batch = 0 }.hasPrefix("a batch of 0"))
    #expect(try refused { $0.convention = "gatys" }.hasPrefix("there is no convention 'gatys'"))
    #expect(try refused { $0.domain = "bgr" }.hasPrefix("there is no pixel domain 'bgr'"))
    #expect(try refused { $0.run.output = "style.pth" }.hasSuffix("networks are written as .safetensors"))
    #expect(try refused { $0.run.isResumed = true }.contains("style.training"))
    #expect(try refused { $0.contentWeight = -1 }.hasPrefix("a --content-weight of -1.0"))
    #expect(try refused { $0.vgg = small.pictures.scratch.path("photos/0.png") }.hasPrefix("cannot load"))
    try Data().write(to: URL(fileURLWithPath: small.output))
    #expect(try refused { _ in }.contains("style.safetensors exists"))
  }
}
