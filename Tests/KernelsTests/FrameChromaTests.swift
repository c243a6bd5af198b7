// FrameChromaTests.swift - where chroma lies between luma samples: siting along both axes of the frame seams.
import Kernels
import PluginAPI
import Testing

@Suite("Frame seams: chroma siting")
struct FrameChromaTests {
  /// Cr of every pixel in codes above 128, read back from R and Y (full range, luma 0).
  private func upsampled(_ frame: FrameCase, level: UInt32, cr: (_ y: Int, _ x: Int) -> Int) throws -> [[Double]] {
    let coded = CodedFrame(frame), h = Int(frame.layout.h), w = Int(frame.layout.w), image = FloatImage(h: h, w: w)
    coded.fill([0, 128, 128])
    let size = frame.planeSizes[2]
    for y in 0..<size.h { for x in 0..<size.w { coded[2, y, x] = cr(y, x) } }
    try FrameSeams(level: level).unpack(coded, into: image)
    let scale = 255 / (2 * (1 - frame.layout.kr))
    return (0..<h).map { y in (0..<w).map { x in Double(image[0, y, x]) * scale } }
  }

  @Test("A linear ramp of cosited chroma stays a linear ramp up to the last sample, and flat beyond it")
  func cositedRamp() throws {
    for level in FrameSeams.levels {
      for w in [34, 35, 70] {
        let across = FrameCase.yuv(
          FrameCase.Chroma.all[1], full: true, cosited: (false, true), size: (2, Int32(w)))
        for row in try upsampled(across, level: level, cr: { _, x in 110 + 2 * x }) {
          for (x, value) in row.enumerated() {
            #expect(abs(value - Double(min(x, (w - 1) / 2 * 2) - 18)) < 1e-3, "column \(x) of \(across)")
          }
        }
      }
      for h in [34, 35] {
        let down = FrameCase.yuv(FrameCase.Chroma.all[3], full: true, cosited: (true, false), size: (Int32(h), 17))
        for (y, row) in try upsampled(down, level: level, cr: { y, _ in 110 + 2 * y }).enumerated() {
          let wanted = Double(min(y, (h - 1) / 2 * 2) - 18)
          #expect(row.allSatisfy { abs($0 - wanted) < 1e-3 }, "row \(y) of \(down)")
        }
      }
    }
  }

  @Test("Centred chroma belongs to both pixels of its pair, and chroma by four to all four")
  func centredRepeats() throws {
    for level in FrameSeams.levels {
      for (chroma, step) in [(2, (2, 2)), (4, (1, 4)), (5, (4, 4))] {
        let frame = FrameCase.yuv(FrameCase.Chroma.all[chroma], full: true, cosited: (false, false), size: (11, 39))
        let values = try upsampled(frame, level: level) { y, x in 100 + 5 * y + 3 * x }
        for y in 0..<11 {
          for x in 0..<39 {
            let wanted = Double(5 * (y / step.0) + 3 * (x / step.1) - 28)
            #expect(abs(values[y][x] - wanted) < 1e-3, "row \(y), column \(x) of \(frame)")
          }
        }
      }
    }
  }

  @Test("Packing a picture whose chroma is linear gives the chroma at the place of the sample")
  func packedRamp() throws {
    for level in FrameSeams.levels {
      for cosited in [false, true] {
        let frame = FrameCase.yuv(FrameCase.Chroma.all[2], full: true, cosited: (cosited, cosited), size: (20, 50))
        let image = FloatImage(h: 20, w: 50), coded = CodedFrame(frame)
        for y in 0..<20 {
          for x in 0..<50 {
            let red = Double(x + 2 * y) / 255 * 2 * (1 - frame.layout.kr)  // Cr is x + 2 y codes above 128, Y is 1/2
            image[0, y, x] = Float(0.5 + red)
            image[1, y, x] = Float(0.5 - red * frame.layout.kr / (1 - frame.layout.kr - frame.layout.kb))
            image[2, y, x] = 0.5
          }
        }
        try FrameSeams(level: level).pack(image, into: coded)
        let offset = cosited ? 0.0 : 1.5  // half a column and half a row of 2
        for y in 1..<9 {
          for x in 1..<24 {
            let exact = 128 + Double(2 * x + 4 * y) + offset
            #expect(abs(Double(coded[2, y, x]) - exact) <= 0.501, "row \(y), column \(x) of \(frame)")
            #expect(coded[1, y, x] == 128)
          }
        }
      }
    }
  }
}
