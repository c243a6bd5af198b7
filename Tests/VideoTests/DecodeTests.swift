// What the reader gives out is what ffmpeg decodes: pixels, upright, with tags.
import Foundation
import TestFolders
import Testing

@testable import Video

@Suite("Decoding") struct DecodeTests {
  /// All pixels that come out of reader and raw writer, and all that ffmpeg decodes.
  private func bytes(_ path: String, _ scratch: Scratch, ffmpegInput: String = "") throws -> (mine: Data, theirs: Data)
  {
    var output = OutputOptions()
    output.format = "rawvideo"
    output.overwrite = true
    try Passthrough.copy(.path(path), .path(scratch.path("mine.raw")), output: output)
    let mine = try Data(contentsOf: URL(fileURLWithPath: scratch.path("mine.raw")))
    return (mine, try Tool.ffmpeg("\(ffmpegInput) -i \(path) -map 0:v:0 -fps_mode passthrough -f rawvideo -"))
  }

  @Test(
    "every pixel format comes out bit for bit",
    arguments: [
      "yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p12le", "yuv444p16le", "yuva420p", "yuva444p10le", "gray",
      "gray10le",
      "gray16le", "gbrp", "gbrp10le", "gbrap", "bgr0", "bgra", "yuv411p", "yuv410p", "ya8",
    ])
  func formats(name: String) throws {
    let scratch = try Scratch()
    let clip = scratch.path("clip.nut")
    // FFV1 turns planar 8-bit RGB into packed.
    let codec = name == "ya8" ? "rawvideo" : name == "gbrp" || name == "gbrap" ? "utvideo" : "ffv1"
    try Tool.ffmpeg(
      "-f lavfi -i testsrc2=size=66x50:rate=25 -frames:v 3 -pix_fmt \(name) -c:v \(codec) -strict -2 \(clip)")
    let reader = try MediaReader(.path(clip))
    #expect(reader.info.pixelFormat.name == name)
    let (mine, theirs) = try bytes(clip, scratch)
    #expect(!mine.isEmpty)
    #expect(mine == theirs)
  }

