// ProgramTests.swift - what works from the command line: pipes, files, plugins, models.

import Foundation
import Testing

@Suite("stylehost from outside", .serialized)
struct ProgramTests {
  let folder: String

  init() throws { folder = try Clips.folder.get() }

  private func frames(_ file: String) throws -> [String] {
    let outcome = try Program.shell("ffmpeg -v error -i \(file) -an -f framemd5 - | grep -v '^#'", in: folder)
    return outcome.text.split(separator: "\n").map(String.init)
  }

  @Test("--version and --help succeed on stdout")
  func help() throws {
    #expect(try Program.run(["--version"]).text.hasPrefix("stylehost "))
    for arguments in [
      ["--help"], ["run", "--help"], ["plugins", "--help"], ["models", "convert", "--help"], ["bench", "--help"],
    ] {
      let help = try Program.run(arguments)
      #expect(help.code == 0)
      #expect(help.text.contains("USAGE"))
    }
  }

  @Test(
    "a pipe through an identity style gives every frame and time back, exactly",
    arguments: ["yuv4mpegpipe", "nut", "matroska"])
  func pipes(format: String) throws {
    let codec = format == "yuv4mpegpipe" ? "wrapped_avframe" : "rawvideo"
    let outcome = try Program.shell(
      """
      ffmpeg -v error -i clip.y4m -f \(format) -c:v \(codec) - | $S -q -s ./glow.so -f \(format) | \
      ffmpeg -v error -i - -f framemd5 - | grep -v '^#' > out.md5; ffmpeg -v error -i clip.y4m -f framemd5 - | grep -v '^#' > in.md5; \
      awk -F, '{print $6}' in.md5 > a; awk -F, '{print $6}' out.md5 > b; cmp a b && wc -l < out.md5
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    #expect(outcome.text.trimmingCharacters(in: .whitespacesAndNewlines) == "50")
  }

  @Test("raw video needs to be told what it is, and comes back as it was")
  func rawVideo() throws {
    let outcome = try Program.shell(
      """
      ffmpeg -v error -i clip.y4m -f rawvideo -pix_fmt rgb24 in.rgb && \
      $S -q --input-format rawvideo --size 160x120 --rate 25 --pix-fmt rgb24 -s ./glow.so -f rawvideo < in.rgb > out.rgb && cmp in.rgb out.rgb
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    #expect(try Program.shell("$S --input-format rawvideo -f nut < in.rgb", in: folder).code == 2)
  }

  @Test("a file keeps its frames, sound, aspect and colour tags")
  func file() throws {
    let outcome = try Program.shell("$S -q -y -s ./glow.so:saturation=0 clip.mp4 out.mp4", in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    let probe =
      "ffprobe -v error -select_streams v -show_entries stream=nb_frames,sample_aspect_ratio,color_range,color_space,color_transfer,color_primaries,r_frame_rate -of default=nw=1"
    #expect(
      try Program.shell("\(probe) clip.mp4", in: folder).text == Program.shell("\(probe) out.mp4", in: folder).text)
    let sound = "-map 0:a -c copy -f md5 -"
    #expect(
      try Program.shell("ffmpeg -v error -i clip.mp4 \(sound)", in: folder).text
        == Program.shell("ffmpeg -v error -i out.mp4 \(sound)", in: folder).text)
    let times = "ffprobe -v error -select_streams v -show_entries frame=pts_time -of csv"
    #expect(
      try Program.shell("\(times) clip.mp4", in: folder).text == Program.shell("\(times) out.mp4", in: folder).text)
  }

  @Test("without a style frames are not touched")
  func passthrough() throws {
    #expect(
      try Program.shell("$S -q clip.y4m > same.y4m && cmp <(tail -n +2 clip.y4m) <(tail -n +2 same.y4m)", in: folder)
        .code == 0)
  }

  @Test("a chain of styles is the styles one after the other")
  func chain() throws {
    let outcome = try Program.shell(
      "$S -q -y -s ./glow.so -s ./glow.so --codec ffv1 clip.y4m chain.mkv && $S -q -y --codec ffv1 clip.y4m plain.mkv",
      in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    #expect(try frames("chain.mkv") == frames("plain.mkv"))
  }

  @Test("1 and 3 threads and every CPU level write the bytes the default writes")
  func threads() throws {
    let outcome = try Program.shell(
      """
      $S -q -s ./glow.so:contrast=130 clip.y4m > a.y4m; $S -q --threads 1 -s ./glow.so:contrast=130 clip.y4m | cmp - a.y4m && \
      $S -q --threads 3 -s ./glow.so:contrast=130 clip.y4m | cmp - a.y4m && STYLEHOST_CPU=reference $S -q -s ./glow.so:contrast=130 clip.y4m | cmp - a.y4m
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
  }

  @Test("progress goes to a file as key=value, and not to a stderr that is no terminal")
  func progress() throws {
    let outcome = try Program.shell("$S -y --progress p.txt clip.mp4 out.mkv && cat p.txt", in: folder)
    #expect(outcome.text.contains("frame=50\n"))
    #expect(outcome.text.hasSuffix("progress=end\n"))
    #expect(!outcome.words.contains("\r"))
    #expect(outcome.words.contains("50 frames"))
    #expect(try Program.shell("$S -q -y clip.mp4 out.mkv", in: folder).words.isEmpty)
  }

  @Test("what a format lost is told also where it shows only on the way, and one frame is one frame")
  func words() throws {
    let outcome = try Program.shell(
      """
      ffmpeg -v error -i clip.y4m -vf "select=not(mod(n\\,3))+eq(n\\,1)" -vsync vfr -f nut -c:v rawvideo - | $S > vfr.y4m && \
      $S -y --frames 1 clip.mp4 one.mkv
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    #expect(outcome.words.split(separator: "\n").filter { $0.contains("the varying times are lost") }.count == 1)
    #expect(outcome.words.contains("stylehost: 1 frame in"), "\(outcome.words)")
  }

  @Test(
    "the examples are what `plugins new` writes, file by file",
    arguments: [("c", "vivid"), ("swift", "fade")])
  func examples(language: String, name: String) throws {
    let outcome = try Program.shell(
      """
      rm -rf examples && mkdir -p examples/in && cp -r '\(Program.root.path)/examples/plugin-in-\(language)' examples/kept && cd examples/kept && \
      rm -rf .build Package.resolved *.so && cd ../in && $S plugins new \(name) --language \(language) --checkout '\(Program.root.path)' && \
      sed -i 's|\(Program.root.path)|../..|' \(name)/Makefile \(name)/Package.swift 2>/dev/null; diff -r \(name) ../kept
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.text)")
  }

  @Test("plugins list is a JSON array with five keys")
  func pluginsList() throws {
    let outcome = try Program.run(["plugins", "list", "--json", "--plugin-path", "glow.so"], in: folder)
    let list = try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [[String: Any]])
    let glow = try #require(list.first { $0["id"] as? String == "glow" })
    #expect(Set(glow.keys) == ["id", "version", "path", "status", "reason"])
    #expect(glow["status"] as? String == "ok")
    let info = try Program.run(["plugins", "info", "glow", "--json", "--plugin-path", "glow.so"], in: folder)
    let object = try #require(try JSONSerialization.jsonObject(with: info.output) as? [String: Any])
    #expect((object["parameters"] as? [[String: Any]])?.first?["key"] as? String == "saturation")
  }

  @Test("a plugin begun in C validates untouched, and is not overwritten")
  func template() throws {
    let outcome = try Program.run(["plugins", "validate", "glow.so", "--json"], in: folder)
    #expect(outcome.code == 0, "\(outcome.text)")
    #expect(outcome.text.contains("\"passed\""))
    #expect(try Program.run(["plugins", "new", "glow", "--language", "c"], in: folder).code == 6)
    #expect(try Program.run(["plugins", "new", "Gl ow", "--language", "c"], in: folder).code == 2)
  }

  @Test(
    "a plugin begun in Swift builds and validates untouched",
    .enabled(
      if: ProcessInfo.processInfo.environment["STYLEHOST_LONG_TESTS"] != nil,
      "builds a package: set STYLEHOST_LONG_TESTS"))
  func swiftTemplate() throws {
    let outcome = try Program.shell(
      "$S plugins new fade --language swift && cd fade && swift build -c release >&2 && $S plugins validate .build/release/libfade.so",
      in: folder)
    #expect(outcome.code == 0, "\(outcome.text)\(outcome.words)")
  }

  @Test("memory does not grow over 2,000 frames")
  func memory() throws {
    let outcome = try Program.shell(
      """
      peak() { $S bench -s ./glow.so --size 160x120 --frames $1 --json | grep peak_rss | tr -dc 0-9; }; echo $(( $(peak 2000) - $(peak 100) ))
      """, in: folder)
    let growth = Int(outcome.text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? .max
    #expect(growth < 4 << 20, "\(growth) bytes more than over 100 frames")
  }
}
