// What cut and sfit say of the files that training leaves behind: forms, pairs of directions, discriminators, classifiers.
import PluginAPI
import TestFolders
import Testing
import Weights

@Suite("Files of residual generators")
struct GeneratorFileTests {
  static func tensor(_ name: String, _ shape: [Int]) throws -> NamedTensor {
    try NamedTensor(name: name, shape: shape, floats: SeededGenerators.numbers(name, shape))
  }

  static func failure(_ tensors: [NamedTensor], by entry: EntryFunction = BuiltPlugins.cut) throws -> String {
    let (status, _, message) = try IdentificationTests.identify(tensors, by: entry)
    #expect(status == STH_ERROR_BAD_WEIGHTS)
    return message
  }

  /// Weights of published sizes: convolutions by their places, without the seeded numbers.
  static func published(_ form: String) throws -> [NamedTensor] {
    guard var recipe = SeededGenerators.recipes[form] else { return [] }
    let c = form.hasPrefix("sfit") ? 32 : 64
    recipe.planes = [c, 2 * c, 4 * c, 2 * c, c]
    recipe.inner = recipe.inner.map { _ in 4 * c }
    return try SeededGenerators.rows(recipe).map { name, shape in
      try NamedTensor(
        name: name, shape: shape,
        floats: name.hasSuffix(".filt")
          ? SeededGenerators.filter(shape) : Array(repeating: 0, count: shape.reduce(1, *)))
    }
  }

  @Test(
    "Each form is described by what it is, with the published number of parameters and multiplications",
    arguments: [
      ("cut9", "residual generator (CUT, blur filters), 9 blocks, width 64", 11_378_179, 64.0),
      ("cyclegan", "residual generator (CycleGAN, transposed convolutions), 9 blocks, width 64", 11_378_179, 49.6),
      ("sfit", "SFIT generator, 3 blocks, width 32", 1_079_555, 0),
    ])
  func described(form: String, architecture: String, parameters: Int, gigaMultiplyAdds: Double) throws {
    let tensors = try Self.published(form)
    let learnt = tensors.filter { !$0.name.hasSuffix(".filt") }
    #expect(learnt.reduce(0) { $0 + $1.shape.reduce(1, *) } == parameters)
    let entry = form == "sfit" ? BuiltPlugins.sfit : BuiltPlugins.cut
    let (status, info, _) = try IdentificationTests.identify(tensors, by: entry)
    #expect(status == STH_OK)
    #expect(IdentificationTests.text(info.architecture) == architecture)
    if gigaMultiplyAdds > 0 {
      #expect(abs(info.multiply_adds_per_pixel * 65536 / 1e9 - gigaMultiplyAdds) < 0.1)
    }
  }

  @Test("Of cut and sfit exactly one takes a form", arguments: Array(SeededGenerators.recipes.keys.sorted()))
  func exactlyOne(form: String) throws {
    let tensors = try SeededGenerators.tensors(form)
    let takers = try [("cut", BuiltPlugins.cut), ("sfit", BuiltPlugins.sfit), ("johnson", BuiltPlugins.johnson)].filter
    {
      try IdentificationTests.identify(tensors, by: $0.1).status == STH_OK
    }
    #expect(takers.map(\.0) == [form.hasPrefix("sfit") ? "sfit" : "cut"])
  }

  @Test("Old running statistics, module. before the keys and missing filters change nothing")
  func oldFiles() throws {
    let host = try TestHost()
    let plain = try SeededGenerators.tensors("cut6")
    var old = try SeededGenerators.tensors("cut6", prefix: "module.").filter { !$0.name.hasSuffix(".filt") }
    for key in ["model.2", "model.9", "model.12.conv_block.2"] {
      for (tail, shape) in [("running_mean", [4]), ("running_var", [4]), ("num_batches_tracked", [1])] {
        old.append(try Self.tensor("module.\(key).\(tail)", shape))
      }
    }
    let pictures = try [plain, old].map { tensors in
      try Places.withTemporaryFile { path in
        try SafetensorsWriter.write(tensors, to: path)
        return try PluginDriver(BuiltPlugins.cut, model: path, host: host).run(
          GeneratorParityTests.picture(), black: -1, white: 1
        ).pixels
      }
    }
    #expect(pictures[0] == pictures[1])
  }

