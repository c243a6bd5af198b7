// Times: varying rates survive where the container can, and the wanted window is exact.
import Foundation
import TestFolders
import Testing

@testable import Video

@Suite("Times") struct TimeTests {
  /// A clip whose frames come at irregular moments.
  private func irregular(_ scratch: Scratch, _ name: String = "vfr.nut") throws -> String {
    let path = scratch.path(name)
    try Tool.ffmpeg(
      "-f lavfi -t 1 -i testsrc2=size=64x48:rate=30 -vf select='not(mod(n,3))+not(mod(n,7))+eq(n,10)' -fps_mode vfr -pix_fmt yuv420p -enc_time_base 1/90000 -c:v ffv1 \(path)"
    )
    return path
  }

  @Test("irregular times survive nut, matroska and mp4", arguments: ["nut", "mkv", "mp4"])
  func variableRate(ending: String) throws {
    let scratch = try Scratch()
    let clip = try irregular(scratch)
    let out = scratch.path("out.\(ending)")
    try Passthrough.copy(.path(clip), .path(out))
    let before = try Tool.frames(of: clip).map(\.microseconds)
    let after = try Tool.frames(of: out).map(\.microseconds)
    #expect(before.count == 14)
    #expect(Set(zip(before, before.dropFirst()).map { $1 - $0 }).count > 1, "the clip is regular: nothing is tested")
    #expect(before.count == after.count)
    for (a, b) in zip(before, after) { #expect(abs(a - b) <= (ending == "mkv" ? 500 : 12)) }
  }

  @Test("irregular times through a nut pipe are exact")
  func variableRatePipe() throws {
    let scratch = try Scratch()
    let clip = try irregular(scratch)
    var output = OutputOptions()
    output.format = "nut"
    let (outcome, frames) = try Passthrough.throughPipes(
      clip, producer: "-fps_mode passthrough -enc_time_base -1 -f nut -c:v rawvideo", output: output)
    #expect(outcome.frames == 14)
    #expect(try frames == Tool.frames(of: clip))
  }

  @Test("y4m says that irregular times are lost")
  func variableRateY4M() throws {
    let scratch = try Scratch()
    let outcome = try Passthrough.copy(.path(irregular(scratch)), .path(scratch.path("out.y4m")))
    #expect(outcome.losses.contains { $0.contains("varying times") })
    #expect(outcome.frames == 14)
  }

  @Test("start, duration and frames are exact, for sound too", arguments: ["mp4", "mkv"])
  func window(ending: String) throws {
    let scratch = try Scratch()
    let clip = scratch.path("clip.\(ending)")
    try Tool.ffmpeg(
      "-f lavfi -i testsrc2=size=64x48:rate=25 -f lavfi -i sine -t 4 -c:v libx264 -g 50 -pix_fmt yuv420p -c:a aac \(clip)"
    )
    var input = InputOptions()
    input.start = 1.3
    input.duration = 1
    var output = OutputOptions()
    output.codec = "ffv1"
    let out = scratch.path("out.mkv")
    try Passthrough.copy(.path(clip), .path(out), input: input, output: output)
    let all = try Tool.frames(of: clip)
    let part = try Tool.frames(of: out)
    #expect(part.map(\.md5) == all.filter { $0.microseconds >= 1_300_000 && $0.microseconds < 2_300_000 }.map(\.md5))
    #expect(part.count == 25)
    #expect((part.first?.microseconds ?? -1) < 40_000)
    let sound = try Tool.frames(of: out, "-map 0:a -c copy")
    #expect(sound.count > 40 && sound.count < 46)
    input.frameLimit = 3
    let limited = try Passthrough.copy(.path(clip), .path(scratch.path("three.mkv")), input: input, output: output)
    #expect(limited.frames == 3)
    #expect(try Tool.frames(of: scratch.path("three.mkv")).map(\.md5) == part.prefix(3).map(\.md5))
    #expect(try Tool.frames(of: scratch.path("three.mkv"), "-map 0:a -c copy").count <= 7)
  }

  @Test("start works on a pipe, which cannot seek")
  func windowOfPipe() throws {
    let scratch = try Scratch()
    let clip = scratch.path("clip.mkv")
    try Tool.ffmpeg("-f lavfi -i testsrc2=size=64x48:rate=25 -t 2 -c:v ffv1 -pix_fmt yuv420p \(clip)")
    var input = InputOptions()
    input.start = 1
    input.frameLimit = 5
    var output = OutputOptions()
    output.format = "nut"
    let (outcome, frames) = try Passthrough.throughPipes(
      clip, producer: "-f nut -c:v rawvideo", input: input, output: output)
    #expect(outcome.frames == 5)
    #expect(try frames.map(\.md5) == Tool.frames(of: clip)[25..<30].map(\.md5))
  }

  @Test("a start behind the end is an input error that tells the length")
  func startBehindEnd() throws {
    let scratch = try Scratch()
    let clip = try irregular(scratch)
    var input = InputOptions()
    input.start = 100
    #expect(throws: VideoError.self) { _ = try MediaReader(.path(clip), options: input) }
  }

  @Test("frame rates and time bases are read exactly, and rationals parse")
  func rationals() throws {
    #expect(Rational(parsing: "30000/1001") == Rational(30000, 1001))
    #expect(Rational(parsing: "25") == Rational(25, 1))
    #expect(Rational(parsing: "29.97") == Rational(2997, 100))
    #expect(Rational(parsing: "0") == nil)
    #expect(Rational(parsing: "-5") == nil)
    #expect(Rational(parsing: "x") == nil)
    #expect(Rational(1, 25).rescale(3, to: Rational(1, 90000)) == 10800)
    #expect(InputOptions.parseSize("640x480")?.width == 640)
    #expect(InputOptions.parseSize("640") == nil)
    #expect(InputOptions.parseSize("0x5") == nil)
  }
}
