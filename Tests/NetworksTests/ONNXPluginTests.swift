// Whole networks through the plugin `onnx`, against ONNX Runtime: odd sizes, baked-in sizes, further inputs, pixel values.
import AllocationCounter
import PluginAPI
import TestFolders
import Testing
import Weights

@Suite("The onnx plugin")
struct ONNXPluginTests {
  static func path(_ name: String) -> String { Places.fixture("ONNXNetworks/\(name).onnx") }

  static let sharedWeights = SharedData.folder("weights/onnx")

  /// The test picture through a network.
  static func run(
    _ path: String, h: Int = 21, w: Int = 19, texts: [String: String] = [:], pictures: [String: TestImage] = [:]
  ) throws -> (image: TestImage, format: sth_format) {
    let plugin = try PluginDriver(
      BuiltPlugins.onnx, model: path, texts: texts, pictures: pictures, host: TestHost(threads: 2))
    let format = try plugin.start(h: h, w: w)
    defer { plugin.stop() }
    let output = TestImage(h: Int(format.out_h), w: Int(format.out_w))
    try plugin.process(.picture(h: h, w: w, black: format.in_black, white: format.in_white), output)
    return (output, format)
  }

  static func failure(
    _ path: String, h: Int = 21, w: Int = 19, texts: [String: String] = [:], pictures: [String: TestImage] = [:]
  ) throws -> PluginFailure {
    try #require(
      #expect(throws: PluginFailure.self) { _ = try run(path, h: h, w: w, texts: texts, pictures: pictures) })
  }

  /// The largest difference, relative to the largest number.
  static func error(_ found: [Float], _ expected: [Float]) throws -> Float {
    try #require(found.count == expected.count)
    let scale = expected.lazy.map(abs).max() ?? 0
    return (zip(found, expected).lazy.map { abs($0 - $1) }.max() ?? 0) / scale
  }

  @Test(
    "A network gives what ONNX Runtime gives, at an odd size, with the pixel values that the file tells of",
    arguments: [
      ("unet", 0 as Float, 255 as Float, 0 as Float, 1 as Float), ("twice", -1, 1, -1, 1), ("last", -1, 1, -1, 1),
      ("grey", 0, 255, 0, 255),
    ])
  func parity(name: String, inBlack: Float, inWhite: Float, outBlack: Float, outWhite: Float) throws {
    let (image, format) = try Self.run(Self.path(name))
    #expect([format.in_black, format.in_white] == [inBlack, inWhite])
    #expect([format.out_black, format.out_white] == [outBlack, outWhite])
    #expect((image.h, image.w) == (name == "twice" ? (42, 38) : (21, 19)))
    #expect(try Self.error(image.pixels, Places.numbers("onnx_\(name)")) < 1e-4)
  }

  @Test("A network made for one size runs at that size and, freed of it, at any other")
  func freed() throws {
    let own = try Self.run(Self.path("fixed"), h: 16, w: 24)
    #expect(try Self.error(own.image.pixels, Places.numbers("onnx_fixed_own")) < 1e-4)
    let freed = try Self.run(Self.path("fixed"))
    #expect(try Self.error(freed.image.pixels, Places.numbers("onnx_fixed_freed")) < 1e-4)
  }

