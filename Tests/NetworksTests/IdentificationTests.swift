// What plugins say of model files, through the models extension of the contract.
import PluginAPI
import PluginKit
import Testing
import Weights

@Suite("Plugins identify model files")
struct IdentificationTests {
  static func identify(
    _ tensors: [NamedTensor], by plugin: EntryFunction = BuiltPlugins.johnson, metadata: [String: String] = [:]
  ) throws -> (status: sth_status, info: sth_model_info, message: String) {
    let offered = plugin(STH_ABI_MAJOR, STH_ABI_MINOR)
    let entry = try #require(offered)
    let table = try #require(entry.pointee.get_extension(STH_EXTENSION_MODELS))
    let file = try WeightFile(tensors, metadata: metadata, path: "test.safetensors")
    var info = sth_model_info()
    info.struct_size = UInt32(MemoryLayout<sth_model_info>.size)
    var error = sth_error()
    error.struct_size = UInt32(MemoryLayout<sth_error>.size)
    let (status, _) = WeightsTable.lending(file) { weights, handle in
      table.assumingMemoryBound(to: sth_models_api.self).pointee.identify(weights, handle, &info, &error)
    }
    return (status, info, text(error.message))
  }

  static func text<Tuple>(_ tuple: Tuple) -> String {
    withUnsafeBytes(of: tuple) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  @Test("A whole checkpoint is described: architecture, width, pixels, cost")
  func whole() throws {
    let (status, info, _) = try Self.identify(SeededWeights.tensors(width: 32))
    #expect(status == STH_OK)
    #expect(Self.text(info.architecture) == "Johnson transformer net (pytorch/examples), width 32")
    #expect(Self.text(info.pixels) == "RGB 0...255 in and out")
    // 40.3 GMAC at 512x512.
    #expect(abs(info.multiply_adds_per_pixel * 512 * 512 - 40.3e9) < 0.1e9)
  }

  @Test("A pair and a generator are described: architecture, width, pixels, cost")
  func pairs() throws {
    let pair = try Self.identify(SeededPairs.adain(), by: BuiltPlugins.adain)
    #expect(pair.status == STH_OK && pair.info.width == 4)
    #expect(Self.text(pair.info.architecture) == "AdaIN (VGG-19 to relu4_1 and decoder; pytorch-AdaIN), width 4")
    #expect(Self.text(pair.info.pixels) == "RGB 0...1 in and out")
    let generator = try Self.identify(SeededPairs.cut(width: 64), by: BuiltPlugins.cut)
    #expect(generator.status == STH_OK && generator.info.width == 64)
    #expect(
      Self.text(generator.info.architecture)
        == "residual generator (nearest enlargement, reflected borders), 9 blocks, width 64")
    #expect(Self.text(generator.info.pixels) == "RGB -1...1 in and out")
    // 56.8 GMAC at 256x256.
    #expect(abs(generator.info.multiply_adds_per_pixel * 256 * 256 - 56.8e9) < 0.1e9)
  }

  @Test("No plugin takes another's network")
  func strangers() throws {
    let entries = [
      ("johnson", BuiltPlugins.johnson), ("adain", BuiltPlugins.adain), ("cut", BuiltPlugins.cut),
      ("munit", BuiltPlugins.munit), ("sfit", BuiltPlugins.sfit),
    ]
    let torch7 = try WeightFile.open(path: Places.fixture("johnson_old.t7"))
    let files: [(owner: String, tensors: [NamedTensor], metadata: [String: String])] = try [
      ("johnson", SeededWeights.tensors(width: 4), [:]), ("johnson", SeededStyles.magenta(), [:]),
      ("johnson", torch7.tensors, torch7.metadata), ("adain", SeededPairs.adain(), [:]),
      ("adain", SeededPairs.realtimeAdaIN(), [:]), ("cut", SeededPairs.cut(), [:]),
      ("cut", SeededGenerators.tensors("cut9"), [:]), ("cut", SeededGenerators.tensors("mobile"), [:]),
      ("munit", SeededMUNIT.tensors(), [:]), ("sfit", SeededGenerators.tensors("sfit"), [:]),
    ]
    for (name, entry) in entries {
      for file in files {
        let status = try Self.identify(file.tensors, by: entry, metadata: file.metadata).status
        #expect(status == (name == file.owner ? STH_OK : STH_ERROR_UNSUPPORTED), "\(name), a file of \(file.owner)")
      }
    }
  }

