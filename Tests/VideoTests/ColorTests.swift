// Colour: tags survive, and conversions honour matrix and range on both sides.
import Foundation
import TestFolders
import Testing

@testable import Video

@Suite("Colour") struct ColorTests {
  /// A frame of one YUV colour.
  private func flat(_ y: UInt8, _ u: UInt8, _ v: UInt8, color: ColorTags, width: Int = 32, height: Int = 32) throws
    -> Frame
  {
    let frame = try FramePool(width: width, height: height, pixelFormat: PixelFormat(named: "yuv420p")).next()
    for (index, value) in [y, u, v].enumerated() {
      try frame.withMutablePlane(index) { plane in
        for row in 0..<plane.height {
          memset(plane.base + row * plane.strideBytes, Int32(value), plane.width)
        }
      }
    }
    frame.color = color
    return frame
  }

  private func samples(_ frame: Frame) throws -> [Int] {
    try (0..<frame.planeCount).map { index in
      try frame.withPlane(index) {
        Int(($0.base + $0.strideBytes).load(fromByteOffset: $0.bytesPerSample, as: UInt8.self))
      }
    }
  }

  @Test(
    "YUV to RGB follows the matrix and range of the tag",
    arguments: [ColorMatrix.bt709, .smpte170m, .bt470bg, .smpte240m, .bt2020NonConstant])
  func toRGB(matrix: ColorMatrix) throws {
    let (kr, kg, kb) = try #require(matrix.lumaCoefficients)
    for range in [ColorRange.limited, .full] {
      for (y, u, v) in [(81, 90, 200), (145, 54, 34), (120, 140, 110), (200, 128, 128)] as [(UInt8, UInt8, UInt8)] {
        let frame = try flat(y, u, v, color: ColorTags(range: range, matrix: matrix))
        let rgb = try samples(FrameConverter(to: PixelFormat(named: "gbrp")).convert(frame))
        let luma = range == .full ? Double(y) / 255 : (Double(y) - 16) / 219
        let blue = (Double(u) - 128) / (range == .full ? 255 : 224)
        let red = (Double(v) - 128) / (range == .full ? 255 : 224)
        let r = luma + 2 * (1 - kr) * red
        let b = luma + 2 * (1 - kb) * blue
        let g = (luma - kr * r - kb * b) / kg
        for (got, exact) in zip(rgb, [g, b, r]) {
          #expect(abs(Double(got) - min(max(exact * 255, 0), 255)) <= 1.01, "\(matrix) \(range) \(y),\(u),\(v)")
        }
      }
    }
  }

