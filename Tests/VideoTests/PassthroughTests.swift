// Reader to writer without a plugin: frames, times, tags and sound come out as they went in.
import Foundation
import TestFolders
import Testing

@testable import Video

@Suite("Passthrough") struct PassthroughTests {
  @Test("y4m, nut and matroska pipes give back every frame at its time", arguments: ["y4m", "nut", "matroska"])
  func pipes(format: String) throws {
    let scratch = try Scratch()
    let clip = scratch.path("clip.mkv")
    try Tool.ffmpeg("-f lavfi -i testsrc2=size=64x48:rate=30000/1001 -frames:v 40 -pix_fmt yuv420p -c:v ffv1 \(clip)")
    var output = OutputOptions()
    output.format = format
    let producer =
      format == "y4m" ? "-f yuv4mpegpipe" : format == "nut" ? "-f nut -c:v rawvideo" : "-f matroska -c:v ffv1"
    let (outcome, frames) = try Passthrough.throughPipes(clip, producer: producer, output: output)
    let expected = try Tool.frames(of: clip)
    #expect(outcome.frames == 40)
    #expect(frames.map(\.md5) == expected.map(\.md5))
    for (mine, theirs) in zip(frames, expected) { #expect(abs(mine.microseconds - theirs.microseconds) <= 1000) }
  }

  @Test("an mp4 with sound keeps its sound packets, size, rate and length")
  func mp4WithSound() throws {
    let scratch = try Scratch()
    let clip = scratch.path("clip.mp4")
    let out = scratch.path("out.mp4")
    try Tool.ffmpeg(
      "-f lavfi -i testsrc2=size=64x48:rate=25 -f lavfi -i sine=frequency=440 -t 2 -c:v libx264 -pix_fmt yuv420p -c:a aac \(clip)"
    )
    let outcome = try Passthrough.copy(.path(clip), .path(out))
    #expect(outcome.frames == 50)
    #expect(outcome.losses == [])
    let words = "-map 0:a -c copy"
    #expect(try Tool.frames(of: out, words) == Tool.frames(of: clip, words))
    #expect(
      try Tool.probe("stream=r_frame_rate,avg_frame_rate,nb_frames,duration", of: out)
        == Tool.probe("stream=r_frame_rate,avg_frame_rate,nb_frames,duration", of: clip))
    #expect(try Tool.frames(of: out).map(\.microseconds) == Tool.frames(of: clip).map(\.microseconds))
  }
}
