// OptionTests.swift - the options of every style from the command line: bytes, lanes, words and exit codes.

import Foundation
import Testing

@Suite("options of every style, from the command line")
struct OptionTests {
  private let folder: String

  init() throws { folder = try Clips.folder.get() }

  /// Runs a style over clip.y4m and gives the frames' bytes.
  private func frames(_ spec: String, _ more: String = "") throws -> Data {
    let outcome = try Program.shell(
      "$S run -q --plugin-path glow.so --plugin-path careless.so \(more) -s '\(spec)' -f rawvideo clip.y4m -",
      in: folder)
    try #require(outcome.code == 0, "\(outcome.words)")
    return outcome.output
  }

  @Test(
    "strength=0 and a mask of nothing leave every byte; a mask leaves those outside, whichever way threads share the work"
  )
  func bytes() throws {
    let (w, h) = (160, 120)
    let source = try frames("mischief")
    let plain = try frames("glow:saturation=20")
    #expect(source.count == 50 * w * h * 3 / 2)
    #expect(plain != source)
    #expect(try frames("glow:saturation=20,strength=0") == source)
    #expect(try frames("glow:saturation=20,mask=0") == source)
    let left = try frames("glow:saturation=20,mask=lt(x\\,80)", "--mode throughput")
    #expect(try frames("glow:saturation=20,mask=lt(x\\,80)", "--mode latency --threads 1") == left)
    #expect(left != source)
    for frame in stride(from: 0, to: source.count, by: w * h * 3 / 2) {
      for (begin, width, rows) in [(0, w, h), (w * h, w / 2, h / 2), (w * h * 5 / 4, w / 2, h / 2)] {
        for y in 0..<rows {
          let right = frame + begin + y * width + width / 2..<frame + begin + (y + 1) * width
          guard left[right] != source[right] else { continue }
          Issue.record("frame at \(frame), row \(y) is touched")
          return
        }
      }
    }
  }

  @Test("a video mask goes along with the frames, whichever way threads share the work")
  func videoMask() throws {
    let made = try Program.shell(
      "ffmpeg -v error -y -f lavfi -i testsrc2=s=80x50:r=10:d=1 -c:v libx264 -preset veryfast moving-mask.mkv",
      in: folder)
    try #require(made.code == 0, "\(made.words)")
    let spec = "glow:saturation=20,mask=moving-mask.mkv,color=match"
    let latency = try frames(spec, "--mode latency --threads 1")
    #expect(try frames(spec, "--mode throughput --threads 3") == latency)
    #expect(try frames("glow:saturation=20,color=match") != latency)
  }

  @Test("plugins info shows them, beside the plugin's own, and run's help names them")
  func help() throws {
    let info = try Program.run(["plugins", "info", "glow", "--plugin-path", "glow.so"], in: folder)
    #expect(info.text.contains("Options of every style:"))
    #expect(info.text.contains("  strength  (0.0...1.0; default 1.0)"))
    #expect(info.text.contains("  color  (one of style, keep, match; default style)"))
    let json = try Program.run(["plugins", "info", "glow", "--json", "--plugin-path", "glow.so"], in: folder)
    let object = try #require(try JSONSerialization.jsonObject(with: json.output) as? [String: Any])
    let options = try #require(object["options"] as? [[String: Any]])
    #expect(options.compactMap { $0["key"] as? String } == ["strength", "color", "mask", "size", "scale", "seed"])
    #expect(options[0]["is_runtime"] as? Bool == true)
    #expect(try Program.run(["run", "--help"]).text.contains("strength  How much of the style there is"))
    #expect(
      try Program.run(["plugins", "list", "--plugin-path", "glow.so"], in: folder).text.contains("strength=, color="))
  }

  @Test(
    "a value that makes no sense ends with exit code 2 and one line",
    arguments: [
      "strength=1.5", "strength=x", "color=none", "mask=nowhere.png", "mask=random(1)", "mask=clip.wrong", "size=0",
      "scale=9",
      "size=9,scale=1", "seed=x", "strenght=1",
    ])
  func mistakes(option: String) throws {
    let outcome = try Program.run(
      ["run", "--plugin-path", "glow.so", "-s", "glow:\(option)", "-f", "rawvideo", "clip.y4m", "-"], in: folder)
    #expect(outcome.code == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.words.split(separator: "\n").count == 1)
  }

  @Test("a file that is no picture is no mask: exit code 2, before an output is begun")
  func wrongMask() throws {
    let outcome = try Program.shell("$S run --plugin-path glow.so -s glow:mask=glow.so clip.y4m masked.mkv", in: folder)
    #expect(outcome.code == 2)
    #expect(outcome.words.contains("cannot use glow.so as a mask"))
    #expect(!FileManager.default.fileExists(atPath: folder + "/masked.mkv"))
  }

  @Test("a seed for a plugin without anything random is said once; bytes that cannot be kept are said once")
  func words() throws {
    let outcome = try Program.shell(
      "$S run --plugin-path glow.so -s 'glow:seed=5,mask=lt(x\\,9)' --pix-fmt yuv444p -f rawvideo clip.y4m - >/dev/null",
      in: folder)
    #expect(outcome.code == 0)
    let lines = outcome.words.split(separator: "\n")
    #expect(lines.filter { $0.contains("seed= changes nothing") }.count == 1)
    #expect(lines.filter { $0.contains("keeps its looks but not its bytes") }.count == 1)
  }
}
