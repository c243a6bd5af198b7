// MaskTests.swift - styles that apply in a part of the picture: by pictures, videos and formulas, and what is outside to the byte.

import Foundation
import TestFolders
import Testing
import Video

@testable import Host

@Suite("masks")
struct MaskTests {
  private let styles: TestStyles
  private let scratch: Scratch

  init() throws { (styles, scratch) = (try TestStyles(), try Scratch()) }

  private func path(_ name: String) -> String { scratch.url.appendingPathComponent(name).path }

  /// A grey picture of these codes.
  private func picture(_ name: String, _ w: Int, _ codes: [UInt8]) throws -> String {
    try (Data("P5 \(w) \(codes.count / w) 255\n".utf8) + Data(codes)).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }

  /// A video in the container nut of 4:2:0 frames, one of each luma, at a frame rate.
  private func video(_ name: String, _ lumas: [UInt8], rate: Rational) throws -> String {
    var properties = VideoProperties(
      width: 8, height: 8, pixelFormat: try PixelFormat(named: "yuv420p"),
      timeBase: Rational(rate.denominator, rate.numerator), frameRate: rate)
    properties.color = ColorTags(range: .limited, matrix: .bt709)
    var options = OutputOptions()
    (options.format, options.codec, options.overwrite) = ("nut", "rawvideo", true)
    let writer = try MediaWriter(.path(path(name)), options: options, video: properties)
    for (index, luma) in lumas.enumerated() {
      let frame = try FramePool(width: 8, height: 8, pixelFormat: properties.pixelFormat).next()
      for plane in 0..<3 {
        try frame.withMutablePlane(plane) { target in
          for y in 0..<target.height {
            memset(target.base + y * target.strideBytes, plane == 0 ? Int32(luma) : 128, target.width)
          }
        }
      }
      frame.color = properties.color
      (frame.timeBase, frame.presentationTime, frame.duration) = (properties.timeBase, Int64(index), 1)
      try writer.write(frame)
    }
    try writer.finish()
    return path(name)
  }

