// WorkingSizeTests.swift - styles that work at a size of their own, and how their results come back to full size.

import AllocationCounter
import Foundation
import Testing
import Video

@testable import Host

@Suite("working sizes")
struct WorkingSizeTests {
  private let styles: TestStyles
  private var services: ComputeServices { styles.services }

  init() throws { styles = try TestStyles() }

  @Test("sizes are read as people write them, and keep the shape where one side is given")
  func reading() throws {
    #expect(WorkingSize(parsing: "640x360") == .exact(w: 640, h: 360))
    let applied = { (size: WorkingSize, h: Int, w: Int) in try size.applied(h: h, w: w, of: "paint") }
    #expect(try applied(#require(WorkingSize(parsing: "360")), 1080, 1920) == (360, 640))
    #expect(try applied(.factor(0.5), 23, 37) == (12, 19))
    #expect(try applied(.factor(0.05), 1, 3) == (1, 1))
    for text in ["", "0", "-3", "4x", "x4", "4x4x4", "1.5", "99999", "640×360", "+5", "+4x5", "٣"] {
      #expect(WorkingSize(parsing: text) == nil)
    }
  }

  @Test(
    "values that make no sense are errors of one line",
    arguments: [
      ("size=big", "paint: size=big is neither WIDTHxHEIGHT nor a number of pixels, 1...65535"),
      ("scale=0.01", "paint: scale=0.01 is outside 0.05...4.0"),
      ("size=20,scale=0.5", "paint: size= and scale= say the same: leave one out"),
    ])
  func mistakes(text: String, words: String) throws {
    let error = #expect(throws: HostError.self) { try styles.resolve("paint:\(text)") }
    #expect(error?.kind == .usage)
    #expect(error?.description == words)
  }

  @Test("a working size that no machine could hold is an error of one line")
  func enormous() throws {
    for (text, h, w) in [("size=65535", 1, 40000), ("scale=4", 20000, 3)] {
      let chain = try styles.chain(["paint:\(text)"])
      let error = #expect(throws: HostError.self) { try chain.prepare(h: h, w: w, frameRate: (25, 1)) }
      #expect(error?.kind == .usage)
      #expect(error?.description.hasPrefix("paint: its working size for \(w)x\(h) would be ") == true)
    }
  }

  /// Copies planes of a picture through a resampler.
  private func resampled(_ image: ImageBuffer, h: Int, w: Int) throws -> ImageBuffer {
    let made = try ImageBuffer(c: image.c, h: h, w: w)
    try Resampler(from: (image.h, image.w), to: (h, w), threads: 2).run(from: image, to: made, services.pool)
    return made
  }

