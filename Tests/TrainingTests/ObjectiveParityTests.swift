// Whole objectives against PyTorch: numbers made by Fixtures/make_objective_reference.py.
import Foundation
import Networks
import PluginKit
import SeededNumbers
import Testing

@testable import Training

@Suite("The losses of every trainer, and what each number does to them, are PyTorch's")
struct ObjectiveParityTests {
  /// One objective on tiny networks with numbers by a formula.
  struct Objective {
    let name: String
    /// Terms and gradients as PyTorch has them, one after another.
    let expected: [Float]

    init(_ name: String) throws {
      self.name = name
      let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "Fixtures/objective_\(name).f32")
      expected = try Data(contentsOf: path).withUnsafeBytes { bytes in
        (0..<bytes.count / 4).map {
          Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
        }
      }
    }

    /// Expects the terms and gradients of a run, gradients in the order of their tensors' names.
    func check(
      _ terms: [Float], _ gradients: [Float], within bound: Float = 2e-4,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(terms.count + gradients.count == expected.count, sourceLocation: sourceLocation)
      guard terms.count + gradients.count == expected.count else { return }
      for (i, term) in terms.enumerated() {
        let off = abs(term - expected[i])
        #expect(
          off <= bound * max(abs(expected[i]), 1e-3), "\(name): term \(i) is \(term), not \(expected[i])",
          sourceLocation: sourceLocation)
      }
      let wanted = expected[terms.count...]
      let scale = wanted.map { abs($0) }.max() ?? 0
      let off = zip(gradients, wanted).map { abs($0 - $1) }.max() ?? 0
      #expect(
        off <= bound * scale, "\(name): a gradient is off by \(off) of \(scale)", sourceLocation: sourceLocation)
    }
  }

  /// P(0) ... P(3) of the script: the picture; its channels reversed; mirrored left to right; upside down.
  static func picture(_ number: Int, _ size: Int = 32) -> Picture {
    let numbers = SeededNumbers.picture(h: size, w: size)
    var picture = Picture(height: size, width: size)
    for c in 0..<3 {
      for y in 0..<size {
        for x in 0..<size {
          let (c1, y1, x1) = (number == 1 ? 2 - c : c, number == 3 ? size - 1 - y : y, number == 2 ? size - 1 - x : x)
          picture.numbers[(c * size + y) * size + x] = numbers[(c1 * size + y1) * size + x1]
        }
      }
    }
    return picture
  }

  /// Tensors of fresh networks with numbers by the formula; kernels and matrices times `scale`.
  static func seeded(_ networks: [FreshNetwork], salt: String = "", scale: Float = 1) -> [TrainedTensor] {
    networks.flatMap(\.tensors).map { tensor in
      let numbers = SeededNumbers.tensor(salt + tensor.name, tensor.shape)
      return TrainedTensor(
        name: tensor.name, shape: tensor.shape, floats: tensor.shape.count > 1 ? numbers.map { scale * $0 } : numbers)
    }
  }

  static func image(_ host: TrainingHost, _ picture: Picture) throws(PluginError) -> KeptImage {
    let image = try KeptImage(host: host.services, channels: 3, height: picture.height, width: picture.width)
    picture.write(to: image.target)
    return image
  }

  /// Runs a graph and compares. `learnt`: the tensors whose gradients are compared.
  static func check(
    _ name: String, _ graph: LearningGraph, _ inputs: [KeptImage], _ learnt: [TrainedTensor],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let layout = try LearntNumbers(learnt.sorted { $0.name < $1.name })
    try withExtendedLifetime(inputs) { try graph.run(inputs.map(\.image)) }
    var gradients = [Float](repeating: 0, count: layout.count)
    graph.addGradients(of: layout, times: 1, to: &gradients)
    try Objective(name).check(
      graph.terms.indices.map { graph.loss($0) }, gradients, sourceLocation: sourceLocation)
  }

  func serve(_ body: (TrainingHost) throws -> Void) throws {
    var failure: (any Error)?
    try TrainingHost.serve(threads: 2, cpuLevel: nil) { (host) throws(TrainingError) in
      do { try body(host) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  @Test("AdaIN, by both conventions", arguments: AdaINConvention.allCases)
  func adain(convention: AdaINConvention) throws {
    func conv(_ key: String, _ i: Int, _ o: Int, _ k: Int = 3) -> [FreshNetwork.Tensor] {
      [.init("\(key).weight", [o, i, k, k], .heNormal), .init("\(key).bias", [o], .zero)]
    }
    let rows: [(String, Int, Int)] = [
      ("encoder.conv1_1", 3, 2), ("encoder.conv1_2", 2, 2), ("encoder.conv2_1", 2, 3), ("encoder.conv2_2", 3, 3),
      ("encoder.conv3_1", 3, 4), ("encoder.conv3_2", 4, 4), ("encoder.conv3_3", 4, 4), ("encoder.conv4_1", 4, 5),
      ("decoder.conv4_1", 5, 4), ("decoder.conv3_3", 4, 4), ("decoder.conv3_2", 4, 4), ("decoder.conv3_1", 4, 3),
      ("decoder.conv2_2", 3, 3), ("decoder.conv2_1", 3, 2), ("decoder.conv1_2", 2, 2), ("decoder.conv1_1", 2, 3),
    ]
    let net = FreshNetwork(
      ModelInfo(architecture: "", pixels: ""),
      tensors: conv("encoder.conv0", 3, 3, 1) + rows.flatMap { conv($0.0, $0.1, $0.2) })
    let tensors = Self.seeded([net], salt: "13689.", scale: 2)
    try serve { host in
      let encoder = tensors.filter { !AdaIN.learns($0.name) }, decoder = tensors.filter { AdaIN.learns($0.name) }
      let networks = try AdaINNetworks(
        host, .quality, encoder: encoder, decoder: decoder, learnt: decoder, named: "seeded")
      var settings = AdaINSettings(content: [], styles: [], output: "")
      settings.convention = convention
      let graph = try LearningGraph(
        host.services, "AdaIN", sizes: [.init(square: 32), .init(square: 32)], changes: networks.learns
      ) { g in
        let (content, style) = (g.input("content", channels: 3), g.input("style", channels: 3))
        return LearningGraph.Parts(
          loss: AdaINLesson.loss(content, style, networks, settings, size: 32, in: g))
      }
      let inputs = try [0, 1].map { try Self.image(host, Self.picture($0)) }
      try Self.check(convention == .pytorch ? "adain_pytorch" : "adain_authors", graph, inputs, decoder)
    }
  }

  /// The networks of make_objective_reference.py: width 2, five blocks, six numbers of a place.
  private func networks(
    _ host: TrainingHost, _ settings: TranslationSettings
  ) throws -> (networks: CUTNetworks, tensors: [TrainedTensor]) {
    let tensors = Self.seeded([
      try ResNetGenerator.fresh(.cut, width: 2, blocks: 5, prefix: "G."),
      PatchProjection.fresh(planes: [3, 4, 8, 8, 8], out: 6, prefix: "F."),
      try PatchGAN.fresh(.blurred, width: 2, prefix: "D."),
    ])
    return (try CUTNetworks(host, tensors, settings), tensors)
  }

  private func settings(_ variant: TranslationSettings.Variant) -> TranslationSettings {
    var settings = TranslationSettings(variant, a: [], b: [], output: "seeded")
    settings.run.cut.size = 32
    return settings
  }

  @Test("CUT with places of pictures of both domains, and FastCUT of a picture turned over")
  func cut() throws {
    try serve { host in
      for (name, variant) in [("cut_generator", TranslationSettings.Variant.cut), ("cut_flipped", .fastcut)] {
        let settings = settings(variant)
        let (networks, tensors) = try networks(host, settings)
        let contrast = try PatchContrast(networks.generator, most: 16, size: 32)
        let places = contrast.shapes.enumerated().map { l, shape in
          (0..<16).map { (37 * $0 + 11 * l) % (shape.height * shape.width) }
        }
        func images(_ places: [[Int]]) throws -> [KeptImage] {
          try places.map { places in
            let image = try KeptImage(host: host.services, channels: 1, height: 1, width: places.count)
            image.take(places)
            return image
          }
        }
        let a = try Self.image(host, Self.picture(0)), b = try Self.image(host, Self.picture(1))
        let turned = try Self.image(host, Self.picture(0).mirrored())
        let inputs =
          (variant == .cut ? [a, b] : [turned, a, b])
          + (try images(variant == .cut ? places : contrast.mirrored(places))) + (try images(places))
        let graph = try LearningGraph(
          host.services, name, sizes: inputs.map { BuiltGraph.Size($0) }, learns: { !CUTNetworks.judges($0) }
        ) { g in CUTLesson.parts(networks, contrast, settings, in: g) }
        try Self.check(name, graph, inputs, tensors.filter { !CUTNetworks.judges($0.name) })
      }
    }
  }

  @Test("CUT's discriminator, and SinCUT's with the slope of its scores")
  func discriminators() throws {
    try serve { host in
      for (name, variant, scale) in [
        ("cut_discriminator", TranslationSettings.Variant.cut, Float(1)), ("cut_nonsaturating", .sincut, 2),
      ] {
        let settings = settings(variant)
        let tensors = Self.seeded([try PatchGAN.fresh(.blurred, width: 2, prefix: "D.")], scale: scale)
        let file = try host.memory(tensors, named: name)
        let judge = try PatchGAN(Checkpoint(file, under: "D."), .blurred, isNormed: settings.isNormed)
        let lesson = try DiscriminatorLesson(
          host, prefix: "D.", settings.loss, r1: (settings.r1Weight, judge.patches(side: 32)), size: 32
        ) { g, picture in
          [judge(picture, in: g)]
        }
        let fake = try KeptImage(host: host.services, channels: 3, height: 32, width: 32)
        var signed = Self.picture(2)
        for i in signed.numbers.indices { signed.numbers[i] = signed.numbers[i] / 127.5 - 1 }
        signed.write(to: fake.target)
        let layout = try LearntNumbers(tensors.sorted { $0.name < $1.name })
        var gradients = [Float](repeating: 0, count: layout.count)
        _ = try lesson.learn(fake: fake.image, real: Self.picture(1), share: 1, layout, &gradients)
        try Objective(name).check(lesson.terms, gradients)
      }
    }
  }

  @Test("CycleGAN, there and back and identity")
  func cycle() throws {
    try serve { host in
      let settings = settings(.cyclegan)
      var fresh: [FreshNetwork] = []
      for key in ["G_A.", "G_B."] {
        fresh.append(try ResNetGenerator.fresh(.cycleGAN, width: 2, blocks: 2, prefix: key))
      }
      for key in ["D_A.", "D_B."] { fresh.append(try PatchGAN.fresh(.strided, width: 2, prefix: key)) }
      let tensors = Self.seeded(fresh)
      let networks = try CycleNetworks(host, tensors, settings)
      let graph = try LearningGraph(
        host.services, "CycleGAN", sizes: [.init(square: 32), .init(square: 32)],
        learns: { !CycleNetworks.judges($0) }
      ) { g in CycleLesson.parts(networks, settings, in: g) }
      let inputs = try [0, 1].map { try Self.image(host, Self.picture($0)) }
      try Self.check("cyclegan_generators", graph, inputs, tensors.filter { !CycleNetworks.judges($0.name) })
    }
  }

  /// The networks of make_objective_reference.py: generators of width 1 with two blocks, discriminators of width 1.
  private func munit(_ host: TrainingHost, _ settings: MUNITSettings) throws -> (MUNITNetworks, [TrainedTensor]) {
    var net = try MUNIT.fresh(width: 1, prefix: "gen.")
    net.tensors.removeAll { $0.name.contains(/(enc_content\.model\.3|dec\.model\.0)\.model\.[23]\./) }
    for i in net.tensors.indices {
      guard let found = net.tensors[i].name.firstMatch(of: /mlp\.model\.([012])\.fc\.(weight|bias)/) else { continue }
      let (planes, out) = found.1 == "0" ? (8, 16) : found.1 == "1" ? (16, 16) : (16, 32)
      net.tensors[i].shape = found.2 == "weight" ? [out, planes] : [out]
    }
    let judges = try ["dis.a.", "dis.b."].map { try MUNITDiscriminator.fresh(width: 1, prefix: $0) }
    let tensors = Self.seeded([net]) + Self.seeded(judges, scale: 2)
    return (try MUNITNetworks(host, tensors, nil, settings), tensors)
  }

  @Test("MUNIT, with the cycle, and its discriminators at three sizes")
  func munit() throws {
    try serve { host in
      var settings = MUNITSettings(a: [], b: [], output: "seeded")
      (settings.run.cut.size, settings.cycleWeight) = (64, 10)
      let (networks, tensors) = try munit(host, settings)
      func code(_ number: (Int) -> Int) throws -> KeptImage {
        let image = try KeptImage(host: host.services, channels: 8, height: 1, width: 1)
        for i in 0..<8 { image.target.row(0, plane: i)[0] = (Float(number(i) % 8) - 3.5) / 3 }
        return image
      }
      let inputs =
        try [0, 1].map { try Self.image(host, Self.picture($0, 64)) } + [code { $0 * 5 }, code { $0 * 3 + 1 }]
      let graph = try LearningGraph(
        host.services, "MUNIT", sizes: inputs.map { BuiltGraph.Size($0) }, learns: { !MUNITNetworks.judges($0) }
      ) { g in MUNITLesson.parts(networks, settings, in: g) }
      try Self.check("munit_generators", graph, inputs, tensors.filter { !MUNITNetworks.judges($0.name) })

      let layout = try LearntNumbers(tensors.filter { MUNITNetworks.judges($0.name) }.sorted { $0.name < $1.name })
      var (terms, gradients) = ([Float](), [Float](repeating: 0, count: layout.count))
      for (i, judge) in [networks.judgeOfA, networks.judgeOfB].enumerated() {
        let lesson = try DiscriminatorLesson(
          host, prefix: "dis.\(["a", "b"][i]).", .leastSquares, weight: 1, size: 64
        ) { g, picture in judge(picture, in: g) }
        var fake = Self.picture(2 + i, 64)
        for i in fake.numbers.indices { fake.numbers[i] = fake.numbers[i] / 127.5 - 1 }
        let image = try Self.image(host, fake)
        terms.append(
          try lesson.learn(fake: image.image, real: Self.picture(i, 64), share: 1, layout, &gradients))
      }
      try Objective("munit_discriminators").check(terms, gradients)
    }
  }

  /// The classifiers of make_objective_reference.py: a LeNet whose numbers are those of a prefix, and the head of both.
  private static func classifier(_ prefix: String) -> [TrainedTensor] {
    let rows: [(String, String, [Int])] = [
      (prefix, "encoder.0", [4, 3, 5, 5]), (prefix, "encoder.3", [5, 4, 5, 5]), (prefix, "fc1", [12, 80]),
      ("C.", "fc2", [10, 12]),
    ]
    return rows.flatMap { prefix, key, shape in
      [("weight", shape, Float(2)), ("bias", [shape[0]], 1)].map { part, shape, scale in
        TrainedTensor(
          name: "\(key).\(part)", shape: shape,
          floats: SeededNumbers.tensor("\(prefix)\(key).\(part)", shape).map { scale * $0 })
      }
    }
  }

  /// The generator of make_objective_reference.py: width 2.
  private static func generator() throws -> [TrainedTensor] {
    seeded([try SFITGenerator.fresh(width: 2, prefix: "G.")]).map { tensor in
      TrainedTensor(name: String(tensor.name.dropFirst(2)), shape: tensor.shape, floats: tensor.floats)
    }
  }

  @Test("SFIT on digits, with two LeNets that share a head")
  func sfit() throws {
    try serve { host in
      let generator = try Self.generator()
      let networks = SFITNetworks(
        generator: try SFITGenerator(Checkpoint(host.memory(generator, named: "generator"))),
        source: try Classifier(host.memory(Self.classifier("S."), named: "source")),
        target: try Classifier(host.memory(Self.classifier("T."), named: "target")))
      var settings = SFITSettings(content: [], source: [], target: [], output: "seeded")
      settings.run.cut.size = 28
      (settings.weights[.identity], settings.weights[.tv]) = (0.03, 0.03)
      let inputs = [try Self.image(host, Self.picture(0, 28))]
      let graph = try LearningGraph(host.services, "SFIT", sizes: [.init(square: 28)]) { g in
        SFITLesson.parts(networks, settings, in: g)
      }
      try Self.check("sfit_digits", graph, inputs, generator)
    }
  }

  @Test("The target model of SFIT, of whose pictures both models agree on some")
  func target() throws {
    try serve { host in
      let learnt = Self.classifier("T.").filter { !$0.name.hasPrefix("fc2") }
      let networks = TargetNetworks(
        generator: try SFITGenerator(Checkpoint(host.memory(try Self.generator(), named: "generator"))),
        source: try Classifier(host.memory(Self.classifier("S."), named: "source")),
        target: try Classifier(host.memory(Self.classifier("T."), named: "target")), learnt: learnt, fixed: [])
      let lesson = try TargetLesson(host, networks, size: 28)
      let layout = try LearntNumbers(learnt.sorted { $0.name < $1.name })
      lesson.use(layout)
      var (losses, gradients) = ([Float](repeating: 0, count: 3), [Float](repeating: 0, count: layout.count))
      try lesson.learn(from: (0..<4).map { Self.picture($0, 28) }, layout, adding: &losses, &gradients)
      #expect(abs(losses[0] - losses[1] - losses[2]) < 1e-5)
      try Objective("sfit_target").check(Array(losses[1...]), gradients)
    }
  }
}
