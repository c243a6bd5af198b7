// FaultTests.swift - everything that can go wrong outside, each with its exit code and its sentence.

import Foundation
import Testing

@Suite("faults from outside", .serialized)
struct FaultTests {
  let folder: String

  init() throws { folder = try Clips.folder.get() }

  /// Script, exit code, part of the sentence.
  static let faults: [(String, Int32, String)] = [
    ("$S < /dev/null > x.y4m", 4, "no data on stdin"),
    ("head -c 100000 /dev/urandom > garbage; $S < garbage > x.y4m", 4, "not a video"),
    ("head -c 300000 clip.y4m > cut.y4m; $S cut.y4m > x.y4m", 5, "10 frames"),
    ("$S missing.mp4 x.mkv", 4, "missing.mp4"),
    ("$S -s missing.pth clip.mp4 x.mkv", 3, "missing.pth"),
    ("$S -s golw --plugin-path glow.so clip.mp4 x.mkv", 3, "did you mean 'glow'"),
    ("$S -s glow:contrats=1 --plugin-path glow.so clip.mp4 x.mkv", 2, "did you mean 'contrast'"),
    ("$S -s glow:contrast=-1 --plugin-path glow.so clip.mp4 x.mkv", 2, "outside 0.0...1000.0 %"),
    ("$S -s glow:contrast --plugin-path glow.so clip.mp4 x.mkv", 2, "not key=value"),
    ("echo nonsense > not.pth; $S -s ./not.pth clip.mp4 x.mkv", 3, "not.pth"),
    ("echo nonsense > not.so; $S -s ./not.so clip.mp4 x.mkv", 3, "not.so"),
    ("$S clip.mp4 > /dev/full", 6, "cannot write stdout"),
    ("$S clip.mp4 /no/such/folder/x.mkv", 6, "/no/such/folder/x.mkv"),
    ("touch there.mkv; $S clip.mp4 there.mkv", 6, "give -y"),
    ("$S -y clip.mp4 clip.mp4", 2, "same file"),
    ("$S --no-such-option", 2, "no-such-option"),
    ("$S --codec libx264 -f nosuch clip.mp4 x", 2, "nosuch"),
    ("STYLEHOST_CPU=abacus $S clip.mp4 x.mkv", 2, "abacus"),
    (
      "$S -y -s ./mischief.so:does=fail clip.mp4 x.mkv", 3,
      "plugin 'mischief' cannot process frame 3: frame 3 is cursed"
    ),
    ("$S -y -s ./mischief.so:does=crash clip.mp4 x.mkv", 3, "plugin 'mischief' crashed while processing frame 3"),
    (
      "$S -y -s ./mischief.so:does=leave clip.mp4 x.mkv", 3,
      "plugin 'mischief' ended the process while processing frame 3"
    ),
    (
      "$S -y --threads 3 -s ./careless.so:does=fail clip.mp4 x.mkv", 3,
      "plugin 'mischief' cannot process frame 3: frame 3 is cursed"
    ),
    (
      "$S -y --threads 3 -s ./careless.so:does=crash clip.mp4 x.mkv", 3,
      "plugin 'mischief' crashed while processing frame"
    ),
    ("$S -y --mode throughput -s ./mischief.so clip.mp4 x.mkv", 2, "may remember earlier frames"),
    ("$S --version > /dev/full", 6, "cannot write to stdout"),
    ("$S --help > /dev/full", 6, "cannot write to stdout"),
    ("$S clip.mp4 - >&-", 6, "cannot write"),
    ("$S -y - x.mkv <&-", 4, "cannot read stdin"),
    ("$S -y clip.mp4 closed.mkv <&- >&-", 0, "50 frames"),
    ("$S plugins validate not-there.so", 3, "not-there.so"),
    ("$S plugins info nothing", 3, "nothing"),
    ("$S models inspect clip.mp4", 3, "clip.mp4"),
  ]

  @Test("has its exit code and one sentence", arguments: faults.indices)
  func fault(_ index: Int) throws {
    let (script, code, sentence) = FaultTests.faults[index]
    let outcome = try Program.shell(script, in: folder)
    #expect(outcome.code == code, "\(script): \(outcome.words)")
    #expect(outcome.words.contains(sentence), "\(script): \(outcome.words)")
  }