  @Test(
    "shrinking takes means over what a pixel covers; what is flat stays flat at any size",
    arguments: [(37, 23), (1, 1), (3, 90)])
  func resampling(size: (Int, Int)) throws {
    let image = try ImageBuffer(c: 1, h: 4, w: 6)
    for y in 0..<4 { for x in 0..<6 { image.row(c: 0, y: y)[x] = Float(y * 6 + x) } }
    let half = try resampled(image, h: 2, w: 2)
    #expect((0..<2).map { Array(half.row(c: 0, y: $0)) } == [[4, 7], [16, 19]])
    let flat = try ImageBuffer(c: 3, h: size.1, w: size.0)
    for c in 0..<3 { for y in 0..<flat.h { flat.row(c: c, y: y).update(repeating: 0.75) } }
    for target in [(1, 1), (5, 7), (80, 64), (23, 37)] {
      let made = try resampled(flat, h: target.0, w: target.1)
      for c in 0..<3 { for y in 0..<made.h { for value in made.row(c: c, y: y) { #expect(abs(value - 0.75) < 1e-6) } } }
    }
  }

  /// A picture of things with hard edges, and what a style would make of it: other colours with strokes over them.
  private func pictures(h: Int, w: Int) throws -> (source: ImageBuffer, result: ImageBuffer) {
    let (source, result) = (try ImageBuffer(h: h, w: w), try ImageBuffer(h: h, w: w))
    ProbePicture.fill(source, black: 0, white: 1)
    for y in 0..<h {
      for x in 0..<w {
        let (r, g, b) = (source.row(c: 0, y: y)[x], source.row(c: 1, y: y)[x], source.row(c: 2, y: y)[x])
        let stroke = 0.08 * Float(sin(Double(x) * 0.21 + 2 * sin(Double(y) * 0.05)))
        result.row(c: 0, y: y)[x] = 0.9 - 0.7 * g + stroke
        result.row(c: 1, y: y)[x] = 0.2 + 0.5 * r * r + stroke
        result.row(c: 2, y: y)[x] = 0.8 * b + 0.1 - stroke
      }
    }
    return (source, result)
  }

  private func decibels(_ image: ImageBuffer, _ truth: ImageBuffer) -> Double {
    var sum = 0.0
    for c in 0..<3 {
      for y in 0..<truth.h {
        for (a, b) in zip(image.row(c: c, y: y), truth.row(c: c, y: y)) { sum += Double(a - b) * Double(a - b) }
      }
    }
    return -10 * log10(sum / Double(3 * truth.h * truth.w))
  }

  private func bilinear(_ image: ImageBuffer, h: Int, w: Int) throws -> ImageBuffer {
    let made = try ImageBuffer(c: image.c, h: h, w: w)
    for c in 0..<image.c {
      for y in 0..<h {
        let v = min(max((Double(y) + 0.5) * Double(image.h) / Double(h) - 0.5, 0), Double(image.h - 1))
        let (top, bottom) = (image.row(c: c, y: Int(v)), image.row(c: c, y: min(Int(v) + 1, image.h - 1)))
        for x in 0..<w {
          let u = min(max((Double(x) + 0.5) * Double(image.w) / Double(w) - 0.5, 0), Double(image.w - 1))
          let (i, j) = (Int(u), min(Int(u) + 1, image.w - 1))
          let (fu, fv) = (Float(u - floor(u)), Float(v - floor(v)))
          made.row(c: c, y: y)[x] =
            (top[i] * (1 - fu) + top[j] * fu) * (1 - fv) + (bottom[i] * (1 - fu) + bottom[j] * fu) * fv
        }
      }
    }
    return made
  }

  @Test(
    "the result comes back with the source's edges: far better than by bilinear or cubic interpolation",
    arguments: [2, 4])
  func guidance(factor: Int) throws {
    let (h, w) = (243, 321)
    let (source, result) = try pictures(h: h, w: w)
    let size = (h: (h + factor / 2) / factor, w: (w + factor / 2) / factor)
    let small = (
      result: try resampled(result, h: size.h, w: size.w), source: try resampled(source, h: size.h, w: size.w)
    )
    let made = try ImageBuffer(h: h, w: w)
    let sizes = GuidedUpsampler.Sizes(small: size, full: (h, w))
    let upsampler = try GuidedUpsampler(sizes, source: PixelRange(), services)
    upsampler.run(small: small, source: source, to: made, luma: LumaWeights(), services.pool)
    let guided = decibels(made, result)
    #expect(try guided > decibels(bilinear(small.result, h: h, w: w), result) + 3)
    #expect(try guided > decibels(resampled(small.result, h: h, w: w), result) + 2)
  }

  @Test("grey noise, all of it finer than the working size, comes back from a style that changes nothing")
  func identityOfNoise() throws {
    let (h, w) = (96, 128)
    let (source, made) = (try ImageBuffer(h: h, w: w), try ImageBuffer(h: h, w: w))
    var generator = SystemRandomNumberGenerator()
    for y in 0..<h {
      for x in 0..<w {
        let value = Float.random(in: 0...1, using: &generator)
        for c in 0..<3 { source.row(c: c, y: y)[x] = value }
      }
    }
    let small = try resampled(source, h: h / 2, w: w / 2)
    let upsampler = try GuidedUpsampler(
      GuidedUpsampler.Sizes(small: (h / 2, w / 2), full: (h, w)), source: PixelRange(), services)
    upsampler.run(small: (small, small), source: source, to: made, luma: LumaWeights(), services.pool)
    #expect(try decibels(made, source) > decibels(resampled(small, h: h, w: w), source) + 10)
  }

  @Test(
    "a style that changes nothing changes next to nothing at half the size", arguments: ["yuv420p", "gbrp10le"],
    [(64, 48), (37, 23)])
  func identity(format: String, size: (Int, Int)) throws {
    let frame = try TestFrames.noise(format, size.0, size.1)
    let source = try TestFrames.samples(frame)[0]
    let top = Double(1 << frame.pixelFormat.layout.bitDepth)
    let error = { (text: String) throws in
      zip(try styles.samples(frame, text)[0], source).map { abs(Double($0 - $1)) / top }.reduce(0, +)
        / Double(source.count)
    }
    // Noise has colours that its luma knows nothing of: they are lost.
    #expect(try error("mischief:scale=0.5") < 0.1)
    #expect(try error("mischief:size=\(size.0)x\(size.1)") == 0)
  }

  @Test(
    "every working size gives a picture of full size", arguments: ["3x2", "1", "1x1", "5x40", "200x100", "36", "4x4"])
  func sizes(size: String) throws {
    for format in ["yuv420p", "yuv420p10le"] {
      for (w, h) in [(37, 23), (1, 1), (2, 9)] {
        let frame = try TestFrames.noise(format, w, h)
        let made = try styles.stylise(
          [frame, frame], ["paint:size=\(size),strength=0.9", "mischief:scale=0.7,color=keep"])
        #expect(made.allSatisfy { ($0.width, $0.height) == (w, h) })
        #expect(try TestFrames.samples(made[0]) == TestFrames.samples(made[1]))
      }
    }
  }

  @Test("results do not depend on the number of threads")
  func threads() throws {
    let frame = try TestFrames.noise("yuv420p", 161, 147)
    let one = try TestStyles(threads: 1).samples(frame, "paint:scale=0.4")
    #expect(try TestStyles(threads: 5).samples(frame, "paint:scale=0.4") == one)
  }

  @Test("a frame from input to output allocates a handful: what FFmpeg's frames are made of")
  func frameAllocations() throws {
    let styles = try TestStyles(threads: 1)
    let frame = try TestFrames.noise("yuv420p", 64, 48)
    let output = StyleLanes.Output(size: (48, 64), pixelFormat: frame.pixelFormat, color: frame.color)
    let stylist = try FrameStylist(
      styles.chain(["paint:scale=0.5,strength=0.7,color=match,mask=x/w*t", "mischief:color=keep"]), styles.services,
      output: output, frameRate: nil, times: StageTimes())
    let moments = FrameMoments()
    var counts: [Int64] = []
    for _ in 0..<6 {
      let moment = try moments.next(frame)
      allocation_counter_watch(1)
      let before = allocation_counter_total()
      _ = try stylist.stylize(frame, at: moment)
      counts.append(Int64(allocation_counter_total() - before))
      allocation_counter_watch(0)
    }
    #expect(counts.dropFirst().allSatisfy { $0 < 25 }, "\(counts)")
  }

  @Test(
    "a frame allocates nothing, whatever its options",
    arguments: [
      ["mischief", "paint"], ["paint:strength=0.7"], ["mischief:color=keep"], ["paint:color=match"],
      ["paint:scale=0.5"], ["mischief:size=200x100"], ["paint:mask=x/w"], ["paint:mask=x/w*t,scale=0.5"],
      ["paint:scale=0.5,strength=0.7,color=match", "mischief:size=200x100,color=keep"],
    ])
  func allocations(texts: [String]) throws {
    let styles = try TestStyles(threads: 1)
    let chain = try styles.chain(texts)
    try chain.prepare(h: 48, w: 64, frameRate: (25, 1))
    let input = try #require(chain.input)
    ProbePicture.fill(input, black: chain.inputRange.black, white: chain.inputRange.white)
    let moment = try FrameMoments().next(TestFrames.noise("yuv420p", 64, 48))
    _ = try chain.process(moment)
    allocation_counter_watch(1)
    let before = allocation_counter_total()
    _ = try chain.process(moment)
    let after = allocation_counter_total()
    allocation_counter_probe()
    let probed = allocation_counter_total()
    allocation_counter_watch(0)
    #expect(after == before)
    #expect(probed > after)
  }
}