  @Test("What was cut in half at the file's own size is cut in half at any", arguments: [19, 24])
  func halves(width: Int) throws {
    typealias T = ONNXHostileTests
    let lists = [T.list("o", "0"), T.list("m", "8"), T.list("e", "16"), T.list("a", "3")]
    let parts = [T.node("Slice", ["x", "o", "m", "a"], "p"), T.node("Slice", ["x", "m", "e", "a"], "q")]
    let nodes = lists + parts + [T.node("Concat", ["q", "p"], "y", #""axis":3"#)]
    try T.withFile(nodes.joined(separator: ","), shape: "[1,3,16,16]") { path in
      let (image, format) = try Self.run(path, h: 21, w: width, texts: ["range": "0..1"])
      let source = TestImage.picture(h: 21, w: width, black: format.in_black, white: format.in_white)
      try #require(image.w == width)
      for c in 0..<3 { for x in 0..<width { #expect(image[c, 5, x] == source[c, 5, (x + width / 2) % width]) } }
    }
  }

  @Test("A network of whole numbers gives what ONNX Runtime's own simulation of it gives")
  func quantised() throws {
    let (image, format) = try Self.run(Self.path("whole"), texts: ["range": "0..255", "output-range": "0..1"])
    #expect(format.out_white == 1)
    let error = try Self.error(image.pixels, Places.numbers("onnx_whole"))
    #expect(error < 1e-3)
  }

  @Test("A second picture and a number go in by name")
  func furtherInputs() throws {
    let (other, source) = (TestImage(h: 17, w: 26), TestImage.picture(h: 17, w: 26, black: 0, white: 1))
    for c in 0..<3 { for y in 0..<17 { for x in 0..<26 { other[c, y, x] = source[2 - c, y, x] } } }
    let path = Self.path("both")
    let named = try Self.run(path, texts: ["inputs": "share=0.75"], pictures: ["image": other]).image.pixels
    #expect(try Self.error(named, Places.numbers("onnx_both")) < 1e-4)
    #expect(try Self.run(path, texts: ["style": "0.75"], pictures: ["image": other]).image.pixels == named)
  }

  @Test("Frames with a second picture allocate nothing")
  func allocations() throws {
    let plugin = try PluginDriver(
      BuiltPlugins.onnx, model: Self.path("both"), texts: ["style": "1"], pictures: ["image": .style()],
      host: TestHost())
    let (input, output) = (TestImage.picture(h: 21, w: 34, black: 0, white: 1), TestImage(h: 21, w: 34))
    _ = try plugin.start(h: 21, w: 34)
    try plugin.process(input, output)
    let before = allocation_counter_total()
    allocation_counter_watch(1)
    for _ in 0..<3 { try plugin.process(input, output) }
    allocation_counter_watch(0)
    #expect(allocation_counter_total() - before == 0)
  }

  @Test("Planes go in and come out in the order that is asked for")
  func planes() throws {
    let path = Self.path("last")
    let plain = try Self.run(path).image
    let plugin = try PluginDriver(BuiltPlugins.onnx, model: path, texts: ["order": "bgr"], host: TestHost())
    let (input, output) = (TestImage(h: 21, w: 19), TestImage(h: 21, w: 19))
    let source = TestImage.picture(h: 21, w: 19, black: -1, white: 1)
    for c in 0..<3 { for y in 0..<21 { for x in 0..<19 { input[c, y, x] = source[2 - c, y, x] } } }
    _ = try plugin.start(h: 21, w: 19)
    try plugin.process(input, output)
    for c in 0..<3 { for y in 0..<21 { for x in 0..<19 { #expect(output[c, y, x] == plain[2 - c, y, x]) } } }
  }

  @Test("A file converted to safetensors gives the same bytes")
  func converted() throws {
    let file = try WeightFile.open(path: Self.path("unet"))
    try Places.withTemporaryFile { (path) throws in
      try SafetensorsWriter.write(file.tensors, metadata: file.metadata, to: path)
      #expect(try Self.run(path).image.pixels == Self.run(Self.path("unet")).image.pixels)
    }
  }

  @Test("What a network is, is said")
  func described() throws {
    let file = try WeightFile.open(path: Self.path("fixed"))
    let (status, info, _) = try IdentificationTests.identify(
      file.tensors, by: BuiltPlugins.onnx, metadata: file.metadata)
    #expect(status == STH_OK && info.width == 4)
    #expect(
      IdentificationTests.text(info.architecture)
        == "ONNX graph (make_onnx_networks), opset 11, 3 convolutions, made for 24x16")
    #expect(IdentificationTests.text(info.pixels) == "RGB 0...1 in and out")
    #expect(abs(info.multiply_adds_per_pixel - (3 * 4 * 9 + 8 * 3 * 9 + 16.0 / 384)) < 1e-9)
  }

  @Test(
    "The 26 styles of multistyle26 mix as ONNX Runtime mixes them",
    .enabled(if: sharedWeights != nil, "no shared weights"))
  func manyStyles() throws {
    let path = try #require(Self.sharedWeights) + "/multistyle26.onnx"
    let mixed = try Self.run(path, h: 37, w: 53, texts: ["style": "2:0.25+7:0.75"])
    #expect(mixed.format.in_white == 1 && mixed.format.out_white == 1)
    #expect(try Self.error(mixed.image.pixels, Places.numbers("onnx_multistyle")) < 1e-3)
    let first = try Self.run(path, h: 37, w: 53).image.pixels
    #expect(try first == Self.run(path, h: 37, w: 53, texts: ["style": "0"]).image.pixels)
    #expect(try first != Self.run(path, h: 37, w: 53, texts: ["style": "1"]).image.pixels)
    let failure = #expect(throws: PluginFailure.self) {
      try Self.run(path, h: 37, w: 53, texts: ["style": "0:3e38+0:3e38"])
    }
    #expect(failure?.description.hasSuffix("the share of '0:3e38' is beyond -1000...1000") == true)
  }

  @Test(
    "A Johnson net made for 256x256 runs there and anywhere", .enabled(if: sharedWeights != nil, "no shared weights"))
  func madeForOneSize() throws {
    let path = try #require(Self.sharedWeights) + "/mosaic_nc16_256x256_onnxjs014.onnx"
    let own = try Self.run(path, h: 256, w: 256).image
    var part: [Float] = []
    for c in 0..<3 { for y in 200..<248 { for x in 8..<56 { part.append(own[c, y, x]) } } }
    #expect(try Self.error(part, Places.numbers("onnx_mosaic_own")) < 1e-3)
    let freed = try Self.run(path, h: 37, w: 53).image
    #expect(try Self.error(freed.pixels, Places.numbers("onnx_mosaic_freed")) < 1e-3)
  }
}
