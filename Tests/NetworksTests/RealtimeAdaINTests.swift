// The real-time AdaIN against PyTorch: numbers made by Fixtures/make_realtime_adain_reference.py.
import PluginAPI
import Testing
import Weights

@testable import Networks
@testable import PluginKit

@Suite("The real-time AdaIN gives PyTorch's numbers")
struct RealtimeAdaINTests {
  static var picture: TestImage { .picture(h: 21, w: 19, black: 0, white: 1) }
  static var style: TestImage { .style() }
  static var other: TestImage { .picture(h: 24, w: 33, black: 0, white: 1) }

  private func withNetwork(_ host: TestHost, _ body: (RealtimeAdaIN) throws -> Void) throws {
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededPairs.realtimeAdaIN(), to: path)
      try body(RealtimeAdaIN(WeightSet.open(path, host: PluginHost(host.raw))))
    }
  }

  private static func features(_ network: RealtimeAdaIN, _ image: TestImage, _ host: TestHost) throws -> Planes {
    try GraphRun.run(host, [Planes(image)]) { g in network.features(g.input("image", channels: 3), in: g) }
  }

  /// The picture in a mixture of styles, before it is clamped.
  private static func painted(
    _ network: RealtimeAdaIN, _ styles: [(picture: TestImage, share: Float)], strength: Float, _ host: TestHost
  ) throws -> [Float] {
    let planes = network.planes
    var (deviations, means) = ([Float](repeating: 0, count: planes), [Float](repeating: 0, count: planes))
    for style in styles {
      let features = try features(network, style.picture, host).image(host)
      let statistics = withExtendedLifetime(features) { ChannelStatistics(features.image) }
      for i in 0..<planes {
        deviations[i] += strength * style.share * statistics.deviations[i]
        means[i] += strength * style.share * statistics.means[i]
      }
    }
    let inputs = [deviations, means, [Float](repeating: 1 - strength, count: planes)].map { Planes($0, c: planes) }
    return try GraphRun.run(host, [Planes(picture)] + inputs) { g in
      let image = g.input("image", channels: 3)
      return network.painted(image, StyleMixture(network, in: g), in: g)
    }.values
  }

  @Test("What a style is made of, and pictures in one style and between two, to 1e-4", arguments: Machine.all)
  func inside(machine: Machine) throws {
    let host = try TestHost(cpuLevel: machine.level, threads: machine.threads)
    try withNetwork(host) { network in
      #expect(network.width == 4 && network.planes == 12)
      let features = try Self.features(network, Self.style, host)
      #expect(features.shape == (12, network.featurePixels(40), network.featurePixels(27)))
      #expect(try GraphRun.difference(features.values, Places.numbers("realtime_adain_features")) <= 1e-4)
      let reference = try Places.numbers("realtime_adain")
      let one = try Self.painted(network, [(Self.style, 1)], strength: 1, host)
      #expect(GraphRun.difference(one, reference) <= 1e-4)
      let mixed = try Self.painted(network, [(Self.style, 0.7), (Self.other, 0.3)], strength: 0.6, host)
      #expect(try GraphRun.difference(mixed, Places.numbers("realtime_adain_mixed")) <= 1e-4)
      // The bound can fail: another style is far outside it.
      #expect(GraphRun.difference(try Self.painted(network, [(Self.other, 1)], strength: 1, host), reference) > 1e-2)
    }
  }

  @Test("The plugin paints the same, clamped to 0...1, to 1e-4")
  func plugin() throws {
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededPairs.realtimeAdaIN(), to: path)
      let cases: [(name: String, styles: [TestImage], options: [String: String])] = [
        ("realtime_adain", [Self.style], [:]),
        ("realtime_adain_mixed", [Self.style, Self.other], ["weights": "7+3", "alpha": "0.6"]),
      ]
      for (name, styles, options) in cases {
        let plugin = try PluginDriver(
          BuiltPlugins.adain, model: path, texts: options, lists: ["style": styles], host: TestHost(threads: 2))
        let result = try plugin.run(Self.picture, black: 0, white: 1).pixels
        let reference = try Places.numbers(name).map { min(max($0, 0), 1) }
        #expect(GraphRun.difference(result, reference) <= 1e-4, "\(name)")
      }
    }
  }

  @Test(
    "A picture of any size gives one of its own size inside the range",
    arguments: [(1, 1), (1, 7), (3, 2), (8, 8), (9, 17), (2, 64)])
  func sizes(h: Int, w: Int) throws {
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededPairs.realtimeAdaIN(), to: path)
      let plugin = try PluginDriver(
        BuiltPlugins.adain, model: path, pictures: ["style": Self.style], host: TestHost(threads: 2))
      let pixels = try plugin.run(.picture(h: h, w: w, black: 0, white: 1), black: 0, white: 1).pixels
      #expect(pixels.count == 3 * h * w)
      #expect(pixels.allSatisfy { $0 >= 0 && $0 <= 1 })
    }
  }

  @Test("It is described with its width and cost, and a tensor that is missing is named")
  func described() throws {
    let tensors = try SeededPairs.realtimeAdaIN()
    let known = try IdentificationTests.identify(tensors, by: BuiltPlugins.adain)
    #expect(known.status == STH_OK && known.info.width == 4, "\(known.message)")
    #expect(IdentificationTests.text(known.info.architecture) == "Real-time AdaIN, width 4")
    #expect(IdentificationTests.text(known.info.pixels) == "RGB 0...1 in and out")
    // Of a square of 8x8: one place of an eighth, four of a quarter, sixteen of a half.
    let eighth = 9 * (4 * 8 + 6 * 8 * 8), quarter = 9 * (48 * 4 + 8 * 4 + 2 * 4 * 4), half = 9 * (4 * 2 + 2 * 12)
    #expect(abs(known.info.multiply_adds_per_pixel * 64 - Double(eighth + 4 * quarter + 16 * half)) < 1e-6)
    let without = try IdentificationTests.identify(
      tensors.filter { $0.name != "dec3.conv2.conv2d.bias" }, by: BuiltPlugins.adain)
    #expect(without.status == STH_ERROR_BAD_WEIGHTS)
    #expect(without.message.contains("tensor 'dec3.conv2.conv2d.bias' is missing"))
  }

  @Test("An encoder and masks, which it has no use for, are refused in a sentence")
  func refusals() throws {
    try AdaINPluginTests.withFiles([SeededPairs.realtimeAdaIN(), SeededPairs.encoder()]) { (paths) throws in
      let encoder = try AdaINPluginTests.failure(paths[0], texts: ["encoder": paths[1]])
      #expect(encoder.status == STH_ERROR_BAD_PARAMETER)
      #expect(encoder.description == "a real-time AdaIN has an encoder of its own: leave encoder= out")
      let mask = AdaINParityTests.mask(h: 2, w: 2, 0..<1)
      let masks = #expect(throws: PluginFailure.self) {
        _ = try PluginDriver(
          BuiltPlugins.adain, model: paths[0], lists: ["style": [Self.style], "masks": [mask]], host: TestHost())
      }
      #expect(masks?.status == STH_ERROR_BAD_PARAMETER)
      #expect(
        masks?.description
          == "this network takes one style everywhere, since it takes it at two depths: leave masks= out")
    }
  }
}