  @Test("what a plugin prints goes to stderr, not into the video")
  func printing() throws {
    let outcome = try Program.shell(
      "$S -s ./mischief.so:does=print clip.y4m > p.y4m && $S -q clip.y4m | cmp - p.y4m", in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    #expect(outcome.words.contains("words where video goes"))
  }

  @Test("a consumer that closes early ends it quietly with 0")
  func closedConsumer() throws {
    let outcome = try Program.shell(
      "( $S bench --frames 1 >/dev/null; ffmpeg -v error -f lavfi -i testsrc2=s=320x240:d=20 -f yuv4mpegpipe - 2>/dev/null | $S; echo \"code ${PIPESTATUS[1]}\" >&2 ) | head -c 1000 > /dev/null",
      in: folder)
    #expect(outcome.words.contains("code 0"), "\(outcome.words)")
    #expect(outcome.words.split(separator: "\n").count <= 2, "\(outcome.words)")
  }

  @Test("a style that takes its time to go is not taken for one that ended the process")
  func lingering() throws {
    let outcome = try Program.shell(
      """
      for mode in throughput latency throughput latency; do
        $S bench -s ./careless.so:does=linger --size 16x16 --frames 3 --mode $mode --threads 4 > /dev/null || exit
      done
      """, in: folder)
    #expect(outcome.code == 0)
    #expect(outcome.words == String(repeating: "mischief is gone\n", count: 4 + 1 + 4 + 1))
  }

  @Test("where stderr is closed, words do not go into the video")
  func closedStderr() throws {
    let outcome = try Program.shell(
      """
      $S -y clip.y4m words.y4m 2>&- <&- && $S -q -y clip.y4m none.y4m && cmp words.y4m none.y4m
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
  }

  @Test("a reader that wants no more of a list is no error")
  func closedList() throws {
    let outcome = try Program.shell("sleep 0.2 | { sleep 1; $S plugins list --json; } | true", in: folder)
    #expect(outcome.code == 0)
    #expect(outcome.words.isEmpty, "\(outcome.words)")
  }

  @Test("a second SIGINT ends at once, also where the reader of the output is stuck")
  func secondInterrupt() throws {
    let outcome = try Program.shell(
      """
      rm -f stuck; mkfifo stuck; sleep 20 < stuck & sleeper=$!
      ffmpeg -v error -f lavfi -i testsrc2=s=320x240:d=60 -f yuv4mpegpipe - 2>/dev/null | { $S > stuck & pid=$!; sleep 2; kill -INT $pid; \
      sleep 1; kill -0 $pid && echo waits; kill -INT $pid; wait $pid; code=$?; kill $sleeper; exit $code; }
      """, in: folder)
    #expect(outcome.code == 130, "\(outcome.words)")
    #expect(outcome.text == "waits\n")
    #expect(outcome.words.contains("once more ends at once"), "\(outcome.words)")
  }

  @Test("a plugin that hangs does not outlive a parent that is killed")
  func orphan() throws {
    let outcome = try Program.shell(
      """
      cc -std=gnu11 -shared -fPIC -fvisibility=hidden -I '\(Program.root.path)/Sources/PluginAPI/include' \
      '\(Program.root.path)/Tests/HostTests/Fixtures/hang-at-scan.c' -o hang.so && { $S plugins validate hang.so & pid=$!; sleep 1; }
      child=$(pgrep -P $pid); [ -n "$child" ] && kill -KILL $pid
      for try in $(seq 50); do grep -q '^State:.[RSD]' /proc/$child/status || exit 0; sleep 0.1; done; exit 1
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
  }

  @Test("a lane that fails leaves a finished file up to its frame")
  func brokenLane() throws {
    let outcome = try Program.shell(
      """
      $S -y --threads 3 -s ./careless.so:does=fail clip.mp4 lane.mkv 2> words; echo $? $(wc -l < words)
      ffprobe -v error -count_frames -select_streams v -show_entries stream=nb_read_frames -of csv=p=0 lane.mkv
      """, in: folder)
    #expect(outcome.text == "3 1\n3\n", "\(outcome.words)")
  }

  @Test(
    "SIGINT and SIGTERM finish the file and say so in the exit code",
    arguments: [("INT", Int32(130)), ("TERM", Int32(143))], ["latency", "throughput"])
  func interrupt(signal: (String, Int32), mode: String) throws {
    let (signal, code) = signal
    let outcome = try Program.shell(
      """
      ffmpeg -v error -re -f lavfi -i testsrc2=s=160x120:r=25:d=60 -f yuv4mpegpipe - 2>/dev/null > fifo & \
      $S -y --threads 2 --mode \(mode) -s ./glow.so - stopped-\(signal).mp4 < fifo & pid=$!; sleep 2; kill -\(signal) $pid; wait $pid
      """.replacingOccurrences(of: "ffmpeg", with: "rm -f fifo; mkfifo fifo; ffmpeg"), in: folder)
    #expect(outcome.code == code, "\(outcome.words)")
    let count = try Program.shell(
      "ffprobe -v error -count_frames -select_streams v -show_entries stream=nb_read_frames -of csv=p=0 stopped-\(signal).mp4",
      in: folder)
    #expect(count.code == 0)
    #expect(
      (Int(count.text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0) >= 5, "\(count.text) \(outcome.words)")
  }
}