  @Test(
    "outside of a mask every code is the source's, of luma and of chroma whose pixels are all outside",
    arguments: ["yuv420p", "yuv420p10le", "yuv410p", "yuv422p10le", "gbrp", "gray"], [(37, 23), (64, 48)])
  func outside(format: String, size: (Int, Int)) throws {
    let (w, h) = size
    let frame = try TestFrames.noise(format, w, h)
    let layout = frame.pixelFormat.layout
    let source = try TestFrames.samples(frame)
    // A rectangle with odd corners.
    let mask = "between(x\\,5\\,\(w / 2))*between(y\\,3\\,\(h / 2))"
    let inside = { (x: Int, y: Int) in (5...w / 2).contains(x) && (3...h / 2).contains(y) }
    let plain = try styles.samples(frame, "paint")
    let made = try styles.samples(frame, "paint:mask=\(mask)")
    for plane in made.indices {
      let isChroma = layout.family == .yuv && plane > 0
      let (cellW, cellH) = isChroma ? (1 << layout.log2ChromaWidth, 1 << layout.log2ChromaHeight) : (1, 1)
      let width = (w + cellW - 1) / cellW
      for index in made[plane].indices {
        let columns = index % width * cellW..<min(w, (index % width + 1) * cellW)
        let rows = index / width * cellH..<min(h, (index / width + 1) * cellH)
        let touched = rows.contains { y in columns.contains { inside($0, y) } }
        if !touched { #expect(made[plane][index] == source[plane][index]) }
        if !isChroma, touched { #expect(made[plane][index] == plain[plane][index]) }
      }
    }
  }

  @Test(
    "what is outside is the input's to the byte in formats that have to be taken apart too, or else it is said",
    arguments: [
      "rgba", "bgra", "argb", "abgr", "rgb24", "bgr24", "rgba64le", "nv12", "yuyv422", "ya8", "ya16le", "gbrpf32le",
    ])
  func packed(format: String) throws {
    let said = path("\(format).log")
    let descriptor = open(said, O_CREAT | O_WRONLY, 0o600)
    defer { close(descriptor) }
    let styles = try TestStyles(log: HostLog(level: .info, descriptor: descriptor))
    let packed = try PixelFormat(named: format)
    let converter = FrameConverter(to: packed)
    let frame = try converter.convert(TestFrames.noise(packed.nearestPlanar.name, 37, 23))
    let made = try converter.convert(#require(try styles.stylise([frame], ["paint:mask=0"]).first))
    let isSaid = try String(contentsOfFile: said, encoding: .utf8).contains("keeps its looks but not its bytes")
    let isLossy = ["ya8", "ya16le", "gbrpf32le"].contains(format)
    #expect(isSaid == isLossy)
    if !isLossy { #expect(try TestFrames.samples(made) == TestFrames.samples(frame)) }
  }

  @Test("a mask holds at full size whatever size the style works at, and when the stream changes its size")
  func sizes() throws {
    let frame = try TestFrames.noise("yuv444p", 40, 24)
    let (source, plain) = (try TestFrames.samples(frame), try styles.samples(frame, "paint:scale=0.5"))
    let made = try styles.samples(frame, "paint:scale=0.5,mask=lt(x\\,10)")
    for plane in 0..<3 {
      for (index, code) in made[plane].enumerated() {
        #expect(code == (index % 40 < 10 ? plain : source)[plane][index])
      }
    }
    let other = try TestFrames.noise("yuv444p", 24, 40, seed: 7)
    let slope = try picture("slope.pgm", 4, [0, 80, 160, 255])
    for mask in ["x/w", "x/w*(1+0*n)", slope] {
      let frames = try styles.stylise([frame, other, frame], ["paint:mask=\(mask)"])
      #expect(frames.allSatisfy { ($0.width, $0.height) == (40, 24) })
      #expect(try TestFrames.samples(frames[2]) == TestFrames.samples(frames[0]))
      #expect(try TestFrames.samples(frames[0]) == styles.samples(frame, "paint:mask=\(mask)"))
    }
  }

  @Test("frames that do not say their time are counted, those of masks as those of the input")
  func times() throws {
    var clock = FrameClock(frameRate: Rational(10, 1))
    let frame = try TestFrames.noise("gray", 2, 2)
    frame.presentationTime = nil
    #expect((0..<3).map { _ in clock.seconds(of: frame) } == [0, 0.1, 0.2])
    clock = FrameClock(frameRate: nil)
    let times = [100, 101, 105].map { (time: Int64) in
      frame.presentationTime = time
      return clock.seconds(of: frame)
    }
    #expect(zip(times, [0, 0.04, 0.2]).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  @Test("a picture without alpha in a video whose first one has some counts by its luma")
  func alphaLost() throws {
    let frame = try TestFrames.noise("yuv444p", 9, 3)
    let space = try WorkerRows(2, w: 9, threads: 1)
    let rows = [true, false].enumerated().map { index, usesAlpha in
      _ = MaskPicture(frame, usesAlpha: usesAlpha).blocks(c: 0, y: 1, space: space.blocks(index, worker: 0))
      return Array(space.row(index, worker: 0))
    }
    #expect(rows[0] == rows[1])
  }

  @Test("in a chain what is outside of all masks is untouched, and a style without a mask reaches everywhere")
  func chain() throws {
    let frame = try TestFrames.noise("yuv420p", 40, 24)
    let source = try TestFrames.samples(frame)
    let made = try styles.samples(frame, "paint:mask=lt(x\\,10)", "paint:mask=gte(x\\,30),strength=0.5")
    for plane in 0..<3 {
      let width = plane == 0 ? 40 : 20
      for (index, code) in made[plane].enumerated() where (width / 4..<width * 3 / 4).contains(index % width) {
        #expect(code == source[plane][index])
      }
      #expect(made[plane] != source[plane])
    }
    #expect(try styles.samples(frame, "paint:mask=0", "mischief:mask=0") == source)
    #expect(try styles.samples(frame, "paint:mask=0", "paint") == styles.samples(frame, "paint"))
    #expect(try styles.samples(frame, "paint:mask=1") == styles.samples(frame, "paint"))
    #expect(try styles.samples(frame, "paint:poison=1,mask=0") == source)
  }

  @Test("a soft mask blends, times the strength", arguments: ["gbrp", "gbrp10le"])
  func soft(format: String) throws {
    let frame = try TestFrames.noise(format, 32, 5)
    let (source, plain) = (try TestFrames.samples(frame), try styles.samples(frame, "paint"))
    let made = try styles.samples(frame, "paint:mask=x/32,strength=0.5")
    let top = format == "gbrp" ? 255 : 1023
    for plane in 0..<3 {
      for (index, code) in made[plane].enumerated() where plain[plane][index] > 0 && plain[plane][index] < top {
        let weight = Double(index % 32) / 64
        let expected = (1 - weight) * Double(source[plane][index]) + weight * Double(plain[plane][index])
        #expect(abs(Double(code) - expected) < 0.7)
      }
    }
  }

  @Test("a picture is laid over the frame whatever its size: white is the style, black the source")
  func pictures() throws {
    let frame = try TestFrames.noise("gbrp", 40, 20)
    let halves = try styles.samples(frame, "paint:mask=lt(x\\,20)")
    #expect(
      try styles.samples(frame, "paint:mask=\(picture("same.pgm", 40, (0..<800).map { $0 % 40 < 20 ? 255 : 0 }))")
        == halves)
    #expect(
      try styles.samples(frame, "paint:mask=\(picture("large.pgm", 160, (0..<3200).map { $0 % 160 < 80 ? 255 : 0 }))")
        == halves)
    let grey = try styles.samples(frame, "paint:mask=\(picture("grey.pgm", 3, [51, 51, 51, 51, 51, 51]))")
    let weak = try styles.samples(frame, "paint:strength=0.2")
    for plane in 0..<3 { #expect(zip(grey[plane], weak[plane]).allSatisfy { abs($0 - $1) <= 1 }) }
    // Two pixels over forty columns: flat up to the middle of each, a slope between them.
    let slope = try styles.samples(frame, "paint:mask=\(picture("small.pgm", 2, [0, 255]))")
    #expect(slope == (try styles.samples(frame, "paint:mask=(x-9.5)/20")))
    let colour = path("colour.ppm")
    try (Data("P6 2 1 255\n".utf8) + Data([0, 0, 0, 255, 255, 255])).write(to: URL(fileURLWithPath: colour))
    #expect(try styles.samples(frame, "paint:mask=\(colour)") == slope)
  }

  @Test("a picture that is transparent somewhere counts by its alpha, and an opaque one by its luma")
  func alpha() throws {
    let frame = try TestFrames.noise("gbrp", 8, 4)
    let write = { (name: String, alpha: UInt8) in
      let head = "P7\nWIDTH 2\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n"
      try (Data(head.utf8) + Data([0, 0, 0, 255, 255, 255, 255, alpha])).write(to: URL(fileURLWithPath: path(name)))
    }
    try write("clear.pam", 0)
    try write("opaque.pam", 255)
    #expect(
      try styles.samples(frame, "paint:mask=\(path("clear.pam"))") == styles.samples(frame, "paint:mask=1-(x-1.5)/4"))
    #expect(
      try styles.samples(frame, "paint:mask=\(path("opaque.pam"))") == styles.samples(frame, "paint:mask=(x-1.5)/4"))
  }

  @Test("a video's pictures are due by their time, and the last one holds; formulas know the time and the frame")
  func moving() throws {
    let frames = try (0..<6).map { index in
      let frame = try TestFrames.noise("yuv420p", 24, 16, seed: UInt32(index + 1))
      frame.presentationTime = Int64(100 + index)
      return frame
    }
    let source = try frames.map(TestFrames.samples)
    let plain = try styles.stylise(frames, ["paint"]).map(TestFrames.samples)
    // 12.5 pictures a second under 25 frames: each holds for two frames, the third to the end.
    let mask = try video("mask.nut", [16, 235, 16], rate: Rational(25, 2))
    let made = try styles.stylise(frames, ["paint:mask=\(mask)"]).map(TestFrames.samples)
    #expect(made == [source[0], source[1], plain[2], plain[3], source[4], source[5]])
    let timed = try styles.stylise(frames, ["paint:mask=gte(t\\,0.12)"]).map(TestFrames.samples)
    #expect(timed == Array(source[0..<3] + plain[3..<6]))
    let counted = try styles.stylise(frames, ["paint:mask=eq(n\\,4)"]).map(TestFrames.samples)
    #expect(counted == Array(source[0..<4] + [plain[4], source[5]]))
  }

  @Test("what is neither a file nor a formula, and what remembers, is an error of one line")
  func mistakes() throws {
    for text in ["nowhere.png", "x+", "gte(x\\,5", "q", "", "random(0)", "while(1\\,1)", "st(0\\,1)", "(((((x"] {
      let error = #expect(throws: HostError.self) { try styles.resolve("paint:mask=\(text)") }
      #expect(error?.kind == .usage)
      let typed = text.replacingOccurrences(of: "\\", with: "")
      #expect(error?.description.hasPrefix("paint: mask= names no file, and '\(typed)' ") == true)
      #expect(error?.description.contains("\n") == false)
    }
    #expect(mkfifo(path("pipe"), 0o600) == 0)
    let pipe = #expect(throws: HostError.self) { try styles.resolve("paint:mask=\(path("pipe"))") }
    #expect(pipe?.kind == .usage)
    #expect(pipe?.description.hasSuffix("is a pipe or a device: give an ordinary file") == true)
    let long = #expect(throws: HostError.self) {
      try styles.resolve("paint:mask=" + String(repeating: "x+", count: 9000))
    }
    #expect(long.map { $0.description.count < 300 } == true)
    let text = path("words.png")
    try Data("no picture".utf8).write(to: URL(fileURLWithPath: text))
    let frame = try TestFrames.noise("gbrp", 8, 4)
    let error = #expect(throws: HostError.self) { try styles.samples(frame, "paint:mask=\(text)") }
    #expect(error?.kind == .usage)
    #expect(error?.description.hasPrefix("cannot use \(text) as a mask: ") == true)
  }

  @Test("values that are no number are outside, whatever a formula does")
  func wildFormulas() throws {
    let frame = try TestFrames.noise("gbrp", 9, 3)
    let source = try TestFrames.samples(frame)
    #expect(try styles.samples(frame, "paint:mask=0/0") == source)
    #expect(try styles.samples(frame, "paint:mask=-1/0") == source)
    #expect(try styles.samples(frame, "paint:mask=1/0") == styles.samples(frame, "paint"))
  }
}
