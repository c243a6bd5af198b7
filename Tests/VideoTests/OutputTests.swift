// Outputs of all kinds: pictures, pipes, containers with companions.
import Foundation
import TestFolders
import Testing

@testable import Video

@Suite("Outputs") struct OutputTests {
  private func film(_ scratch: Scratch, _ words: String = "") throws -> String {
    let path = scratch.path("film.mkv")
    try Tool.ffmpeg(
      "-f lavfi -i testsrc2=size=128x96:rate=25 -f lavfi -i sine -t 0.4 \(words) -c:v libx264 -pix_fmt yuv420p -c:a aac \(path)"
    )
    return path
  }

  @Test("an mp4 on a pipe is written in fragments and says so")
  func mp4Pipe() throws {
    let scratch = try Scratch()
    var output = OutputOptions()
    output.format = "mp4"
    let (outcome, frames) = try Passthrough.throughPipes(
      film(scratch), producer: "-f nut -c:v rawvideo -c:a copy", output: output)
    #expect(frames.count == 10)
    #expect(outcome.notes.contains { $0.contains("fragments") })
  }

  @Test(
    "sound is copied into every container that has a place for it",
    arguments: ["mp4", "mkv", "mov", "nut", "ts", "flv", "avi"])
  func sound(ending: String) throws {
    let scratch = try Scratch()
    let film = try film(scratch)
    let out = scratch.path("out.\(ending)")
    let outcome = try Passthrough.copy(.path(film), .path(out))
    #expect(outcome.losses == [])
    #expect(try Tool.probe("stream=codec_name", of: out, stream: "a:0").split(separator: "\n").first == "aac")
    // MPEG-TS wraps AAC in ADTS headers; everywhere else the packets are the same bytes.
    guard ending != "ts" else { return }
    #expect(
      try Tool.frames(of: out, "-map 0:a -c copy").map(\.md5) == Tool.frames(of: film, "-map 0:a -c copy").map(\.md5))
  }

  @Test(
    "sound has no place in y4m, rawvideo, gif and pictures, which is said", arguments: ["y4m", "gif", "raw", "png"])
  func silence(ending: String) throws {
    let scratch = try Scratch()
    var output = OutputOptions()
    if ending == "raw" { output.format = "rawvideo" }
    let name = ending == "png" ? "out%03d.png" : "out.\(ending)"
    let outcome = try Passthrough.copy(.path(film(scratch)), .path(scratch.path(name)), output: output)
    #expect(outcome.losses.contains { $0.contains("audio (aac)") })
    #expect(outcome.frames == 10)
  }

  @Test("chapters, titles, languages and subtitles travel along")
  func companions() throws {
    let scratch = try Scratch()
    try Data("1\n00:00:00,000 --> 00:00:00,300\nhello\n".utf8).write(to: URL(fileURLWithPath: scratch.path("s.srt")))
    try Data(
      ";FFMETADATA1\ntitle=A film\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=200\ntitle=one\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=200\nEND=400\ntitle=two\n"
        .utf8
    )
    .write(to: URL(fileURLWithPath: scratch.path("m.txt")))
    let film = scratch.path("rich.mkv")
    try Tool.ffmpeg(
      "-f lavfi -i testsrc2=size=64x48:rate=25 -f lavfi -i sine -i \(scratch.path("s.srt")) -i \(scratch.path("m.txt")) -map 0 -map 1 -map 2 -map_metadata 3 -map_chapters 3 -t 0.4 -metadata:s:a:0 language=fra -c:v libx264 -c:a aac -c:s srt \(film)"
    )
    let out = scratch.path("out.mkv")
    let outcome = try Passthrough.copy(.path(film), .path(out))
    #expect(outcome.losses == [])
    #expect(try Tool.probe("stream=codec_name", of: out, stream: "s:0") == "subrip")
    #expect(try Tool.probe("stream_tags=language", of: out, stream: "a:0") == "fra")
    #expect(try Tool.probe("format_tags=title", of: out) == "A film")
    let chapters = String(
      decoding: try Tool.run(["ffprobe", "-v", "error", "-show_chapters", "-of", "csv=p=0", out]), as: UTF8.self)
    #expect(chapters.split(separator: "\n").count == 2)
    let mp4 = try Passthrough.copy(.path(film), .path(scratch.path("out.mp4")))
    #expect(mp4.losses == ["mp4 cannot carry subtitle (subrip); left out"])
  }

  @Test("a JPEG is full range BT.601 whatever the film was, and shows the same colours")
  func jpeg() throws {
    let scratch = try Scratch()
    let film = scratch.path("film.mkv")
    try Tool.ffmpeg(
      "-f lavfi -i color=0x2060c0:size=64x48 -frames:v 1 -vf scale=out_color_matrix=bt709:out_range=tv,format=yuv420p -colorspace bt709 -color_range tv -c:v ffv1 \(film)"
    )
    let out = scratch.path("out.jpg")
    try Passthrough.copy(.path(film), .path(out), output: quality)
    let reader = try MediaReader(.path(out))
    #expect(reader.info.color.range == .full)
    #expect(reader.info.pixelFormat.name == "yuv420p")
    guard case .frame(let frame)? = try reader.next() else {
      Issue.record("no frame")
      return
    }
    let rgb = try FrameConverter(to: PixelFormat(named: "rgb24")).convert(frame)
    let pixel = try rgb.withPlane(0) { plane in (0..<3).map { Int(plane.base.load(fromByteOffset: $0, as: UInt8.self)) }
    }
    for (got, exact) in zip(pixel, [0x20, 0x60, 0xc0]) { #expect(abs(got - exact) <= 3, "\(pixel)") }
  }

  private var quality: OutputOptions {
    var output = OutputOptions()
    output.options = [("qmin", "1"), ("qmax", "1")]
    return output
  }

  @Test(
    "pictures become a film that players take: 4:2:0 in H.264, but never at the price of the size",
    arguments: [("64x48", "yuv420p"), ("63x47", "yuv444p")])
  func picturesToFilm(size: String, format: String) throws {
    let scratch = try Scratch()
    try Tool.ffmpeg("-f lavfi -i testsrc2=size=\(size),format=rgb24 -frames:v 3 \(scratch.path("p%02d.png"))")
    let out = scratch.path("film.mp4")
    _ = try Passthrough.copy(.path(scratch.path("p%02d.png")), .path(out))
    let sides = size.split(separator: "x").map(String.init)
    #expect(
      try Tool.probe("stream=width,height,pix_fmt", of: out).split(separator: ",").map(String.init) == sides + [format]
    )
  }

  @Test("an odd size that H.264 cannot hold in 4:2:0 is kept in 4:4:4, and that is said")
  func oddSizeInH264() throws {
    let scratch = try Scratch()
    let (odd, out) = (scratch.path("odd.mkv"), scratch.path("odd.mp4"))
    try Tool.ffmpeg("-f lavfi -i testsrc2=size=63x47,format=rgb24 -frames:v 3 -pix_fmt yuv420p -c:v ffv1 \(odd)")
    let outcome = try Passthrough.copy(.path(odd), .path(out))
    #expect(outcome.losses == ["libx264 cannot hold 63x47 in yuv420p; yuv444p is used"])
    #expect(try Tool.probe("stream=width,height,pix_fmt", of: out) == "63,47,yuv444p")
  }

  @Test("one picture takes one frame, and a pattern takes them all")
  func pictures() throws {
    let scratch = try Scratch()
    let film = try film(scratch)
    #expect(throws: VideoError.self) { try Passthrough.copy(.path(film), .path(scratch.path("one.png"))) }
    try Passthrough.copy(.path(film), .path(scratch.path("f%02d.png")))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scratch.url.path).filter {
        $0.hasPrefix("f") && $0.hasSuffix("png")
      }.count == 10)
    let reader = try MediaReader(.path(film))
    while case .packet? = try reader.next() {}
    guard case .frame(let frame)? = try reader.next() else { return }
    for ending in ["png", "jpg", "webp", "bmp", "tiff"] {
      let path = scratch.path("picture.\(ending)")
      try MediaWriter.writePicture(frame, to: path)
      #expect(try Tool.probe("stream=width,height", of: path) == "128,96")
      #expect(throws: VideoError.self) { try MediaWriter.writePicture(frame, to: path) }
      try MediaWriter.writePicture(frame, to: path, overwrite: true)
    }
  }

  @Test("encoder options arrive, and the pixel format is taken literally when asked for")
  func options() throws {
    let scratch = try Scratch()
    let film = try film(scratch)
    func size(_ crf: Double) throws -> Int {
      var output = OutputOptions()
      output.crf = crf
      output.preset = "veryfast"
      output.overwrite = true
      output.options = [("movflags", "faststart")]
      try Passthrough.copy(.path(film), .path(scratch.path("q.mp4")), output: output)
      return try Data(contentsOf: URL(fileURLWithPath: scratch.path("q.mp4"))).count
    }
    #expect(try size(10) > 2 * size(45))
    var output = OutputOptions()
    output.pixelFormat = "yuv422p10"
    try Passthrough.copy(.path(film), .path(scratch.path("deep.mp4")), output: output)
    #expect(try Tool.probe("stream=pix_fmt", of: scratch.path("deep.mp4")) == "yuv422p10le")
    output.codec = "mpeg4"
    #expect(throws: VideoError.self) {
      try Passthrough.copy(.path(film), .path(scratch.path("no.mp4")), output: output)
    }
  }

  @Test("raw frames in and out of pipes need words but lose nothing")
  func rawPipe() throws {
    let scratch = try Scratch()
    let film = try film(scratch)
    var input = InputOptions()
    input.format = "rawvideo"
    input.size = (128, 96)
    input.rate = Rational(25, 1)
    input.pixelFormat = "yuv420p"
    var output = OutputOptions()
    output.format = "rawvideo"
    let (outcome, frames) = try Passthrough.throughPipes(
      film, producer: "-fps_mode passthrough -f rawvideo -pix_fmt yuv420p", input: input, output: output,
      consumer: "-f rawvideo -s 128x96 -r 25 -pix_fmt yuv420p")
    #expect(outcome.frames == 10)
    #expect(try frames.map(\.md5) == Tool.frames(of: film).map(\.md5))
  }

  @Test("frames of another size or format in the middle are fitted to the output")
  func changes() throws {
    let scratch = try Scratch()
    let pool = try FramePool(width: 64, height: 48, pixelFormat: PixelFormat(named: "gbrp"))
    let other = try FramePool(width: 32, height: 32, pixelFormat: PixelFormat(named: "gray16le"))
    let video = VideoProperties(
      width: 64, height: 48, pixelFormat: pool.pixelFormat, timeBase: Rational(1, 25), frameRate: Rational(25, 1))
    let writer = try MediaWriter(.path(scratch.path("out.mkv")), video: video)
    for index in 0..<4 {
      let frame = try (index % 2 == 0 ? pool : other).next()
      frame.timeBase = video.timeBase
      frame.presentationTime = Int64(index)
      try writer.write(frame)
    }
    try writer.finish()
    try writer.finish()
    #expect(try Tool.frames(of: scratch.path("out.mkv")).count == 4)
    #expect(throws: VideoError.self) { try writer.write(pool.next()) }
  }
}
