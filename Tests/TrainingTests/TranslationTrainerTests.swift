// Trainings of CUT's family and of CycleGAN from the first step to the last.
import Foundation
import Networks
import PluginKit
import Testing
import Weights

@testable import Training

@Suite("Training a translation")
struct TranslationTrainerTests {
  /// Six steps of a pair of 32x32.
  private func plan(_ small: SmallTraining, _ variant: TranslationSettings.Variant) throws -> TranslationSettings {
    for i in 0..<4 {
      try small.pictures.ramp("others/\(i).png", width: 36, height: 40 + i, blue: Float(255 - 40 * i))
    }
    var settings = TranslationSettings(
      variant, a: [small.pictures.scratch.path("photos")], b: [small.pictures.scratch.path("others")],
      output: small.output)
    settings.run.cut = PictureCut(size: 32)
    settings.run.cut.isRandom = true
    if variant == .sincut { (settings.run.cut.photoSize, settings.run.cut.mostZoom) = (72, 2) }
    (settings.width, settings.discriminatorWidth, settings.blocks) = (2, 2, 5)
    (settings.run.batch, settings.run.steps, settings.run.seed, settings.run.precision) = (2, 6, 4, .float32)
    return settings
  }

  @discardableResult
  private func train(
    _ settings: TranslationSettings, threads: Int = 1, stopAfter: Int? = nil
  ) throws -> TrainingSummary {
    let voice = TrainingVoice(tell: { _ in }, warn: { Issue.record("\($0)") }, progress: { _ in })
    let card = ModelCard(title: "Ramps", plugin: "cut", command: "stylehost train cut", program: "test")
    var (settings, asked) = (settings, 0)
    settings.run.threads = threads
    return try TranslationTrainer.train(settings, card: card, voice: voice) {
      defer { asked += 1 }
      return stopAfter.map { asked >= $0 } ?? false
    }
  }

  static let losses: [TranslationSettings.Variant: [String]] = [
    .cut: ["total", "gan", "nce", "identity nce", "discriminator"], .fastcut: ["total", "gan", "nce", "discriminator"],
    .sincut: ["total", "gan", "nce", "identity nce", "identity", "discriminator"],
    .cyclegan: [
      "total", "gan a", "gan b", "cycle a", "cycle b", "identity a", "identity b", "discriminators",
    ],
  ]

  @Test(
    "Every variant has its losses, and writes what plugin 'cut' runs", arguments: TranslationSettings.Variant.allCases)
  func writes(variant: TranslationSettings.Variant) throws {
    let small = try SmallTraining()
    try train(try plan(small, variant))
    let state = try small.state()
    #expect(state.losses.names == Self.losses[variant])
    for step in 0..<6 {
      #expect(state.losses.names.indices.allSatisfy { state.losses.value(step, $0).isFinite })
    }
    let directions = try TrainingHost.serve(threads: 1, cpuLevel: nil) {
      (host) throws(TrainingError) -> [GeneratorDirection] in
      let file = try host.open(small.output)
      return try TrainingError.ofNetwork { () throws(PluginError) in
        let choice = GeneratorChoice(file)
        for direction in variant == .cyclegan ? [GeneratorDirection.a2b, .b2a] : [.auto] {
          let generator = try ResNetGenerator(choice.checkpoint(direction))
          #expect(generator.width == 2)
        }
        return choice.directions
      }
    }
    #expect(directions == (variant == .cyclegan ? [.a2b, .b2a] : []))
    #expect(state.memory.count == (variant == .cyclegan ? 24 : 0))
  }

  @Test(
    "A training that was stopped and resumed gives the numbers of one that was not, to the bit",
    arguments: TranslationSettings.Variant.allCases)
  func resumes(variant: TranslationSettings.Variant) throws {
    let (whole, parts) = (try SmallTraining(), try SmallTraining())
    try train(try plan(whole, variant), threads: 3)
    var half = try plan(parts, variant)
    #expect(try train(half, stopAfter: 3).wasStopped)
    half.run.isResumed = true
    #expect(try train(half).steps == 6)
    #expect(try parts.network() == whole.network())
    #expect(try parts.state().losses == whole.state().losses)
    #expect(try parts.state().optimiser == whole.state().optimiser)
  }

  @Test("Every network learns")
  func turns() throws {
    let small = try SmallTraining()
    try train(try plan(small, .cut))
    let trained = try small.state().weights
    let fresh = try CUTNetworks.fresh(try plan(try SmallTraining(), .cut))
    for (a, b) in zip(trained, fresh) where a.name.hasSuffix(".weight") {
      #expect(a.name == b.name && a.floats != b.floats, "\(a.name) has not learnt")
    }
  }

