// MemoryTests.swift - frames that do not fit into --memory: the same bytes, less memory, and the truth beforehand.

import Foundation
import Testing

@Suite("memory, from the command line", .serialized)
struct MemoryTests {
  private let folder: String

  init() throws {
    folder = try Program.folder()
    let outcome = try Program.shell(
      """
      $S models init johnson net.safetensors --width 8 && \
      ffmpeg -v error -f lavfi -i testsrc2=s=1600x1202 -frames:v 1 -pix_fmt rgb24 in.png
      """, in: folder)
    try #require(outcome.code == 0, "\(outcome.words)")
  }

  @Test("a frame that does not fit runs in sweeps to the same bytes, in the memory allowed")
  func sweeps() throws {
    let whole = try Program.run(
      ["run", "-q", "--threads", "2", "-s", "net.safetensors", "in.png", "whole.png"], in: folder)
    #expect(whole.code == 0, "\(whole.words)")
    // VmHWM: the most that was resident, until the process is gone.
    let swept = try Program.shell(
      """
      $S run --threads 2 --memory 170M -s net.safetensors in.png swept.png & pid=$!
      while line=$(grep VmHWM /proc/$pid/status 2>/dev/null); do peak=$line; sleep 0.01; done
      wait $pid && cmp whole.png swept.png && echo $peak
      """, in: folder)
    #expect(swept.code == 0, "\(swept.words)")
    let peak = try #require(swept.text.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    #expect(peak < 170 << 10, "\(swept.text)")
    #expect(swept.words.contains("frames of 1600x1202 do not fit into memory at once and run in sweeps, with "))
    let forecast = try Program.run(
      ["run", "--dry-run", "--threads", "2", "--memory", "170M", "-s", "net.safetensors", "in.png", "none.png"],
      in: folder)
    let disk = try #require(swept.words.firstMatch(of: /run in sweeps, with ([0-9.]+ [GM]iB) in/)?.1)
    #expect(forecast.text.contains(", and \(disk) of disk\n"), "\(forecast.text)\(swept.words)")
  }

  @Test("--dry-run says whether frames run in sweeps, how long and in what memory, and writes nothing")
  func forecast() throws {
    for (memory, tiling) in [("170M", "tiling   yes, in sweeps over each frame"), ("8G", "tiling   no, frames fit")] {
      let outcome = try Program.run(
        ["run", "--dry-run", "--threads", "2", "--memory", memory, "-s", "net.safetensors", "in.png", "none.png"],
        in: folder)
      #expect(outcome.code == 0, "\(outcome.words)")
      #expect(outcome.text.hasPrefix("input    1600x1202 rgb24, 1 frame\nstyles   johnson\noutput   1600x1202\n"))
      #expect(outcome.text.contains(tiling), "\(outcome.text)")
      #expect(outcome.text.contains("\nmemory   about ") && outcome.text.contains("\ntime     about "))
      #expect(!FileManager.default.fileExists(atPath: folder + "/none.png"))
    }
    let chosen = try Program.run(
      ["run", "--dry-run", "--precision", "auto", "-s", "net.safetensors", "in.png", "none.png"], in: folder)
    // Once, for the size of the frames: what follows remembers it.
    #expect(chosen.words.components(separatedBy: "precision of net.safetensors: ").count == 2, "\(chosen.words)")
    let bare = try Program.run(["run", "--dry-run", "in.png", "none.png"], in: folder)
    #expect(bare.text == "input    1600x1202 rgb24, 1 frame\nstyles   none: frames are handed through as they are\n")
  }

  @Test("memory does not grow with the frames of a video and of the video that is its mask")
  func maskVideo() throws {
    let peaks = try [150, 1500].map { frames in
      let outcome = try Program.shell(
        """
        ffmpeg -v error -f lavfi -i testsrc2=s=64x48:r=25 -frames:v \(frames) -c:v ffv1 -y clip.mkv
        ffmpeg -v error -f lavfi -i testsrc2=s=160x120:r=25 -frames:v \(frames) -c:v ffv1 -y mask.mkv
        $S run -q --threads 2 -f rawvideo -y -s net.safetensors:mask=mask.mkv clip.mkv out.raw & pid=$!
        while line=$(grep VmHWM /proc/$pid/status 2>/dev/null); do peak=$line; sleep 0.01; done
        wait $pid && stat -c %s out.raw && echo $peak
        """, in: folder)
      #expect(outcome.code == 0, "\(outcome.words)")
      let words = outcome.text.split(whereSeparator: \.isWhitespace)
      #expect(words.first.flatMap { Int($0) } == frames * 64 * 48 * 3 / 2)
      return try #require(words.dropFirst(2).first.flatMap { Int($0) })
    }
    #expect(peaks[1] < peaks[0] + 4096, "KiB: \(peaks)")
  }

  @Test("sizes that are none, too little memory and folders that cannot be written to are told in one line")
  func faults() throws {
    for (arguments, code, words) in [
      (["--memory", "lots"], 2, "--memory lots is not a size of 16M or more, such as 800M or 2G"),
      (["--memory", "3"], 2, "--memory 3 is not a size"),
      (["--scratch", "/nowhere"], 2, "--scratch /nowhere is not a folder that can be written to"),
      (["--scratch", "in.png"], 2, "--scratch in.png is not a folder that can be written to"),
      (["--memory", "20M"], 3, "MiB of memory, 0 MiB are allowed; allow more, or use a smaller picture"),
    ] {
      let outcome = try Program.run(["run", "-s", "net.safetensors"] + arguments + ["in.png", "out.png"], in: folder)
      #expect(outcome.code == code, "\(outcome.words)")
      #expect(outcome.words.contains(words) && outcome.words.count { $0 == "\n" } == 1, "\(outcome.words)")
    }
  }
}