  @Test("Another filter, a missing tensor, one too many and a wrong shape are named")
  func wrongFiles() throws {
    let good = try SeededGenerators.tensors("cut6")
    let boxed = try good.map { tensor in
      guard tensor.name == "model.7.filt" else { return tensor }
      return try NamedTensor(name: tensor.name, shape: tensor.shape, floats: Array(repeating: 1 / 9, count: 72))
    }
    #expect(try Self.failure(boxed).hasSuffix("tensor 'model.7.filt' is another filter than the one of CUT"))
    #expect(
      try Self.failure(good.filter { $0.name != "model.14.conv_block.5.bias" }).hasSuffix(
        "tensor 'model.14.conv_block.5.bias' is missing"))
    #expect(
      try Self.failure(good + [Self.tensor("model.40.weight", [4])]).hasSuffix(
        "tensor 'model.40.weight' is not part of a residual generator"))
    let narrow = try good.map { $0.name == "model.8.weight" ? try Self.tensor($0.name, [16, 7, 3, 3]) : $0 }
    #expect(try Self.failure(narrow).hasSuffix("tensor 'model.8.weight' is [16,7,3,3], expected [16,8,3,3]"))
    let batch = try SeededGenerators.tensors("affine").filter { $0.name != "model.1.bias" }
    #expect(try Self.failure(batch).hasSuffix("its norms are batch norms, which plugin 'cut' does not run"))
    let blockless = good.filter { !$0.name.contains("conv_block") }
    #expect(try IdentificationTests.identify(blockless, by: BuiltPlugins.cut).status == STH_ERROR_UNSUPPORTED)
  }

  @Test("The other networks of a training say what they are")
  func otherNetworks() throws {
    let features = try [Self.tensor("mlp_0.0.weight", [256, 3]), Self.tensor("mlp_0.0.bias", [256])]
    #expect(try Self.failure(features).contains("it is the feature network of CUT's training (net_F), not a generator"))
    let judge = try [Self.tensor("model.0.weight", [8, 3, 4, 4]), Self.tensor("model.0.bias", [8])]
    #expect(try Self.failure(judge).contains("it is a discriminator (net_D), not a generator"))
    let encoder = try [
      Self.tensor("encoder.0.weight", [20, 3, 5, 5]), Self.tensor("encoder.0.bias", [20]),
      Self.tensor("fc1.weight", [500, 800]),
    ]
    #expect(
      try Self.failure(encoder, by: BuiltPlugins.sfit).contains(
        "it is the encoder of a digit classifier, which SFIT takes as source or target model, not a generator"))
    let last = try [Self.tensor("fc2.weight", [10, 500]), Self.tensor("fc2.bias", [10])]
    #expect(try Self.failure(last, by: BuiltPlugins.sfit).contains("it is the last layer of a digit classifier"))
  }

  @Test(
    "The published classifiers of shared say what they are",
    .enabled(if: SharedData.folder("weights/sfit") != nil, "no shared/weights/sfit beside the checkout"),
    arguments: ["ADDA-source-encoder-final.pt", "ADDA-target-encoder-final.pt", "ADDA-source-classifier-final.pt"])
  func classifiers(file: String) throws {
    let path = "\(try #require(SharedData.folder("weights/sfit")))/\(file)"
    let tensors = try WeightFile.open(path: path).tensors
    #expect(try Self.failure(tensors, by: BuiltPlugins.sfit).contains("digit classifier, which SFIT takes"))
  }

  @Test(
    "A file with both directions runs the one that is asked for, and from A to B where nothing is",
    arguments: [
      ("netG_A.", "netG_B."), ("G_A2B.module.", "G_B2A.module."), ("a.", "b."), ("AtoB.", "BtoA."),
      ("netGAtoB.", "netGBtoA."), ("G_AB.", "G_BA."),
    ])
  func directions(first: String, second: String) throws {
    let judge = try Self.tensor("netD_A.model.0.weight", [8, 3, 4, 4])
    let both =
      try SeededGenerators.tensors("cyclegan", prefix: first) + SeededGenerators.tensors("dropout", prefix: second)
      + [judge]
    let (status, info, _) = try IdentificationTests.identify(both, by: BuiltPlugins.cut)
    #expect(status == STH_OK)
    #expect(IdentificationTests.text(info.architecture).hasSuffix("9 blocks, width 4, direction=a2b or b2a"))
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(both, to: path)
      for (direction, form) in [(nil, "cyclegan"), ("a2b", "cyclegan"), ("b2a", "dropout")] {
        let texts = direction.map { ["direction": $0] } ?? [:]
        let plugin = try PluginDriver(BuiltPlugins.cut, model: path, texts: texts, host: TestHost())
        let right = try Places.numbers("generator_\(form)").suffix(3 * 21 * 19)
        #expect(
          relativeError(try plugin.run(GeneratorParityTests.picture(), black: -1, white: 1).pixels, right) <= 1e-4)
      }
    }
  }

  @Test("A generator that does not tell its direction is taken for either, one that goes the other way is refused")
  func oneDirection() throws {
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededGenerators.tensors("dropout", prefix: "netG_ema."), to: path)
      let right = try Places.numbers("generator_dropout").suffix(3 * 21 * 19)
      for direction in ["a2b", "b2a"] {
        let plugin = try PluginDriver(
          BuiltPlugins.cut, model: path, texts: ["direction": direction], host: TestHost())
        let picture = try plugin.run(GeneratorParityTests.picture(), black: -1, white: 1)
        #expect(relativeError(picture.pixels, right) <= 1e-4)
      }
    }
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededGenerators.tensors("dropout", prefix: "netG_B."), to: path)
      let failure = #expect(throws: PluginFailure.self) {
        _ = try PluginDriver(BuiltPlugins.cut, model: path, texts: ["direction": "a2b"], host: TestHost())
      }
      #expect(failure?.status == STH_ERROR_BAD_PARAMETER)
      #expect(failure?.description.contains("holds one generator, that from B to A: leave direction= out") == true)
    }
  }

  @Test(
    "Two generators whose names tell no direction are refused by name",
    arguments: [("G.", "G_old."), ("netG_ema.", "netG_sub."), ("G_EMA.", "G_B.")])
  func noDirection(first: String, second: String) throws {
    let twins =
      try SeededGenerators.tensors("dropout", prefix: first) + SeededGenerators.tensors("dropout", prefix: second)
    let message = try Self.failure(twins)
    #expect(message.contains("it holds 2 generators, '\(first)', '\(second)', and does not tell which way they go"))
  }
}
