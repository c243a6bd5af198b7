// .t7 files made by Fixtures/make_torch7_fixtures.py, which also wrote down what is in them.

import Foundation
import TestFolders
import Testing
import Weights

@Suite("Torch7")
struct Torch7Tests {
  struct Expected: Decodable {
    let shape: [Int]
    /// Row-major.
    let values: [Double]
  }

  static let files = ["checkpoint.t7", "views.t7"]

  @Test("the weights of every module, by its path, whatever their storage", arguments: files)
  func tensors(name: String) throws {
    let expected = try #require(try Fixtures.decode([String: [String: Expected]].self, from: "torch7.json")[name])
    let file = try WeightFile.open(path: Fixtures.path(name))
    #expect(file.format == .torch7)
    #expect(file.tensors.map(\.name).sorted() == expected.keys.sorted())
    for tensor in file.tensors {
      let oracle = try #require(expected[tensor.name])
      #expect(tensor.shape == oracle.shape, "\(tensor.name)")
      #expect(tensor.numbers == oracle.values, "\(tensor.name)")
    }
  }

  @Test("views share the storage, also where one is transposed and one tensor belongs to three modules")
  func views() throws {
    let file = try WeightFile.open(path: Fixtures.path("views.t7"))
    let transposed = try #require(file.tensor(named: "1.weight"))
    #expect(transposed.shape == [6, 4] && transposed.strides == [1, 6])
    let (twin, third) = (try #require(file.tensor(named: "2.weight")), try #require(file.tensor(named: "3.weight")))
    #expect(twin.bytes.baseAddress == transposed.bytes.baseAddress)
    #expect(twin.bytes.baseAddress == third.bytes.baseAddress)
    #expect(file.tensor(named: "2.bias")?.elementType == .float64)
    #expect(file.tensor(named: "5.weight")?.elementType == .int64)
  }

  @Test("the modules and their options are JSON in the metadata, and the options of training beside it")
  func modules() throws {
    let file = try WeightFile.open(path: Fixtures.path("checkpoint.t7"))
    let tree = try JSON(try #require(file.metadata["torch7.modules"]))
    #expect(tree["class"] == .text("nn.Sequential") && tree["path"] == .text("model") && tree["train"] == .bool(false))
    let modules = try #require(tree["modules"])
    #expect(
      modules[0]
        == .object([
          "class": .text("nn.SpatialReflectionPadding"), "path": .text("model.1"), "pad_l": .number(40),
          "pad_r": .number(40), "pad_t": .number(40), "pad_b": .number(40),
        ]))
    #expect(modules[1]?["class"] == .text("cudnn.SpatialConvolution") && modules[1]?["padW"] == .number(4))
    #expect(modules[1]?["weight"] == nil && modules[1]?["gradWeight"] == nil)
    // What an InstanceNormalization wraps for its own use is no module of the network.
    #expect(modules[2]?["eps"] == .number(1e-5) && modules[2]?["bn"] == nil)
    let shave = modules[3]?["modules"]?[0]?["modules"]?[1]
    #expect(shave?["class"] == .text("nn.ShaveImage") && shave?["path"] == .text("model.4.1.2"))
    #expect(modules[7]?["class"] == .text("nn.TotalVariation"))
    #expect(
      file.metadata.filter { $0.key.hasPrefix("torch7.opt.") } == [
        "torch7.opt.arch": "c9s1-4,R4,u2", "torch7.opt.use_instance_norm": "1", "torch7.opt.preprocessing": "vgg",
        "torch7.opt.resume": "true",
      ])
  }

  typealias T = ForgedTorch7

  @Test("functions are passed over, with what they have caught; modules may refer to what holds them")
  func functions() throws {
    let fields: [(String, [UInt8])] = [
      ("hook", T.i(6) + T.words("byte code") + T.table(20, [("x", T.number(1))])),
      ("other", T.i(8) + T.i(21) + T.words("more") + T.nothing), ("again", T.i(8) + T.i(21)),
      ("old", T.i(7) + T.i(22) + T.words("") + T.nothing), ("parent", T.i(4) + T.i(1)),
      ("weight", T.tensor(shape: [2], strides: [1])),
    ]
    let file = try Scratch().open(T.module("nn.Linear", fields))
    #expect(file.tensors.map(\.name) == ["weight"])
    #expect(try file.tensors.first?.floats() == [1, 2])
    #expect(file.metadata["torch7.modules"] == #"{"class":"nn.Linear","path":""}"#)
  }

  @Test("files from before there were versions name the class at once, and several networks are one tree")
  func variants() throws {
    let bare = T.i(4) + T.i(2) + T.words("nn.ReLU") + T.table(3, [("inplace", T.boolean(true))])
    let file = try Scratch().open(T.table(1, [("b", bare), ("a", T.i(4) + T.i(2))]))
    #expect(
      file.metadata["torch7.modules"]
        == #"{"class":"table","path":"","modules":[{"class":"nn.ReLU","path":"b","inplace":true},{"class":"nn.ReLU","path":"a","inplace":true}]}"#
    )
  }
}
