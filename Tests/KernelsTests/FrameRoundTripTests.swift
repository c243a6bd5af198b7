// FrameRoundTripTests.swift - what goes in through unpack comes out of pack, sample for sample, at every layout and level.
import Kernels
import PluginAPI
import Testing

@Suite("Frame seams: round trip")
struct FrameRoundTripTests {
  private func expectExact(_ frame: FrameCase, _ seams: FrameSeams, seed: UInt64) throws {
    let coded = CodedFrame(frame), back = CodedFrame(frame)
    let image = FloatImage(h: Int(frame.layout.h), w: Int(frame.layout.w))
    coded.fillRandomly(seed: seed)
    try seams.unpack(coded, into: image)
    try seams.pack(image, into: back)
    let (largest, intact) = coded.compare(back)
    #expect(largest == 0, "\(frame) at level \(seams.table.cpu_level) is off by \(largest)")
    #expect(intact && image.guardsIntact, "\(frame) at level \(seams.table.cpu_level) wrote beyond its rows")
  }

  @Test("Every layout comes back exactly at every size, and nothing beside its samples is written")
  func everyLayoutAndSize() throws {
    for level in FrameSeams.levels {
      let seams = FrameSeams(level: level)
      for (i, size) in FrameCase.sizes.enumerated() {
        for (depth, full) in [(8, false), (8, true), (10, false), (16, true)] as [(Int32, Bool)] {
          let matrix = FrameCase.Matrix.all[i % 3]
          for frame in FrameCase.everyLayout(depth: depth, full: full, matrix: matrix, size: size) {
            try expectExact(frame, seams, seed: UInt64(i))
          }
        }
      }
    }
  }

  @Test("Every depth, range and matrix comes back exactly for the pixel ranges that nets are fed with")
  func everyDepth() throws {
    let ranges: [(Float, Float)] = [(0, 1), (0, 255), (-1, 1), (-2.118, 2.249), (1, 0)]
    for level in FrameSeams.levels {
      let seams = FrameSeams(level: level)
      for depth in Int32(8)...16 {
        for (i, matrix) in FrameCase.Matrix.all.enumerated() {
          for full in [false, true] {
            let (black, white) = ranges[(Int(depth) + 2 * i + (full ? 1 : 0)) % ranges.count]
            let frames = FrameCase.everyLayout(
              depth: depth, full: full, matrix: matrix, size: (9, 37), black: black, white: white)
            for frame in frames { try expectExact(frame, seams, seed: UInt64(depth)) }
          }
        }
      }
    }
  }

  @Test("At 16 bits the error of float32 is below a tenth of a code: samples moved by 0.4 of one still come back")
  func marginAtSixteenBits() throws {
    let shifts: [(Double, Double, Double)] = [
      (0.4, 0, 0), (-0.4, 0, 0), (0, 0.4, -0.4), (0, -0.4, 0.4), (0.4, 0.4, 0.4), (-0.4, -0.4, -0.4),
    ]
    for level in FrameSeams.levels {
      let seams = FrameSeams(level: level)
      for (black, white) in [(0, 1), (0, 255), (-1, 1), (-2.118, 2.249)] as [(Float, Float)] {
        for matrix in FrameCase.Matrix.all {
          for chroma in FrameCase.Chroma.all.prefix(3) {
            let frame = FrameCase.yuv(
              chroma, depth: 16, full: true, matrix: matrix, cosited: (true, true), size: (31, 67), black: black,
              white: white)
            let coded = CodedFrame(frame), back = CodedFrame(frame), image = FloatImage(h: 31, w: 67)
            coded.fillRandomly(seed: 5)
            for shift in shifts {
              try seams.unpack(coded, into: image)
              move(image, by: shift, in: frame)
              try seams.pack(image, into: back)
              let largest = coded.compare(back).largest
              #expect(largest == 0, "\(frame) moved by \(shift) is off by \(largest)")
            }
          }
        }
      }
    }
  }

  /// Moves every pixel by so many codes of Y, Cb and Cr (full range).
  private func move(_ image: FloatImage, by codes: (y: Double, cb: Double, cr: Double), in frame: FrameCase) {
    let kr = frame.layout.kr, kb = frame.layout.kb
    let code = Double(frame.layout.white - frame.layout.black) / Double(frame.top)
    let red = 2 * (1 - kr) * codes.cr, blue = 2 * (1 - kb) * codes.cb
    let green = -(kr * red + kb * blue) / (1 - kr - kb)
    for (channel, part) in [red, green, blue].enumerated() {
      let offset = (codes.y + part) * code
      for y in 0..<image.h {
        for x in 0..<image.w { image[channel, y, x] = Float(Double(image[channel, y, x]) + offset) }
      }
    }
  }