  @Test("odd and tiny sizes come out bit for bit", arguments: ["2x2", "17x23", "1x1", "3x1", "1x5"])
  func sizes(size: String) throws {
    let scratch = try Scratch()
    let clip = scratch.path("clip.y4m")
    try Tool.ffmpeg(
      "-f lavfi -i color=orange:size=64x64 -frames:v 2 -vf scale=\(size.replacingOccurrences(of: "x", with: ":")) -pix_fmt yuv420p \(clip)"
    )
    let (mine, theirs) = try bytes(clip, scratch)
    #expect(mine == theirs)
    var output = OutputOptions()
    output.overwrite = true
    try Passthrough.copy(.path(clip), .path(scratch.path("out.y4m")), output: output)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: scratch.path("out.y4m")))
        == Data(contentsOf: URL(fileURLWithPath: clip)))
  }

  @Test(
    "rotation is applied as ffmpeg applies it, and the aspect ratio turns along",
    arguments: ["90", "180", "270"], ["yuv420p", "yuv422p", "yuv444p10le"])
  func rotation(degrees: String, format: String) throws {
    let scratch = try Scratch()
    let (flat, clip) = (scratch.path("flat.mp4"), scratch.path("turned.mp4"))
    try Tool.ffmpeg(
      "-f lavfi -i testsrc2=size=66x50 -frames:v 2 -vf setsar=4/3 -c:v libx264 -pix_fmt \(format) \(flat)")
    try Tool.ffmpeg("-i \(flat) -c copy -metadata:s:v rotate=\(degrees) \(clip)")
    let info = try MediaReader(.path(clip)).info
    let turned = degrees != "180"
    #expect(info.width == (turned ? 50 : 66))
    #expect(info.height == (turned ? 66 : 50))
    #expect(info.sampleAspectRatio.value == (turned ? 0.75 : 4 / 3.0))
    // Turned 4:2:2 is 4:4:0 here and 4:4:4 with ffmpeg, which computes chroma anew: only luma compares.
    let (mine, theirs) = try bytes(clip, scratch)
    let same = format == "yuv422p" ? 66 * 50 : mine.count
    #expect(mine.prefix(same) == theirs.prefix(same))
    #expect(mine.count == 2 * 66 * 50 * (format == "yuv420p" ? 3 : format == "yuv422p" ? 4 : 12) / 2)
    // The output must not be turned a second time.
    try Passthrough.copy(.path(clip), .path(scratch.path("again.mp4")))
    #expect(try Tool.probe("stream_side_data=rotation", of: scratch.path("again.mp4")) == "")
  }

  @Test("a sequence of pictures comes in order, and one picture is known as one")
  func pictures() throws {
    let scratch = try Scratch()
    try Tool.ffmpeg("-f lavfi -i testsrc2=size=30x20 -frames:v 5 \(scratch.path("f%04d.png"))")
    let sequence = try MediaReader(.path(scratch.path("f%04d.png")))
    #expect(sequence.info.pixelFormat.name == "rgb24")
    #expect(sequence.info.frameCount == 5)
    let (mine, theirs) = try bytes(scratch.path("f%04d.png"), scratch)
    #expect(mine == theirs)
    let one = try MediaReader(.path(scratch.path("f0001.png")))
    #expect(one.info.isPicture)
    #expect(try bytes(scratch.path("f0001.png"), scratch).mine.count == 30 * 20 * 3)
  }

  @Test(
    "the orientation that a camera wrote into a JPEG is applied",
    arguments: [
      (1, "null"), (2, "hflip"), (3, "hflip,vflip"), (4, "vflip"), (5, "transpose=0"), (6, "transpose=1"),
      (7, "transpose=3"),
      (8, "transpose=2"),
    ])
  func exif(orientation: UInt8, filter: String) throws {
    let scratch = try Scratch()
    let (flat, turned) = (scratch.path("flat.jpg"), scratch.path("turned.jpg"))
    try Tool.ffmpeg("-f lavfi -i testsrc2=size=48x32 -frames:v 1 -pix_fmt yuvj420p \(flat)")
    // Start of image, then an EXIF segment of one entry: tag 0x0112, type short, count 1.
    let header: [UInt8] = [0xff, 0xe1, 0, 34] + Array("Exif".utf8) + [0, 0] + Array("II".utf8) + [42, 0, 8, 0, 0, 0]
    let entry: [UInt8] = [1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]
    let data = try Data(contentsOf: URL(fileURLWithPath: flat))
    try (data.prefix(2) + header + entry + data.dropFirst(2)).write(to: URL(fileURLWithPath: turned))
    var output = OutputOptions()
    output.format = "rawvideo"
    try Passthrough.copy(.path(turned), .path(scratch.path("mine.raw")), output: output)
    let theirs = try Tool.ffmpeg("-i \(flat) -vf \(filter) -f rawvideo -")
    #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.path("mine.raw"))) == theirs)
  }

  @Test(
    "packed frames become planar without loss",
    arguments: [
      "rgb24", "bgr24", "rgba", "bgra", "0rgb", "rgb48le", "rgba64le", "nv12", "nv21", "p010le", "yuyv422", "uyvy422",
      "gray10be", "yuv420p10be", "monow", "pal8",
    ])
  func planar(name: String) throws {
    let scratch = try Scratch()
    let clip = scratch.path("clip.nut")
    let pixels = name == "pal8" ? "-vf format=rgb8,format=pal8" : "-pix_fmt yuv444p16le"
    try Tool.ffmpeg("-f lavfi -i testsrc2=size=64x48 -frames:v 1 \(pixels) -c:v rawvideo \(clip)")
    let reader = try MediaReader(.path(clip))
    guard case .frame(let decoded)? = try reader.next() else {
      Issue.record("no frame")
      return
    }
    let frame = name == "pal8" ? decoded : try FrameConverter(to: PixelFormat(named: name)).convert(decoded)
    #expect(frame.pixelFormat.name == name)
    let target = frame.pixelFormat.nearestPlanar
    #expect(target.isNativePlanar)
    let planar = try FrameConverter(to: target).convert(frame)
    #expect(planar.pixelFormat == target)
    // Back again: the same bytes, where libswscale can write the format at all.
    guard name != "pal8" else { return }
    let back = try FrameConverter(to: frame.pixelFormat, color: frame.color).convert(planar)
    for plane in 0..<frame.planeCount {
      #expect(try largestDifference(frame, back, plane) == 0, "plane \(plane) of \(name) through \(target)")
    }
  }

  private func largestDifference(_ a: Frame, _ b: Frame, _ plane: Int) throws -> Int {
    try a.withPlane(plane) { a in
      try b.withPlane(plane) { b in
        var largest = 0
        for row in 0..<a.height {
          for column in 0..<a.width * a.bytesPerSample {
            let x = (a.base + row * a.strideBytes).load(fromByteOffset: column, as: UInt8.self)
            let y = (b.base + row * b.strideBytes).load(fromByteOffset: column, as: UInt8.self)
            largest = max(largest, abs(Int(x) - Int(y)))
          }
        }
        return largest
      }
    }
  }
}
