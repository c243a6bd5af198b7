// Networks of .t7 files against PyTorch: files and numbers made by Fixtures/make_torch7_reference.py.
import Foundation
import Networks
import PluginAPI
import PluginKit
import Testing
import Weights

@Suite("Johnson nets of .t7 files give PyTorch's numbers")
struct Torch7ParityTests {
  /// A file, and the modules whose values its fixture holds, in its order.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let taps: [(module: Int, count: Int)]
    var testDescription: String { name }
    var path: String { Places.fixture("johnson_\(name).t7") }
  }

  static let cases = [
    Case(name: "instance", taps: [(8, 8 * 26 * 25), (15, 8 * 6 * 5), (17, 6 * 12 * 10)]),
    Case(name: "batch", taps: [(6, 5 * 12 * 10), (11, 6 * 6 * 5), (16, 6 * 14 * 12)]),
    Case(name: "valid", taps: [(8, 6 * 10 * 9), (10, 6 * 6 * 5), (11, 6 * 12 * 10)]),
    Case(name: "old", taps: [(5, 5 * 12 * 10), (10, 6 * 6 * 5), (13, 5 * 12 * 10)]),
  ]

  @Test("Inner values, the picture and the filtered picture are within 1e-4 of the largest number", arguments: cases)
  func parity(_ test: Case) throws {
    let host = try TestHost(threads: 2)
    let picture = TestImage.picture(h: 21, w: 19)
    let probe = try NetworkProbe(test.path, host: host) { (weights, image, g, tap) throws(PluginError) in
      try JohnsonTorch7(weights)(image, in: g, tap: tap)
    }
    var reference = try Places.numbers("johnson_\(test.name)")[...]
    for (name, count) in test.taps.map({ ("model.\($0)", $1) }) + [("picture", 3 * 24 * 20)] {
      let error = relativeError(try probe.values(picture, of: name), reference.prefix(count))
      #expect(error <= 1e-4, "\(name): \(error)")
      reference = reference.dropFirst(count)
    }
    let plugin = try PluginDriver(model: test.path, host: host)
    let pixels = try plugin.run(picture).pixels
    #expect(relativeError(pixels, reference) <= 1e-4)
    let sharp = try PluginDriver(model: test.path, texts: ["median": "false"], host: host).run(picture).pixels
    #expect(relativeError(sharp, reference) > 1e-3)
  }

  @Test("With the statistics of training nothing hides the domain: brightness, contrast and the order of channels show")
  func domain() throws {
    let plugin = try PluginDriver(model: Places.fixture("johnson_old.t7"), host: TestHost())
    let right = try Places.numbers("johnson_old").suffix(3 * 21 * 19)
    let changes: [(Float, Float, Float) -> (Float, Float, Float)] = [
      { ($0 * 0.9, $1 * 0.9, $2 * 0.9) }, { ($0 + 8, $1 + 8, $2 + 8) }, { ($2, $1, $0) },
    ]
    for change in changes {
      let other = TestImage.picture(h: 21, w: 19)
      for y in 0..<21 {
        for x in 0..<19 {
          (other[0, y, x], other[1, y, x], other[2, y, x]) = change(other[0, y, x], other[1, y, x], other[2, y, x])
        }
      }
      #expect(relativeError(try plugin.run(other).pixels, right) > 1e-2)
    }
  }

  @Test("A picture of any size gives one of its own size inside 0...255", arguments: cases)
  func sizes(_ test: Case) throws {
    let plugin = try PluginDriver(model: test.path, host: TestHost(threads: 2))
    for (h, w) in [(1, 1), (7, 5), (2, 33)] {
      let pixels = try plugin.run(.picture(h: h, w: w)).pixels
      #expect(pixels.count == 3 * h * w && pixels.allSatisfy { $0 >= 0 && $0 <= 255 })
    }
  }

  static func identify(_ path: String, replacing old: String = "", with new: String = "") throws -> (
    status: sth_status, info: sth_model_info, message: String
  ) {
    let file = try WeightFile.open(path: path)
    let metadata = file.metadata.mapValues { $0.replacingOccurrences(of: old, with: new) }
    return try IdentificationTests.identify(file.tensors, metadata: metadata)
  }

  @Test("A file is described by what it is")
  func described() throws {
    let (status, info, _) = try Self.identify(Self.cases[0].path)
    #expect(status == STH_OK && info.width == 4)
    #expect(
      IdentificationTests.text(info.architecture)
        == "Johnson transformer net (jcjohnson/fast-neural-style, .t7), width 4")
    #expect(IdentificationTests.text(info.pixels) == "RGB 0...255 in and out (inside: BGR less mean)")
    // 9x9 twice at full size, 3x3 at a half and back, 3x3 at a quarter.
    let full: Double = 81 * 24
    let half: Double = 9 * 48 / 4
    let quarter: Double = 9 * 736 / 16
    let expected = full + half + quarter
    #expect(abs(info.multiply_adds_per_pixel - expected) < 0.01 * expected)
  }

  @Test(
    "A class that is not known, a field and a tensor that do not fit are named with the path of their module",
    arguments: [
      ("nn.TotalVariation", "nn.Mystery", "module 'model.25' is of the class nn.Mystery, which is not known"),
      ("\"kH\":9", "\"kH\":0.5", "module 'model.2' (nn.SpatialConvolution) has no kH of 1...64"),
      ("\"kH\":9", "\"kH\":7", "tensor 'model.2.weight' is [4,3,9,9], expected [4,3,7,9]"),
      ("\"nInputPlane\":3", "\"nInputPlane\":5", "module 'model.2' (nn.SpatialConvolution) takes 5 planes, but gets 3"),
      ("nn.CAddTable", "nn.Identity", "module 'model.12.1' (nn.ConcatTable) has no branches of one value"),
      ("\"size\":2", "\"size\":-2", "module 'model.11.1.2' (nn.ShaveImage) has no size of 0...4096"),
    ])
  func damaged(old: String, new: String, sentence: String) throws {
    let (status, _, message) = try Self.identify(Self.cases[0].path, replacing: old, with: new)
    #expect(status == STH_ERROR_BAD_WEIGHTS)
    #expect(message.contains(sentence), "\(message)")
  }

  @Test("Modules that shrink a picture without end are refused, not followed")
  func endless() throws {
    let pool = #"{"class":"nn.SpatialMaxPooling","path":"p","kW":2,"kH":2,"dW":16,"dH":16}"#
    let grow = #"{"class":"nn.SpatialUpSamplingNearest","path":"u","scale_factor":16}"#
    let tail = #"{"class":"nn.Tanh","path":"t"},{"class":"nn.MulConstant","path":"m","constant_scalar":1}"#
    for module in [pool, grow] {
      let many = Array(repeating: module, count: 500).joined(separator: ",")
      let tree = #"{"class":"nn.Sequential","path":"","modules":["# + many + "," + tail + "]}"
      let (status, _, message) = try IdentificationTests.identify([], metadata: ["torch7.modules": tree])
      #expect(status == STH_ERROR_BAD_WEIGHTS)
      #expect(message.hasSuffix("its modules reduce or enlarge the picture too much"), "\(message)")
    }
  }

  @Test(
    "A network whose picture is of another size than the one that goes in is refused, and one that reduces unequally",
    arguments: [
      ("batch", "\"scale_factor\":2", "\"scale_factor\":4", "its network gives a picture of another size"),
      (
        "batch", "nn.SpatialUpSamplingNearest", "nn.Identity", "its network gives a picture of another size"
      ),
      ("instance", "\"dH\":2", "\"dH\":1", "module 'model.5' (nn.SpatialConvolution) reduces unequally"),
      (
        "instance", "nn.TotalVariation\"", "nn.SpatialMaxPooling\",\"kW\":2,\"kH\":2,\"dW\":2,\"dH\":1",
        "module 'model.25' (nn.SpatialMaxPooling) reduces unequally"
      ),
    ])
  func otherSizes(name: String, old: String, new: String, sentence: String) throws {
    let (status, _, message) = try Self.identify(
      Places.fixture("johnson_\(name).t7"), replacing: old, with: new)
    #expect(status == STH_ERROR_BAD_WEIGHTS)
    #expect(message.contains(sentence), "\(message)")
  }

  /// The picture of a fixture's net with some of its description replaced.
  private static func picture(replacing old: String, with new: String) throws -> [Float] {
    let file = try WeightFile.open(path: cases[0].path)
    let metadata = file.metadata.mapValues { $0.replacingOccurrences(of: old, with: new) }
    return try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(file.tensors, metadata: metadata, to: path)
      return try PluginDriver(model: path, host: TestHost()).run(.picture(h: 21, w: 19)).pixels
    }
  }

  @Test(
    "Dropout of the first version weakens its value by what it dropped in training, that of the second does nothing")
  func dropout() throws {
    let (end, weaker) = ("nn.TotalVariation\"", try Self.picture(replacing: "r\":150", with: "r\":112.5"))
    let plain = try Self.picture(replacing: "", with: "")
    #expect(relativeError(weaker, plain) > 1e-2)
    for first in ["nn.SpatialDropout\",\"p\":0.25", "nn.Dropout\",\"p\":0.25", "nn.Dropout\",\"p\":0.25,\"v2\":false"] {
      #expect(relativeError(try Self.picture(replacing: end, with: first), weaker) < 1e-5, "\(first)")
    }
    #expect(try Self.picture(replacing: end, with: "nn.Dropout\",\"p\":0.25,\"v2\":true") == plain)
    let (status, _, message) = try Self.identify(Self.cases[0].path, replacing: end, with: "nn.SpatialDropout\"")
    #expect(status == STH_ERROR_BAD_WEIGHTS)
    #expect(message.contains("module 'model.25' (nn.SpatialDropout) has no p"), "\(message)")
  }

  @Test("Another network of Torch7 is not ours, and a description that is no JSON is nobody's")
  func strangers() throws {
    let path = Self.cases[0].path
    #expect(try Self.identify(path, replacing: "nn.Tanh", with: "nn.ReLU").status == STH_ERROR_UNSUPPORTED)
    #expect(try Self.identify(path, replacing: "{", with: "[").status == STH_ERROR_UNSUPPORTED)
  }
}