  @Test("Any split of the units over calls gives the same bytes as one call")
  func splits() throws {
    for level in FrameSeams.levels {
      let seams = FrameSeams(level: level)
      for frame in FrameCase.everyLayout(depth: 8, full: false, matrix: .bt601, size: (85, 29)) {
        let coded = CodedFrame(frame), whole = CodedFrame(frame), parts = CodedFrame(frame)
        let image = FloatImage(h: 85, w: 29), imageParts = FloatImage(h: 85, w: 29)
        coded.fillRandomly(seed: 11)
        let units = try seams.units(frame)
        try #require(units >= 4)
        try seams.unpack(coded, into: image)
        for unit in (0..<units).reversed() { try seams.unpack(coded, unit..<unit + 1, into: imageParts) }
        #expect(image.isIdentical(to: imageParts), "unpack of \(frame)")

        for i in image.values.indices where image.values[i] != FloatImage.canary { image.values[i] *= Float(i % 7) / 5 }
        try seams.pack(image, into: whole)
        for range in [2..<units, 0..<1, 1..<2] { try seams.pack(image, range, into: parts) }
        #expect(whole.compare(parts).largest == 0, "pack of \(frame)")
      }
    }
  }

  @Test("A unit writes its own rows alone, also where it reads those of its neighbours")
  func ownRows() throws {
    for level in FrameSeams.levels {
      let seams = FrameSeams(level: level)
      for frame in FrameCase.everyLayout(depth: 8, full: false, matrix: .bt601, size: (48, 21)) {
        let coded = CodedFrame(frame), middle = CodedFrame(frame), image = FloatImage(h: 48, w: 21)
        let canary = Int(CodedFrame.canary)
        coded.fill([20, 20, 20])
        for range in [0..<1, 2..<3] as [Range<Int32>] { try seams.unpack(coded, range, into: image) }
        let untouched = (16..<32).allSatisfy { y in (0..<21).allSatisfy { image[1, y, $0] == FloatImage.canary } }
        #expect(untouched, "unpack of \(frame)")

        try seams.unpack(coded, into: image)
        try seams.pack(image, 1..<2, into: middle)
        for (plane, size) in frame.planeSizes.enumerated() {
          for y in 0..<size.h {
            let ours = y >= size.h / 3 && y < 2 * size.h / 3
            #expect(middle[plane, y, 0] == (ours ? 20 : canary), "row \(y) of plane \(plane), pack of \(frame)")
          }
        }
      }
    }
  }

  @Test("Every level gives the bits of the reference")
  func levels() throws {
    let reference = FrameSeams(level: 0)
    for level in FrameSeams.levels.dropFirst() {
      let seams = FrameSeams(level: level)
      for size in [(3, 1), (6, 15), (5, 16), (7, 33), (4, 130), (2, 255)] as [(Int32, Int32)] {
        for depth in [8, 10, 16] as [Int32] {
          for frame in FrameCase.everyLayout(depth: depth, full: false, matrix: .bt709, size: size, black: -1, white: 1)
          {
            let coded = CodedFrame(frame), back = CodedFrame(frame), expected = CodedFrame(frame)
            let h = Int(size.0), w = Int(size.1), image = FloatImage(h: h, w: w), wanted = FloatImage(h: h, w: w)
            coded.fillRandomly(seed: 3)
            try reference.unpack(coded, into: wanted)
            try seams.unpack(coded, into: image)
            #expect(image.isIdentical(to: wanted), "unpack of \(frame) at level \(level)")

            disturb(wanted, seed: UInt64(w))
            try reference.pack(wanted, into: expected)
            try seams.pack(wanted, into: back)
            #expect(back.compare(expected).largest == 0, "pack of \(frame) at level \(level)")
          }
        }
      }
    }
  }

  /// Arbitrary colours, half way values, and what a broken net may give.
  private func disturb(_ image: FloatImage, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let odd: [Float] = [.nan, .infinity, -.infinity, 0, 1, -1, 0.5, 1e30, -1e30, .leastNonzeroMagnitude, 0.49999997]
    for channel in 0..<3 {
      for y in 0..<image.h {
        for x in 0..<image.w {
          let roll = Int.random(in: 0..<4 * odd.count, using: &random)
          image[channel, y, x] = roll < odd.count ? odd[roll] : Float.random(in: -1.5...1.5, using: &random)
        }
      }
    }
  }
}
