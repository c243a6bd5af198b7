// StyleOptionTests.swift - what every style can be asked for: strength and colours, at any depth, size and in any chain.

import Testing
import Video

@testable import Host

@Suite("options of every style")
struct StyleOptionTests {
  private let styles: TestStyles
  private static let formats = ["yuv420p", "yuv420p10le", "yuv422p", "gbrp", "gbrp10le", "gray"]

  init() throws { styles = try TestStyles() }

  @Test(
    "strength 0 gives the source back to the byte, 1 the style untouched", arguments: formats,
    [(37, 23), (64, 48), (1, 1)])
  func strengthEnds(format: String, size: (Int, Int)) throws {
    let frame = try TestFrames.noise(format, size.0, size.1)
    let source = try TestFrames.samples(frame)
    let plain = try styles.samples(frame, "paint")
    #expect(plain != source)
    #expect(try styles.samples(frame, "paint:strength=0") == source)
    #expect(try styles.samples(frame, "paint:strength=0,color=match") == source)
    #expect(try styles.samples(frame, "paint:poison=1,strength=0") == source)
    #expect(try styles.samples(frame, "paint:strength=1,color=style") == plain)
  }

  @Test("between the ends strength blends the coded values", arguments: ["gbrp", "gbrp10le"])
  func strengthBetween(format: String) throws {
    let frame = try TestFrames.noise(format, 37, 23)
    let (source, plain) = (try TestFrames.samples(frame), try styles.samples(frame, "paint"))
    let top = format == "gbrp" ? 255 : 1023
    for (plane, codes) in try styles.samples(frame, "paint:strength=0.25").enumerated() {
      for (index, code) in codes.enumerated() where plain[plane][index] > 0 && plain[plane][index] < top {
        let expected = 0.75 * Double(source[plane][index]) + 0.25 * Double(plain[plane][index])
        #expect(abs(Double(code) - expected) < 0.7)
      }
    }
  }

  @Test(
    "color=keep keeps the chroma of the source and takes the luma of the style",
    arguments: ["yuv420p", "yuv420p10le", "yuv444p"], [(37, 23), (1, 1)])
  func keep(format: String, size: (Int, Int)) throws {
    for matrix in [ColorMatrix.bt709, .smpte170m] {
      let frame = try TestFrames.noise(format, size.0, size.1, ColorTags(range: .limited, matrix: matrix))
      let (source, plain) = (try TestFrames.samples(frame), try styles.samples(frame, "paint"))
      let kept = try styles.samples(frame, "paint:color=keep")
      #expect(kept[1] == source[1])
      #expect(kept[2] == source[2])
      #expect(kept[0] == plain[0])
      let half = try styles.samples(frame, "paint:color=keep,strength=0.5")
      #expect(half[1] == source[1])
      let top = format.contains("10") ? 1023 : 255
      for (index, code) in half[0].enumerated() where plain[0][index] > 0 && plain[0][index] < top {
        #expect(abs(2 * code - source[0][index] - plain[0][index]) <= 2)
      }
    }
  }

  @Test("color=keep keeps the differences of RGB channels, and makes grey what the style is in grey")
  func keepElsewhere() throws {
    let frame = try TestFrames.noise("gbrp", 37, 23)
    let (source, kept) = (try TestFrames.samples(frame), try styles.samples(frame, "paint:color=keep"))
    let whole = kept[0].indices.filter { index in kept.allSatisfy { (1..<255).contains($0[index]) } }
    #expect(whole.count > 100)
    for index in whole {
      for (a, b) in [(0, 1), (1, 2)] {
        #expect(abs(kept[a][index] - kept[b][index] - source[a][index] + source[b][index]) <= 1)
      }
    }
    let grey = try TestFrames.noise("gray", 37, 23)
    let (plain, same) = (try styles.samples(grey, "paint")[0], try styles.samples(grey, "paint:color=keep")[0])
    #expect(zip(plain, same).allSatisfy { abs($0 - $1) <= 1 })
  }