  @Test("RGB to YUV and back comes within one code value", arguments: [ColorMatrix.bt709, .smpte170m])
  func roundTrip(matrix: ColorMatrix) throws {
    for range in [ColorRange.limited, .full] {
      let tags = ColorTags(range: range, matrix: matrix)
      let frame = try flat(130, 110, 150, color: tags)
      let rgb = try FrameConverter(to: PixelFormat(named: "gbrp")).convert(frame)
      #expect(rgb.color.matrix == .rgb)
      let back = try FrameConverter(to: PixelFormat(named: "yuv420p"), color: tags).convert(rgb)
      #expect(back.color.matrix == matrix)
      #expect(back.color.range == range)
      for (a, b) in zip(try samples(frame), try samples(back)) { #expect(abs(a - b) <= 1) }
    }
  }

  @Test(
    "gray, deep and full-range formats become RGB by their range",
    arguments: [
      ("gray", ColorRange.limited, 235, 255), ("gray", .limited, 16, 0), ("gray", .full, 235, 235),
      ("gray", .unspecified, 16, 16), ("yuvj420p", .unspecified, 235, 235), ("yuv420p", .limited, 235, 255),
      ("yuv420p10le", .limited, 940, 255), ("yuv420p10le", .full, 1023, 255), ("yuv444p16le", .limited, 4096, 0),
    ])
  func ranges(name: String, range: ColorRange, luma: Int, red: Int) throws {
    let asked = try PixelFormat(named: name)
    let frame = try FramePool(width: 32, height: 32, pixelFormat: asked.withoutRange).next()
    frame.color = ColorTags(range: asked == asked.withoutRange ? range : .full, matrix: .bt709)
    let neutral = 1 << (frame.pixelFormat.layout.bitDepth - 1)
    for index in 0..<frame.planeCount {
      try frame.withMutablePlane(index) { plane in
        for row in 0..<plane.height {
          for column in 0..<plane.width {
            let value = UInt16(index == 0 ? luma : neutral)
            let place = plane.base + row * plane.strideBytes + column * plane.bytesPerSample
            if plane.bytesPerSample == 1 {
              place.storeBytes(of: UInt8(value), as: UInt8.self)
            } else {
              place.storeBytes(of: value, as: UInt16.self)
            }
          }
        }
      }
    }
    let rgb = try samples(FrameConverter(to: PixelFormat(named: "gbrp")).convert(frame))
    for value in rgb { #expect(abs(value - red) <= 1, "\(rgb)") }
  }

  @Test("an unspecified matrix is BT.601 up to 576 rows and BT.709 above")
  func assumption() throws {
    let yuv = try PixelFormat(named: "yuv420p")
    #expect(ColorTags.unspecified.resolved(for: yuv, height: 576).matrix == .smpte170m)
    #expect(ColorTags.unspecified.resolved(for: yuv, height: 720).matrix == .bt709)
    #expect(ColorTags.unspecified.resolved(for: yuv, height: 720).range == .limited)
    #expect(try ColorTags.unspecified.resolved(for: PixelFormat(named: "rgb24"), height: 720).range == .full)
    let small = try samples(
      FrameConverter(to: PixelFormat(named: "gbrp")).convert(flat(100, 90, 170, color: .unspecified)))
    let said = try samples(
      FrameConverter(to: PixelFormat(named: "gbrp")).convert(
        flat(100, 90, 170, color: ColorTags(range: .limited, matrix: .bt470bg))))
    #expect(small == said)
  }

  @Test("one matrix and range becomes another within one code value")
  func betweenMatrices() throws {
    let frame = try flat(100, 110, 150, color: ColorTags(range: .limited, matrix: .smpte170m), width: 64, height: 64)
    let yuv = try PixelFormat(named: "yuv420p")
    let full = try FrameConverter(to: yuv, color: ColorTags(range: .full)).convert(frame)
    #expect(full.color.range == .full)
    for (got, exact) in zip(try samples(full), [97.8, 107.5, 153.0]) { #expect(abs(Double(got) - exact) <= 1.01) }
    let other = try FrameConverter(to: yuv, color: ColorTags(matrix: .bt709)).convert(frame)
    #expect(other.color.matrix == .bt709)
    let first = try samples(FrameConverter(to: PixelFormat(named: "gbrp")).convert(frame))
    let second = try samples(FrameConverter(to: PixelFormat(named: "gbrp")).convert(other))
    for (a, b) in zip(first, second) { #expect(abs(a - b) <= 2) }
    #expect(try samples(other) != samples(frame))
  }

  @Test("tags, aspect ratio and depth survive matroska and mp4", arguments: ["mkv", "mp4"])
  func tags(ending: String) throws {
    let scratch = try Scratch()
    let clip = scratch.path("hdr.mkv")
    try Tool.ffmpeg(
      "-f lavfi -i testsrc2=size=64x48 -frames:v 3 -vf setsar=4/3 -pix_fmt yuv420p10le -c:v libx265 -x265-params log-level=none -color_range tv -colorspace bt2020nc -color_primaries bt2020 -color_trc smpte2084 \(clip)"
    )
    let out = scratch.path("out.\(ending)")
    let outcome = try Passthrough.copy(.path(clip), .path(out))
    #expect(outcome.info.color.transfer == .pq)
    #expect(outcome.losses == [])
    let entries = "stream=pix_fmt,color_range,color_space,color_transfer,color_primaries,sample_aspect_ratio"
    #expect(try Tool.probe(entries, of: out) == Tool.probe(entries, of: clip))
    #expect(try Tool.probe(entries, of: out).contains("bt2020nc"))
  }

  @Test("y4m says that HDR tags are lost, and nothing where nothing is")
  func losses() throws {
    let scratch = try Scratch()
    let plain = scratch.path("plain.mkv")
    try Tool.ffmpeg("-f lavfi -i testsrc2=size=64x48 -frames:v 2 -pix_fmt yuv420p -c:v ffv1 \(plain)")
    #expect(try Passthrough.copy(.path(plain), .path(scratch.path("a.y4m"))).losses == [])
    let tagged = scratch.path("tagged.mkv")
    try Tool.ffmpeg(
      "-f lavfi -i testsrc2=size=64x48 -f lavfi -i sine -frames:v 2 -shortest -pix_fmt yuva444p10le -colorspace bt2020nc -color_trc smpte2084 -color_primaries bt2020 -c:v ffv1 -c:a flac \(tagged)"
    )
    let lines = try Passthrough.copy(.path(tagged), .path(scratch.path("b.y4m"))).losses.joined(separator: "\n")
    for word in ["8 of the 10 bits", "bt2020nc", "smpte2084", "audio (flac)"] {
      #expect(lines.contains(word), "\(word) in: \(lines)")
    }
    let rgb = try Passthrough.copy(.path(scratchPicture(scratch)), .path(scratch.path("c.y4m"))).losses.joined()
    #expect(rgb.contains("yuv444p"))
  }

  private func scratchPicture(_ scratch: Scratch) throws -> String {
    try Tool.ffmpeg("-f lavfi -i testsrc2=size=64x48 -frames:v 1 \(scratch.path("p.png"))")
    return scratch.path("p.png")
  }
}
