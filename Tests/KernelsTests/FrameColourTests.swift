// FrameColourTests.swift - the colours of the frame seams against the formulas of ITU-T H.273 in double precision.
import Kernels
import PluginAPI
import Testing

@Suite("Frame seams: colour")
struct FrameColourTests {
  private let centred = (h: false, w: false)

  /// Y, Cb, Cr codes of a colour in 0...1, not rounded: H.273 equations 20 to 37 (8.3).
  private func codes(of rgb: [Double], in frame: FrameCase) -> [Double] {
    let layout = frame.layout, scale = Double(1 << (layout.depth - 8))
    let y = layout.kr * rgb[0] + (1 - layout.kr - layout.kb) * rgb[1] + layout.kb * rgb[2]
    let pb = 0.5 * (rgb[2] - y) / (1 - layout.kb), pr = 0.5 * (rgb[0] - y) / (1 - layout.kr)
    if layout.full_range == 1 {
      let top = Double(frame.top), middle = 128 * scale
      return [top * y, top * pb + middle, top * pr + middle]
    }
    return [scale * (219 * y + 16), scale * (224 * pb + 128), scale * (224 * pr + 128)]
  }

  private var frames: [FrameCase] {
    var frames: [FrameCase] = []
    for matrix in FrameCase.Matrix.all {
      for depth in [8, 10, 12, 16] as [Int32] {
        for full in [false, true] {
          for (black, white) in [(0, 1), (0, 255), (-1, 1)] as [(Float, Float)] {
            frames.append(
              .yuv(
                FrameCase.Chroma.all[2], depth: depth, full: full, matrix: matrix, cosited: (false, true),
                size: (4, 38),
                black: black, white: white))
          }
        }
      }
    }
    return frames
  }

  @Test("White and black of every range are the float values of white and black, to the bit")
  func whiteIsExact() throws {
    let seams = FrameSeams(level: sth_cpu_level_best())
    for depth in Int32(8)...16 {
      for full in [false, true] {
        for (black, white) in [(0, 1), (0, 255), (-1, 1), (0, 2), (-0.5, 0.5)] as [(Float, Float)] {
          for frame in FrameCase.everyLayout(
            depth: depth, full: full, matrix: .bt709, size: (3, 18), black: black, white: white)
          {
            let scale = 1 << Int(depth - 8), coded = CodedFrame(frame), image = FloatImage(h: 3, w: 18)
            let zero = full ? 0 : 16 * scale, one = full ? frame.top : 235 * scale
            for (code, value) in [(zero, black), (one, white)] {
              coded.fill(frame.layout.family == 1 ? [code, 128 * scale, 128 * scale] : [code, code, code])
              try seams.unpack(coded, into: image)
              for channel in 0..<3 {
                #expect(image[channel, 0, 0] == value, "\(frame)")
                #expect(image[channel, 2, 17] == value, "\(frame)")
              }
            }
          }
        }
      }
    }
  }

  @Test("Pack gives the nearest codes of the primaries, secondaries and odd colours")
  func packMeetsTheFormulas() throws {
    let colours: [[Double]] = [
      [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 0], [0.5, 0.5, 0.5], [0.9, 0.31, 0.07],
      [0.02, 0.6, 0.97],
    ]
    for level in FrameSeams.levels {
      let seams = FrameSeams(level: level)
      for frame in frames {
        let image = FloatImage(h: 4, w: 38), coded = CodedFrame(frame), layout = frame.layout
        for colour in colours {
          for channel in 0..<3 {
            let value = Double(layout.black) + colour[channel] * Double(layout.white - layout.black)
            for y in 0..<4 { for x in 0..<38 { image[channel, y, x] = Float(value) } }
          }
          try seams.pack(image, into: coded)
          for (plane, exact) in codes(of: colour, in: frame).enumerated() {
            let clipped = min(max(exact, 0), Double(frame.top))
            for x in [0, 7, 18] {
              let error = abs(Double(coded[plane, 1, x]) - clipped)
              #expect(error <= 0.52, "\(colour) plane \(plane) is \(coded[plane, 1, x]), not \(exact), in \(frame)")
            }
          }
        }
      }
    }
  }

  @Test("BT.601 limited red is the 81, 90, 240 of the books, and comes back red")
  func knownRed() throws {
    let seams = FrameSeams(level: sth_cpu_level_best())
    let frame = FrameCase.yuv(FrameCase.Chroma.all[0], matrix: .bt601, cosited: centred, size: (1, 1), white: 255)
    let coded = CodedFrame(frame), image = FloatImage(h: 1, w: 1)
    coded.fill([81, 90, 240])
    try seams.unpack(coded, into: image)
    #expect(abs(image[0, 0, 0] - 255) < 1 && abs(image[1, 0, 0]) < 1 && abs(image[2, 0, 0]) < 1)
    for (channel, value) in ([255, 0, 0] as [Float]).enumerated() { image[channel, 0, 0] = value }
    try seams.pack(image, into: coded)
    #expect([coded[0, 0, 0], coded[1, 0, 0], coded[2, 0, 0]] == [81, 90, 240])
  }

