// SeamTests.swift - frames through unpack and pack come back as they were.

import Testing
import Video

@testable import Host

@Suite("the seams between frames and pictures")
struct SeamTests {
  @Test(
    "every sample of a planar frame comes back",
    arguments: [
      ("yuv420p", ColorTags(range: .limited, matrix: .smpte170m)), ("yuv420p", ColorTags(range: .full, matrix: .bt709)),
      ("yuv420p", .unspecified), ("yuv422p10le", ColorTags(range: .limited, matrix: .bt709)),
      ("yuv444p12le", ColorTags(range: .full, matrix: .bt2020NonConstant)), ("gray", .unspecified),
      ("gbrp", .unspecified),
      ("yuva420p", ColorTags(range: .limited, matrix: .bt709)), ("gbrap", .unspecified),
    ] as [(String, ColorTags)], [(64, 48), (17, 23), (1, 1)])
  func identity(format: (String, ColorTags), size: (Int, Int)) throws {
    let services = try ComputeServices(threads: 2)
    let frame = try TestFrames.noise(format.0, size.0, size.1, format.1)
    let image = try ImageBuffer(h: size.1, w: size.0)
    let unpacker = FrameUnpacker(services)
    try unpacker.unpack(frame, into: image, black: 0, white: 255)
    let packer = FramePacker(services, pixelFormat: frame.pixelFormat, color: format.1)
    let back = try packer.pack(image, black: 0, white: 255, source: frame)
    #expect(try TestFrames.samples(back) == TestFrames.samples(frame))
    #expect(back.presentationTime == 42)
    #expect(back.timeBase == Rational(1, 25))
  }

  @Test("packed formats are read through the converter")
  func packedFormats() throws {
    let services = try ComputeServices(threads: 1)
    let frame = try TestFrames.noise("rgb24", 5, 3, .unspecified)
    let image = try ImageBuffer(h: 3, w: 5)
    try FrameUnpacker(services).unpack(frame, into: image, black: 0, white: 1)
    let bytes = try TestFrames.samples(frame)[0]
    for y in 0..<3 {
      for x in 0..<5 {
        for c in 0..<3 { #expect(abs(image.row(c: c, y: y)[x] * 255 - Float(bytes[y * 15 + x * 3 + c])) < 0.01) }
      }
    }
  }

  @Test("a frame without alpha becomes opaque in a format with alpha")
  func opaque() throws {
    let services = try ComputeServices(threads: 1)
    let frame = try TestFrames.noise("gbrp", 4, 4, .unspecified)
    let image = try ImageBuffer(h: 4, w: 4)
    try FrameUnpacker(services).unpack(frame, into: image, black: 0, white: 1)
    let packer = FramePacker(services, pixelFormat: try PixelFormat(named: "gbrap"), color: .unspecified)
    #expect(
      try TestFrames.samples(packer.pack(image, black: 0, white: 1, source: frame))[3]
        == [Int](repeating: 255, count: 16))
  }
}
