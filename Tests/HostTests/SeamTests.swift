// SeamTests.swift - frames through unpack and pack come back as they were.

import Testing
import Video

@testable import Host

@Suite("the seams between frames and pictures")
struct SeamTests {
  private func noise(_ format: String, _ w: Int, _ h: Int, _ color: ColorTags) throws -> Frame {
    let pixelFormat = try PixelFormat(named: format)
    let frame = try FramePool(width: w, height: h, pixelFormat: pixelFormat).next()
    frame.color = color
    frame.timeBase = Rational(1, 25)
    frame.presentationTime = 42
    var state: UInt32 = 1
    for index in 0..<frame.planeCount {
      try frame.withMutablePlane(index) { plane in
        for y in 0..<plane.height {
          for x in 0..<plane.width {
            state = state &* 1_664_525 &+ 1_013_904_223
            let depth = pixelFormat.layout.bitDepth
            // Codes that 8-bit video is made of, headroom included.
            let code = Int(state >> 16) % (1 << depth)
            if plane.bytesPerSample == 1 {
              plane.base.storeBytes(of: UInt8(code), toByteOffset: y * plane.strideBytes + x, as: UInt8.self)
            } else {
              plane.base.storeBytes(of: UInt16(code), toByteOffset: y * plane.strideBytes + 2 * x, as: UInt16.self)
            }
          }
        }
      }
    }
    return frame
  }

  private func samples(_ frame: Frame) throws -> [[Int]] {
    try (0..<frame.planeCount).map { index in
      try frame.withPlane(index) { plane in
        (0..<plane.height).flatMap { y in
          (0..<plane.width).map { x in
            plane.bytesPerSample == 1
              ? Int(plane.base.load(fromByteOffset: y * plane.strideBytes + x, as: UInt8.self))
              : Int(plane.base.load(fromByteOffset: y * plane.strideBytes + 2 * x, as: UInt16.self))
          }
        }
      }
    }
  }

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
    let frame = try noise(format.0, size.0, size.1, format.1)
    let image = try ImageBuffer(h: size.1, w: size.0)
    let unpacker = FrameUnpacker(services)
    try unpacker.unpack(frame, into: image, black: 0, white: 255)
    let packer = FramePacker(services, pixelFormat: frame.pixelFormat, color: format.1)
    let back = try packer.pack(image, black: 0, white: 255, source: frame)
    #expect(try samples(back) == samples(frame))
    #expect(back.presentationTime == 42)
    #expect(back.timeBase == Rational(1, 25))
  }

  @Test("packed formats are read through the converter")
  func packedFormats() throws {
    let services = try ComputeServices(threads: 1)
    let frame = try noise("rgb24", 5, 3, .unspecified)
    let image = try ImageBuffer(h: 3, w: 5)
    try FrameUnpacker(services).unpack(frame, into: image, black: 0, white: 1)
    let bytes = try samples(frame)[0]
    for y in 0..<3 {
      for x in 0..<5 {
        for c in 0..<3 { #expect(abs(image.row(c: c, y: y)[x] * 255 - Float(bytes[y * 15 + x * 3 + c])) < 0.01) }
      }
    }
  }

  @Test("a frame without alpha becomes opaque in a format with alpha")
  func opaque() throws {
    let services = try ComputeServices(threads: 1)
    let frame = try noise("gbrp", 4, 4, .unspecified)
    let image = try ImageBuffer(h: 4, w: 4)
    try FrameUnpacker(services).unpack(frame, into: image, black: 0, white: 1)
    let packer = FramePacker(services, pixelFormat: try PixelFormat(named: "gbrap"), color: .unspecified)
    #expect(try samples(packer.pack(image, black: 0, white: 1, source: frame))[3] == [Int](repeating: 255, count: 16))
  }
}