  @Test("where a style applies in full nothing of the source is left, not even what is no number")
  func whole() throws {
    let (result, source) = (try ImageBuffer(h: 1, w: 9), try ImageBuffer(h: 1, w: 9))
    let mask = try ImageBuffer(c: 1, h: 1, w: 9)
    for c in 0..<3 {
      result.row(c: c, y: 0).update(repeating: 0.25)
      source.row(c: c, y: 0).update(repeating: c == 0 ? .nan : .infinity)
    }
    mask.row(c: 0, y: 0).update(repeating: 1)
    let blend = BlendSweep()
    blend.job = BlendSweep.Job(result: result, source: source, mask: mask)
    styles.services.pool.sweep(blend, rows: 1)
    for c in 0..<3 { #expect(result.row(c: c, y: 0).allSatisfy { $0 == 0.25 }) }
  }

  /// The picture a chain makes of a frame, black 0 and white 1, and its statistics.
  private func statistics(_ frame: Frame, _ texts: String...) throws -> ColourStatistics {
    let services = styles.services
    let sweep = StatisticsSweep(h: frame.height)
    guard !texts.isEmpty else {
      let image = try ImageBuffer(h: frame.height, w: frame.width)
      try FrameUnpacker(services).unpack(frame, into: image, black: 0, white: 1)
      return sweep.statistics(of: image, in: PixelRange(), services.pool)
    }
    let chain = try styles.chain(texts)
    try chain.prepare(h: frame.height, w: frame.width, frameRate: (25, 1))
    let input = try #require(chain.input)
    try FrameUnpacker(services).unpack(frame, into: input, black: chain.inputRange.black, white: chain.inputRange.white)
    let output = try chain.process(FrameMoments().next(frame))
    return sweep.statistics(of: output, in: chain.outputRange, services.pool)
  }

  private func difference(_ left: ColourStatistics, _ right: ColourStatistics) -> Double {
    let rows = (0..<3).map { left.covariance[$0] - right.covariance[$0] } + [left.mean - right.mean]
    return rows.flatMap { [abs($0.x), abs($0.y), abs($0.z)] }.max() ?? 0
  }

  @Test(
    "color=match gives the result the mean and the covariance of the source",
    arguments: ["gbrp", "gbrp10le", "yuv420p"])
  func match(format: String) throws {
    let frame = try TestFrames.noise(format, 37, 23)
    let source = try statistics(frame)
    #expect(try difference(statistics(frame, "paint"), source) > 0.01)
    #expect(try difference(statistics(frame, "paint:color=match"), source) < 1e-4)
    // What is like the source already stays as it is.
    #expect(try styles.samples(frame, "mischief:color=match") == TestFrames.samples(frame))
  }

  @Test("color=match of pictures without colour, and of what is no number, gives pictures still")
  func matchEdges() throws {
    let pixel = try TestFrames.noise("gbrp", 1, 1)
    #expect(try styles.samples(pixel, "paint:color=match") == TestFrames.samples(pixel))
    let grey = try TestFrames.noise("gray", 19, 21)
    #expect(try difference(statistics(grey, "paint:color=match"), statistics(grey)) < 1e-4)
    let frame = try TestFrames.noise("gbrp", 9, 7)
    #expect(try styles.samples(frame, "paint:poison=1,color=match") == styles.samples(frame, "paint:poison=1"))
  }

  @Test("results do not depend on the number of threads")
  func threads() throws {
    let frame = try TestFrames.noise("yuv420p10le", 61, 47)
    let text = "paint:color=match,strength=0.7"
    #expect(try TestStyles(threads: 1).samples(frame, text) == TestStyles(threads: 5).samples(frame, text))
  }

  @Test("each style of a chain has its own options", arguments: ["yuv420p", "yuv420p10le"])
  func chain(format: String) throws {
    let frame = try TestFrames.noise(format, 37, 23)
    let source = try TestFrames.samples(frame)
    #expect(try styles.samples(frame, "paint:strength=0", "mischief") == source)
    #expect(try styles.samples(frame, "paint:strength=0", "paint:strength=0") == source)
    let once = try styles.samples(frame, "paint")
    #expect(try styles.samples(frame, "paint", "paint:strength=0") == once)
    #expect(try styles.samples(frame, "paint:strength=0", "paint") == once)
    let kept = try styles.samples(frame, "paint:strength=0.5", "paint:color=keep")
    let half = try styles.samples(frame, "paint:strength=0.5")
    for plane in 1...2 { #expect(zip(kept[plane], half[plane]).allSatisfy { abs($0 - $1) <= 1 }) }
  }

  @Test("a style that makes pictures of another size is told which options it cannot have")
  func otherSize() throws {
    let chain = try styles.chain(["paint:grow=1,strength=0.5,color=keep"])
    let error = #expect(throws: HostError.self) { try chain.prepare(h: 4, w: 6, frameRate: (25, 1)) }
    #expect(error?.kind == .usage)
    #expect(
      error?.description
        == "style 'paint' makes pictures of another size (12x8): strength=, color= cannot be had with it")
    let size = try styles.chain(["paint:grow=1"]).prepare(h: 4, w: 6, frameRate: (25, 1))
    #expect(size == (8, 12))
    let said = try styles.chain(["paint:grow=1,strength=1,color=style,scale=1"])
    #expect(try said.prepare(h: 4, w: 6, frameRate: (25, 1)) == (8, 12))
  }

  @Test(
    "what is no value of an option is an error of one line",
    arguments: [
      ("strength=2", "paint: strength=2 is outside 0.0...1.0"),
      ("strength=nan", "paint: strength=nan is not a number (0.0...1.0)"),
      ("strength=", "paint: strength= is not a number (0.0...1.0)"),
      ("color=kep", "paint: color=kep is not one of style, keep, match - did you mean 'keep'?"),
      ("strenght=1", "paint has no parameter 'strenght' - did you mean 'strength'?"),
      (
        "depth=1",
        "paint has no parameter 'depth': it has grow, poison, seed; every style has strength, color, mask, size, scale"
      ),
      ("seed=-1", "mischief: seed=-1 is outside 0...4294967295"),
    ])
  func mistakes(text: String, words: String) throws {
    let error = #expect(throws: HostError.self) {
      try styles.resolve("\(text.hasPrefix("seed") ? "mischief" : "paint"):\(text)")
    }
    #expect(error?.kind == .usage)
    #expect(error?.description == words)
  }

  @Test("a key that the plugin declares is the plugin's; a plugin without anything random accepts a seed")
  func seed() throws {
    let frame = try TestFrames.noise("gbrp", 9, 7)
    #expect(try styles.samples(frame, "paint:seed=5") != styles.samples(frame, "paint"))
    #expect(try styles.resolve("paint:seed=5").options.seed == nil)
    #expect(try styles.samples(frame, "mischief:seed=5") == TestFrames.samples(frame))
    #expect(try styles.resolve("mischief:seed=5").options.seed == 5)
  }
}