  @Test("Unpack meets the inverse of the formulas for random codes, beyond black and white too")
  func unpackMeetsTheFormulas() throws {
    for level in FrameSeams.levels {
      let seams = FrameSeams(level: level)
      for matrix in FrameCase.Matrix.all {
        for (depth, full) in [(8, false), (8, true), (10, false), (16, true)] as [(Int32, Bool)] {
          let frame = FrameCase.yuv(
            FrameCase.Chroma.all[0], depth: depth, full: full, matrix: matrix, cosited: centred, size: (5, 37))
          let coded = CodedFrame(frame), image = FloatImage(h: 5, w: 37)
          coded.fillRandomly(seed: 9)
          try seams.unpack(coded, into: image)
          var largest = 0.0
          for y in 0..<5 {
            for x in 0..<37 {
              let rgb = (0..<3).map { Double(image[$0, y, x]) }
              for (plane, exact) in codes(of: rgb, in: frame).enumerated() {
                largest = max(largest, abs(exact - Double(coded[plane, y, x])))
              }
            }
          }
          #expect(largest < Double(frame.top) * 4e-7, "\(frame) is off by \(largest) codes")
        }
      }
    }
  }

  @Test("Planar RGB is in the order G, B, R")
  func planeOrder() throws {
    let seams = FrameSeams(level: sth_cpu_level_best()), frame = FrameCase.plain(rgb: true, size: (2, 3), white: 255)
    let coded = CodedFrame(frame), back = CodedFrame(frame), image = FloatImage(h: 2, w: 3)
    coded.fill([20, 30, 10])
    try seams.unpack(coded, into: image)
    #expect(image[0, 1, 2] == 10 && image[1, 1, 2] == 20 && image[2, 1, 2] == 30)
    try seams.pack(image, into: back)
    #expect(coded.compare(back).largest == 0)
  }

  @Test("Pack rounds halves up, the float below a half down, and clips to the codes that exist")
  func rounding() throws {
    let values: [Float] = [
      0.5, 0.49999997, 1.5, 1.4999999, 254.5, 254.49998, 255.4, 300, -0.5, -7, .infinity, -.infinity, .nan,
    ]
    let wanted = [1, 0, 2, 1, 255, 254, 255, 255, 0, 0, 255, 0, 0]
    for level in FrameSeams.levels {
      for copies in [1, 3] {
        let w = values.count * copies, seams = FrameSeams(level: level)
        let frame = FrameCase.plain(rgb: true, size: (1, Int32(w)), white: 255)
        let image = FloatImage(h: 1, w: w), coded = CodedFrame(frame)
        for x in 0..<w { for channel in 0..<3 { image[channel, 0, x] = values[x % values.count] } }
        try seams.pack(image, into: coded)
        for plane in 0..<3 {
          let codes: [Int] = (0..<w).map { coded[plane, 0, $0] }
          let expected: [Int] = (0..<w).map { wanted[$0 % wanted.count] }
          #expect(codes == expected)
        }
      }
    }
  }

  @Test("NaN becomes black in limited video too")
  func notANumber() throws {
    for level in FrameSeams.levels {
      let seams = FrameSeams(level: level)
      for chroma in FrameCase.Chroma.all {
        let frame = FrameCase.yuv(chroma, depth: 10, cosited: (true, true), size: (6, 41))
        let image = FloatImage(h: 6, w: 41), coded = CodedFrame(frame), black = CodedFrame(frame)
        for y in 0..<6 { for x in 0..<41 { for channel in 0..<3 { image[channel, y, x] = .nan } } }
        black.fill([64, 512, 512])
        try seams.pack(image, into: coded)
        #expect(coded.compare(black).largest == 0, "\(frame)")
      }
    }
  }

  @Test("Gray packs the luma of its weights")
  func grayLuma() throws {
    for level in FrameSeams.levels {
      let seams = FrameSeams(level: level), frame = FrameCase.plain(rgb: false, full: false, size: (1, 20))
      let image = FloatImage(h: 1, w: 20), coded = CodedFrame(frame)
      for (channel, value) in ([1, 0.5, 0.25] as [Float]).enumerated() {
        for x in 0..<20 { image[channel, 0, x] = value }
      }
      try seams.pack(image, into: coded)
      let exact = 16 + 219 * (0.2126 + 0.5 * 0.7152 + 0.25 * 0.0722)
      #expect((0..<20).allSatisfy { coded[0, 0, $0] == Int(exact.rounded()) })
    }
  }
}