  @Test("A decoder says what it lacks, an encoder where it belongs")
  func parts() throws {
    let decoder = try Self.identify(SeededPairs.decoder(), by: BuiltPlugins.adain)
    #expect(decoder.status == STH_OK && decoder.info.width == 4)
    #expect(
      Self.text(decoder.info.architecture)
        == "AdaIN decoder (pytorch-AdaIN), width 4: runs with its encoder beside it, or joined (models convert -h)")
    let encoder = try Self.identify(SeededPairs.encoder(), by: BuiltPlugins.adain)
    #expect(encoder.status == STH_OK && encoder.info.width == 4)
    #expect(
      Self.text(encoder.info.architecture)
        == "AdaIN encoder (pytorch-AdaIN), width 4: runs with its decoder beside it, or joined (models convert -h)")
  }

  @Test("An AdaIN pair is known under the names of Collaborative-Distillation and of AdaIN-style")
  func adainForms() throws {
    let vgg = [
      "0": "conv0", "2": "conv11", "5": "conv12", "9": "conv21", "12": "conv22", "16": "conv31", "19": "conv32",
      "22": "conv33", "25": "conv34", "29": "conv41",
    ]
    func renamed(_ tensors: [NamedTensor], _ name: (String) -> String?) -> [NamedTensor] {
      tensors.compactMap { tensor in
        let parts = tensor.name.split(separator: ".").map(String.init)
        return name(parts[0]).map { tensor.renamed("\($0).\(parts[1])") }
      }
    }
    let auxiliary = try NamedTensor(name: "model.conv11_aux.bias", shape: [64], floats: Array(repeating: 0, count: 64))
    let named = try renamed(SeededPairs.encoder()) { vgg[$0].map { "model." + $0 } }.map { $0 }
    let lua = try renamed(SeededPairs.encoder()) { Int($0).map { "\($0 + 1)" } }
    for (tensors, form) in [(named + [auxiliary], "Collaborative-Distillation"), (lua, "AdaIN-style")] {
      let known = try Self.identify(tensors, by: BuiltPlugins.adain)
      #expect(known.status == STH_OK, "\(known.message)")
      #expect(
        Self.text(known.info.architecture)
          == "AdaIN encoder (\(form)), width 4: runs with its decoder beside it, or joined (models convert -h)")
    }
  }

  @Test("A damaged checkpoint is ours and bad; another network's is not ours")
  func others() throws {
    let damaged = try Self.identify(SeededWeights.tensors(width: 4).filter { $0.name != "res5.in2.weight" })
    #expect(damaged.status == STH_ERROR_BAD_WEIGHTS)
    #expect(damaged.message.contains("'res5.in2.weight' is missing"))
    let other = try NamedTensor(name: "model.1.weight", shape: [2], floats: [1, 2])
    #expect(try Self.identify([other]).status == STH_ERROR_UNSUPPORTED)
    #expect(try Self.identify([]).status == STH_ERROR_UNSUPPORTED)
  }

  @Test("A host of another major version gets no table, and one table serves all calls")
  func versions() throws {
    let (newer, older) = (BuiltPlugins.johnson(STH_ABI_MAJOR + 1, 0), BuiltPlugins.johnson(0, 0))
    #expect(newer == nil && older == nil)
    let (first, second) = (BuiltPlugins.johnson(STH_ABI_MAJOR, 0), BuiltPlugins.johnson(STH_ABI_MAJOR, 7))
    #expect(first != nil && first == second)
  }
}