  @Test(
    "A full pool shows older pictures in place of half of the new ones, the same ones again, and forgets those of another size"
  )
  func pool() throws {
    try TrainingHost.serve(threads: 1, cpuLevel: nil) { (host) throws(TrainingError) in
      try TrainingError.ofNetwork { () throws(PluginError) in
        let picture = try KeptImage(host: host.services, channels: 3, height: 4, width: 4)
        func shown(_ numbers: Range<Int>, _ pool: inout PicturePool) -> [Float] {
          numbers.map { number in
            for c in 0..<3 { for y in 0..<4 { picture.target.row(y, plane: c).update(repeating: Float(number)) } }
            pool.exchange(picture, seed: 3, number: number)
            return picture.image.row(3, plane: 2)[3]
          }
        }
        var whole = PicturePool("pool", capacity: 4, size: 4, from: [])
        let all = shown(0..<40, &whole)
        #expect(all[..<4] == [0, 1, 2, 3])
        let older = zip(all, 0..<40).dropFirst(4).filter { $0 != Float($1) }
        #expect((8...28).contains(older.count) && older.allSatisfy { $0 < Float($1) })
        var first = PicturePool("pool", capacity: 4, size: 4, from: [])
        let begin = shown(0..<20, &first)
        var second = PicturePool("pool", capacity: 4, size: 4, from: first.memory)
        #expect(begin + shown(20..<40, &second) == all)
        #expect(PicturePool("pool", capacity: 4, size: 8, from: first.memory).memory.isEmpty)
      }
    }
  }

  @Test("Places are none of them twice, others for every pair, and mirrored where the picture is")
  func places() throws {
    try TrainingHost.serve(threads: 1, cpuLevel: nil) { (host) throws(TrainingError) in
      try TrainingError.ofNetwork { () throws(PluginError) in
        let tensors: [TrainedTensor]
        do {
          tensors = try ResNetGenerator.fresh(.cut, width: 2, blocks: 5, prefix: "").drawn(seed: 1)
        } catch { throw PluginError(.internalFailure, "\(error)") }
        let generator = try ResNetGenerator(Checkpoint(host.memory(tensors, named: "generator")))
        let contrast = try PatchContrast(generator, size: 32)
        #expect(
          contrast.shapes.map { [$0.planes, $0.height, $0.width] } == [
            [3, 38, 38], [4, 32, 32], [8, 16, 16], [8, 8, 8], [8, 8, 8],
          ])
        #expect(contrast.counts == [256, 256, 256, 64, 64])
        let places = contrast.draw(seed: 1, "one")
        for (places, shape) in zip(places, contrast.shapes) {
          #expect(
            Set(places).count == places.count && places.allSatisfy { (0..<shape.height * shape.width).contains($0) })
        }
        #expect(places != contrast.draw(seed: 1, "two") && places == contrast.draw(seed: 1, "one"))
        #expect(contrast.mirrored(contrast.mirrored(places)) == places)
        #expect(contrast.mirrored([[0, 37], [32], [], [], []])[0] == [37, 0])
      }
    }
  }

  @Test("A training does not go on as another variant or of another width")
  func others() throws {
    let small = try SmallTraining()
    var settings = try plan(small, .cut)
    settings.run.steps = 1
    try train(settings)
    let before = try small.network()
    for (variant, width) in [(TranslationSettings.Variant.cyclegan, settings.width), (.cut, settings.width + 2)] {
      var other = try plan(small, variant)
      (other.run.isResumed, other.width) = (true, width)
      let error = #expect(throws: TrainingError.self) { try train(other) }
      #expect(error?.description.hasPrefix("cannot resume ") == true, "\(error?.description ?? "")")
    }
    #expect(try small.network() == before)
  }

  @Test("A discriminator has as many scores as it says", arguments: [PatchGAN.Kind.blurred, .strided])
  func patches(kind: PatchGAN.Kind) throws {
    try TrainingHost.serve(threads: 1, cpuLevel: nil) { (host) throws(TrainingError) in
      let fresh = try TrainingError.ofNetwork { () throws(PluginError) in
        try PatchGAN.fresh(kind, width: 1, prefix: "")
      }
      let tensors = try fresh.drawn(seed: 1)
      for size in [24, 32, 33, 70, 128] {
        try TrainingError.ofNetwork { () throws(PluginError) in
          let judge = try PatchGAN(Checkpoint(host.memory(tensors, named: "judge")), kind)
          let g = try GraphBuilder(host: host.services, name: "scores")
          let scores = judge(g.input("picture", channels: 3), in: g)
          let plan = try g.finish(outputs: [scores]).compile(BuiltGraph.Size(square: size))
          let picture = try KeptImage(host: host.services, channels: 3, height: size, width: size)
          let side = Int(Double(judge.patches(side: size)).squareRoot())
          let result = try KeptImage(host: host.services, channels: 1, height: side, width: side)
          // Images of other sizes are refused.
          try plan.run([picture.image], to: [result.target])
        }
      }
    }
  }

  @Test("What makes no sense is refused before anything is written")
  func refuses() throws {
    let small = try SmallTraining()
    var settings = try plan(small, .cut)
    settings.blocks = 3
    let error = #expect(throws: TrainingError.self) { try train(settings) }
    #expect(error?.description.contains("3 blocks are too few") == true, "\(error?.description ?? "")")
    settings = try plan(small, .cyclegan)
    settings.r1Weight = 1
    #expect(throws: TrainingError.self) { try train(settings) }
    settings = try plan(small, .sincut)
    settings.run.cut.mostZoom = 3
    #expect(throws: TrainingError.self) { try train(settings) }
    settings = try plan(small, .cut)
    settings.run.cut.size = 20
    #expect(throws: TrainingError.self) { try train(settings) }
    settings = try plan(small, .cut)
    settings.other = []
    #expect(throws: TrainingError(.usage, "there are no pictures to translate to: give those of B")) {
      try train(settings)
    }
    #expect(!FileManager.default.fileExists(atPath: small.output))
  }
}
