// What the options of the adain plugin promise each other.
import AllocationCounter
import PluginAPI
import Testing
import Weights

@Suite("The options of the adain plugin")
struct AdaINOptionTests {
  private static var style: TestImage { AdaINParityTests.style }
  private static var other: TestImage { AdaINParityTests.other }
  private static var wide: TestImage { .picture(h: 40, w: 176, black: 0, white: 1) }

  private static func driver(
    _ path: String, _ styles: [TestImage], masks: [TestImage] = [], _ options: [String: String] = [:]
  ) throws -> PluginDriver {
    try PluginDriver(
      BuiltPlugins.adain, model: path, texts: options, lists: ["style": styles, "masks": masks],
      host: TestHost(threads: 2))
  }

  private static func run(
    _ path: String, _ styles: [TestImage], masks: [TestImage] = [], _ options: [String: String] = [:]
  ) throws -> TestImage {
    try driver(path, styles, masks: masks, options).run(wide, black: 0, white: 1)
  }

  private static func withPair(_ body: (String) throws -> Void) throws {
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededPairs.adain(), to: path)
      try body(path)
    }
  }

  private static func largest(_ a: TestImage, _ b: TestImage, _ columns: Range<Int>) -> Float {
    var largest: Float = 0
    for c in 0..<3 {
      for y in 0..<a.h { for x in columns { largest = max(largest, abs(a[c, y, x] - b[c, y, x])) } }
    }
    return largest
  }

  @Test("All weight on the first style is the first style alone; no weights are equal weights")
  func weights() throws {
    try Self.withPair { path in
      let both = [Self.style, Self.other]
      let first = try Self.run(path, [Self.style]).pixels
      #expect(try Self.run(path, both, ["weights": "1+0"]).pixels == first)
      #expect(try Self.run(path, both, ["weights": "2.5+0"]).pixels == first)
      let equal = try Self.run(path, both).pixels
      #expect(try Self.run(path, both, ["weights": "3+3"]).pixels == equal)
      #expect(equal != first)
    }
  }

  @Test("Two half masks give the halves of two runs, away from the seam")
  func halves() throws {
    try Self.withPair { path in
      let (left, right) = (
        AdaINParityTests.mask(h: 40, w: 176, 0..<88), AdaINParityTests.mask(h: 40, w: 176, 88..<176)
      )
      let both = try Self.run(path, [Self.style, Self.other], masks: [left, right])
      let first = try Self.run(path, [Self.style], masks: [left])
      let second = try Self.run(path, [Self.other], masks: [right])
      // The decoder sees 38 pixels far.
      #expect(Self.largest(both, first, 0..<48) <= 1e-5)
      #expect(Self.largest(both, second, 128..<176) <= 1e-5)
      #expect(Self.largest(first, second, 0..<48) > 0.01)
      #expect(try Self.run(path, [Self.style, Self.other], masks: [left]).pixels == both.pixels)
      // A mask of another size and of a quarter of the resolution says the same.
      let coarse = AdaINParityTests.mask(h: 3, w: 44, 0..<22)
      #expect(Self.largest(both, try Self.run(path, [Self.style, Self.other], masks: [coarse]), 0..<176) <= 1e-5)
    }
  }

  @Test("A white mask is no mask, a black one no style, and two white ones share")
  func extremes() throws {
    try Self.withPair { path in
      let all = 0..<176
      let (white, black) = (AdaINParityTests.mask(h: 2, w: 5, 0..<5), AdaINParityTests.mask(h: 2, w: 5, 0..<0))
      let plain = try Self.run(path, [Self.style])
      let whole = try Self.run(path, [Self.style], masks: [white])
      #expect(Self.largest(plain, whole, all) <= 5e-5)
      let content = try Self.run(path, [Self.style], ["alpha": "0"])
      #expect(Self.largest(content, try Self.run(path, [Self.style], masks: [black]), all) <= 1e-5)
      let mixed = try Self.run(path, [Self.style, Self.other])
      let shared = try Self.run(path, [Self.style, Self.other], masks: [white, white])
      #expect(Self.largest(mixed, shared, all) <= 5e-5)
      #expect(Self.largest(plain, mixed, all) > 0.01)
    }
  }

  @Test("Strength may change from frame to frame, and nothing allocates", arguments: ["mixture", "regions", "colours"])
  func strength(mode: String) throws {
    try Self.withPair { path in
      let masks = mode == "regions" ? [AdaINParityTests.mask(h: 8, w: 8, 0..<4)] : []
      let options = mode == "colours" ? ["coral": "true"] : [:]
      let (input, output) = (AdaINParityTests.picture, TestImage(h: 21, w: 19))
      let plugin = try Self.driver(path, [Self.style, Self.other], masks: masks, options)
      _ = try plugin.start(h: 21, w: 19)
      try plugin.process(.picture(h: 21, w: 19, black: 1, white: 0), output)
      for strength in [0.25, 1, 0] {
        plugin.change("alpha", to: strength)
        let before = allocation_counter_total()
        allocation_counter_watch(1)
        try plugin.process(input, output)
        allocation_counter_watch(0)
        #expect(allocation_counter_total() - before == 0)
        let alone = try Self.driver(
          path, [Self.style, Self.other], masks: masks, options.merging(["alpha": "\(strength)"]) { $1 })
        #expect(try alone.run(input, black: 0, white: 1).pixels == output.pixels)
      }
    }
  }

  @Test(
    "Any size of frame gives one of its own size, with regions and with colours kept",
    arguments: [(1, 1), (1, 9), (8, 8), (9, 17), (23, 2)])
  func sizes(h: Int, w: Int) throws {
    try Self.withPair { path in
      let mask = AdaINParityTests.mask(h: 5, w: 7, 2..<4)
      let modes: [([TestImage], [String: String])] = [
        ([mask], [:]), ([], ["coral": "true"]), ([mask], ["coral": "true"]),
      ]
      for (masks, options) in modes {
        let plugin = try Self.driver(path, [Self.style, Self.other], masks: masks, options)
        let pixels = try plugin.run(.picture(h: h, w: w, black: 0, white: 1), black: 0, white: 1).pixels
        #expect(pixels.count == 3 * h * w && pixels.allSatisfy { $0 >= 0 && $0 <= 1 })
      }
    }
  }

  @Test("Keeping the colours of a grey frame, and of a style of one colour, gives finite pictures")
  func flatColours() throws {
    try Self.withPair { path in
      let grey = TestImage(h: 16, w: 16)
      for c in 0..<3 { for y in 0..<16 { for x in 0..<16 { grey[c, y, x] = 0.5 } } }
      for (style, frame) in [(grey, Self.wide), (Self.style, grey), (grey, grey)] {
        let plugin = try Self.driver(path, [style], ["coral": "true"])
        #expect(try plugin.run(frame, black: 0, white: 1).pixels.allSatisfy { $0 >= 0 && $0 <= 1 })
      }
    }
  }

  @Test(
    "Weights and masks that do not fit the styles are refused in a sentence",
    arguments: [
      (["weights": "1+1+1"], 0, "weights=1+1+1 are 3, and there are 2 styles"),
      (["weights": "1+x"], 0, "weights=1+x: 'x' is not a number of 0 or more"),
      (["weights": "1+-2"], 0, "weights=1+-2: '-2' is not a number of 0 or more"),
      (["weights": "0+0"], 0, "weights=0+0 take nothing of any style"),
      ([:], 3, "3 masks for 2 styles: give one for each in masks="),
      (["weights": "1+1"], 2, "cannot use weights= and masks= together: a mask says how much of its style is taken"),
    ] as [([String: String], Int, String)])
  func refusals(options: [String: String], masks: Int, text: String) throws {
    try Self.withPair { path in
      let mask = AdaINParityTests.mask(h: 2, w: 2, 0..<1)
      let failure = #expect(throws: PluginFailure.self) {
        try Self.driver(path, [Self.style, Self.other], masks: Array(repeating: mask, count: masks), options)
      }
      #expect(failure?.status == STH_ERROR_BAD_PARAMETER)
      #expect(failure?.description == text)
    }
  }
}
