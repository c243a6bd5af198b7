// AdaIN with its options against PyTorch: numbers made by Fixtures/make_adain_reference.py.
import Foundation
import PluginAPI
import TestFolders
import Testing
import Weights

@testable import Networks
@testable import PluginKit

@Suite("AdaIN and its options give PyTorch's numbers")
struct AdaINParityTests {
  static var picture: TestImage { .picture(h: 21, w: 19, black: 0, white: 1) }
  static var wide: TestImage { .picture(h: 21, w: 37, black: 0, white: 1) }
  static var style: TestImage { .style() }
  static var other: TestImage { .picture(h: 24, w: 33, black: 0, white: 1) }
  static let microAST = SharedData.folder("weights/arbitrary/microast")
  static let distilled = SharedData.folder("weights/arbitrary/distilled-vgg19")

  /// A mask that is white from column `first` to `last`.
  static func mask(h: Int, w: Int, _ white: Range<Int>) -> TestImage {
    let mask = TestImage(h: h, w: w)
    for c in 0..<3 { for y in 0..<h { for x in 0..<w { mask[c, y, x] = white.contains(x) ? 1 : 0 } } }
    return mask
  }

  private func withNetwork(_ body: (AdaIN, TestHost) throws -> Void) throws {
    let host = try TestHost()
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededPairs.adain(), to: path)
      try body(AdaIN(WeightSet.open(path, host: PluginHost(host.raw))), host)
    }
  }

  @Test("Inside the network: features and what AdaIN makes of them, to 1e-4")
  func inside() throws {
    try withNetwork { network, host in
      func features(_ image: TestImage) throws -> Planes {
        try GraphRun.run(host, [Planes(image)]) { g in network.features(g.input("image", channels: 3), in: g) }
      }
      let content = try features(Self.picture)
      #expect(try GraphRun.difference(content.values, Places.numbers("adain_features")) <= 1e-4)
      let seen = try features(Self.style).image(host)
      let statistics = withExtendedLifetime(seen) { ChannelStatistics(seen.image) }
      let inputs = [statistics.deviations, statistics.means, [Float](repeating: 0, count: 32)].map { Planes($0, c: 32) }
      let target = try GraphRun.run(host, [content] + inputs) { g in
        let x = g.input("content", channels: 32)
        return StyleMixture(network, in: g).mixed(x, 0..<32, in: g)
      }
      #expect(try GraphRun.difference(target.values, Places.numbers("adain_target")) <= 1e-4)
    }
  }

  @Test(
    "Pictures: one style, none, a mixture at part of the strength, the frame's own colours, to 1e-4",
    arguments: [
      ("adain_result", [:]), ("adain_alpha0", ["alpha": "0"]), ("adain_keep", ["coral": "true"]),
      ("adain_mixed", ["weights": "7+3", "alpha": "0.6"]),
    ] as [(String, [String: String])])
  func pictures(name: String, options: [String: String]) throws {
    let styles = options["weights"] == nil ? [Self.style] : [Self.style, Self.other]
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededPairs.adain(), to: path)
      let plugin = try PluginDriver(
        BuiltPlugins.adain, model: path, texts: options, lists: ["style": styles], host: TestHost(threads: 2))
      let result = try plugin.run(Self.picture, black: 0, white: 1).pixels
      #expect(try GraphRun.difference(result, Places.numbers(name)) <= 1e-4)
    }
  }

  @Test("Two regions: statistics are those of the pixels inside, to 1e-4")
  func regions() throws {
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededPairs.adain(), to: path)
      let masks = [0..<16, 16..<37].map { Self.mask(h: 21, w: 37, $0) }
      let plugin = try PluginDriver(
        BuiltPlugins.adain, model: path, lists: ["style": [Self.style, Self.other], "masks": masks], host: TestHost())
      let result = try plugin.run(Self.wide, black: 0, white: 1).pixels
      #expect(try GraphRun.difference(result, Places.numbers("adain_regions")) <= 1e-4)
    }
  }

  @Test("A style picture in the colours of another, to 1e-6")
  func colours() throws {
    let host = try TestHost()
    let (style, content) = (try Planes(.style(h: 9, w: 7)).image(host), try Planes(Self.picture).image(host))
    let target = try Planes([Float](repeating: 0, count: 189), c: 3, h: 9, w: 7).image(host)
    let result = withExtendedLifetime((style, content, target)) {
      let (from, to) = (ColourStatistics(style.image), ColourStatistics(content.image))
      ColourTransfer(from: from, to: to).apply(style.image, into: target.target)
      return Planes(target.image)
    }
    #expect(try GraphRun.difference(result.values, Places.numbers("adain_coral")) <= 1e-6)
  }

  @Test(
    "The genuine MicroAST at part of its strength, by the path of any of its files, to 1e-4",
    .enabled(if: microAST != nil))
  func genuineMicroAST() throws {
    let folder = try #require(Self.microAST)
    let picture = TestImage.picture(h: 37, w: 53, black: 0, white: 1)
    for part in ["decoder", "content_encoder", "style_encoder", "modulator"] {
      let plugin = try PluginDriver(
        BuiltPlugins.adain, model: "\(folder)/\(part)_iter_160000.pth.tar", texts: ["alpha": "0.8"],
        pictures: ["style": Self.style], host: TestHost(threads: 2))
      let result = try plugin.run(picture, black: 0, white: 1).pixels
      #expect(try GraphRun.difference(result, Places.numbers("microast")) <= 1e-4)
    }
  }

  @Test("An encoder of MicroAST whose name does not tell which it is called just that", .enabled(if: microAST != nil))
  func namelessEncoder() throws {
    let (folder, scratch) = (try #require(Self.microAST), try Scratch())
    for (part, text) in [("content_encoder", "an encoder"), ("modulator", "the modulator")] {
      let path = scratch.path("\(part.prefix(3)).pth.tar")
      try FileManager.default.createSymbolicLink(
        atPath: path, withDestinationPath: "\(folder)/\(part)_iter_160000.pth.tar")
      #expect(
        try AdaINPluginTests.failure(path).description.hasSuffix(
          "it is \(text) of MicroAST alone: its four files must lie beside each other under one name but for the words "
            + "content_encoder, style_encoder, modulator, decoder"))
    }
  }

  @Test("A pair of .t7 files, by the path of either half, to 1e-4, and with the bytes of the pair in one file")
  func torch7() throws {
    let halves = try ["decoder", "encoder"].map { half in
      let plugin = try PluginDriver(
        BuiltPlugins.adain, model: Places.fixture("adain_\(half).t7"), pictures: ["style": Self.style], host: TestHost()
      )
      return try plugin.run(Self.picture, black: 0, white: 1).pixels
    }
    #expect(try GraphRun.difference(halves[0], Places.numbers("adain_torch7")) <= 1e-4)
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededPairs.adain(width: 2), to: path)
      let plugin = try PluginDriver(BuiltPlugins.adain, model: path, pictures: ["style": Self.style], host: TestHost())
      let whole = try plugin.run(Self.picture, black: 0, white: 1).pixels
      #expect(halves == [whole, whole])
    }
  }

  @Test("The genuine distilled pair, by the path of either half, to 1e-4", .enabled(if: distilled != nil))
  func distilledPair() throws {
    let folder = try #require(Self.distilled)
    let picture = TestImage.picture(h: 37, w: 53, black: 0, white: 1)
    for half in ["decoder", "encoder"] {
      let plugin = try PluginDriver(
        BuiltPlugins.adain, model: "\(folder)/\(half)_relu4_1.pth", pictures: ["style": Self.style],
        host: TestHost(threads: 2))
      let result = try plugin.run(picture, black: 0, white: 1).pixels
      #expect(try GraphRun.difference(result, Places.numbers("adain_distilled")) <= 1e-4)
    }
  }
}
