// JohnsonTests.swift - genuine nets on genuine clips; skipped where the shared folder is not there.

import Foundation
import Testing

@Suite(
  "a Johnson net on real video", .serialized, .enabled(if: Program.shared != nil, "needs ../shared or STYLEHOST_SHARED")
)
struct JohnsonTests {
  let folder: String
  let weights = (Program.shared ?? "") + "/weights/johnson"
  let media = (Program.shared ?? "") + "/media/video"

  init() throws { folder = try Program.folder() }

  @Test("runs in a pipe between two ffmpegs, frame for frame")
  func pipe() throws {
    let outcome = try Program.shell(
      """
      ffmpeg -v error -i \(media)/bikes.mp4 -frames:v 8 -vf scale=160:-2 -f nut -c:v rawvideo - | \
      $S run -q -s johnson:model=\(weights)/mosaic_nc8_b1_e2_1e05_1e10.model -f nut | ffmpeg -v error -i - -f framemd5 - | grep -vc '^#'
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    #expect(outcome.text == "8\n")
  }

  @Test("a converted model runs by its path alone and gives the bytes of its source")
  func conversion() throws {
    let outcome = try Program.shell(
      """
      $S models convert \(weights)/mosaic_nc8_b1_e2_1e05_1e10.model m.safetensors && ffmpeg -v error -i \(media)/bikes.mp4 -frames:v 3 \
      -vf scale=97:55 -pix_fmt yuv444p -f yuv4mpegpipe in.y4m && $S -q -s ./m.safetensors in.y4m > a.y4m && \
      $S -q -s johnson:model=\(weights)/mosaic_nc8_b1_e2_1e05_1e10.model in.y4m | cmp - a.y4m && ! cmp -s in.y4m a.y4m && \
      $S models inspect --json m.safetensors
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    let object = try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
    #expect(object["plugin"] as? String == "johnson")
    let metadata = try #require(object["metadata"] as? [String: String])
    #expect(metadata["stylehost.plugin"] == "johnson")
    #expect(metadata["stylehost.source"] == "mosaic_nc8_b1_e2_1e05_1e10.model")
  }

  @Test("any number of threads gives the same bytes at every CPU level, and levels differ by rounding alone")
  func threads() throws {
    let outcome = try Program.shell(
      """
      ffmpeg -v error -i \(media)/bikes.mp4 -frames:v 3 -vf scale=99:56 -f yuv4mpegpipe in.y4m
      $S models convert -y \(weights)/mosaic_nc8_b1_e2_1e05_1e10.model t.safetensors && export STYLEHOST_CPU
      for STYLEHOST_CPU in reference avx2 avx512 avx512bf16 neon; do
        $S bench --frames 1 --size 16x16 > /dev/null 2>&1 || continue
        for threads in 1 2 7; do $S -q --threads $threads -s ./t.safetensors in.y4m > $threads.y4m || exit 1; done
        cmp 1.y4m 2.y4m && cmp 1.y4m 7.y4m && mv 1.y4m $STYLEHOST_CPU.y4m || exit 1
        echo $STYLEHOST_CPU
      done
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    #expect(outcome.text.hasPrefix("reference\n"), "\(outcome.text)\(outcome.words)")
    let levels = outcome.text.split(separator: "\n").map { "\(folder)/\($0).y4m" }
    let bytes = try levels.map { [UInt8](try Data(contentsOf: URL(fileURLWithPath: $0))) }
    for other in bytes {
      #expect(other.count == bytes[0].count)
      #expect(zip(other, bytes[0]).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
    }
  }

  @Test("a frame per thread gives the bytes of all threads on a frame, in order and with the same times")
  func lanes() throws {
    let outcome = try Program.shell(
      """
      $S models convert -y \(weights)/mosaic_nc8_b1_e2_1e05_1e10.model l.safetensors
      ffmpeg -v error -y -i \(media)/carphone_pristine.mp4 -frames:v 30 -vf 'setpts=PTS+floor(N/5)/TB/50,scale=98:-2' -vsync vfr -c:v ffv1 in.mkv
      for threads in 1 2 5; do
        $S -q -y --threads $threads -s ./l.safetensors -f nut --codec rawvideo in.mkv $threads.nut || exit 1
        ffprobe -v error -show_entries frame=pts_time -of csv=p=0 $threads.nut > $threads.times
      done
      $S -q -y --mode latency -s ./l.safetensors -f nut --codec rawvideo in.mkv latency.nut
      for threads in 1 2 5; do cmp latency.nut $threads.nut || exit 1; done
      sort -c -n 5.times && sort -u 5.times | wc -l
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    #expect(outcome.text == "30\n", "\(outcome.words)")
  }

  @Test("reduced precision keeps 40 dB of the picture of float32", arguments: ["bf16", "int8"])
  func precision(name: String) throws {
    for net in ["candy.safetensors", "mosaic.safetensors", "rain-princess_nc16_b1_e2_1e05_1e10.model"] {
      let outcome = try Program.shell(
        """
        ffmpeg -v error -y -i \(media)/bikes.mp4 -frames:v 2 -vf scale=256:-2 -pix_fmt yuv444p -f yuv4mpegpipe p.y4m
        $S -q -s \(weights)/\(net) p.y4m > f32.y4m && $S -q -s \(weights)/\(net) --precision \(name) p.y4m > low.y4m
        """, in: folder)
      #expect(outcome.code == 0, "\(outcome.words)")
      let (high, low) = (try bytes("f32.y4m"), try bytes("low.y4m"))
      #expect(high.count == low.count && !high.isEmpty)
      let squares = zip(high, low).reduce(0) { $0 + (Int($1.0) - Int($1.1)) * (Int($1.0) - Int($1.1)) }
      let decibels = squares == 0 ? .infinity : 10 * log10(255 * 255 * Double(high.count) / Double(squares))
      #expect(decibels >= 40, "\(net) at \(name): \(decibels) dB")
    }
  }

  private func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
  }

  @Test("auto measures a model once, says what it chose, and remembers it; a damaged memory is measured anew")
  func automatic() throws {
    let net = "\(weights)/mosaic_nc8_b1_e2_1e05_1e10.model"
    let outcome = try Program.shell(
      """
      export XDG_CACHE_HOME=$PWD/cache; rm -rf cache
      ffmpeg -v error -y -i \(media)/bikes.mp4 -frames:v 1 -vf scale=64:-2 -f yuv4mpegpipe a.y4m
      go() { $S -y -s \(net) --precision $1 $2 a.y4m $1.y4m 2>&1 | grep -o 'precision of .*'; }
      go auto; go auto; go auto -v; printf '{' > cache/stylehost/precisions.json; go auto
      for p in f32 bf16 int8; do $S -q -y -s \(net) --precision $p a.y4m $p.y4m 2> /dev/null; cmp -s $p.y4m auto.y4m && echo same; done | head -1
      """, in: folder)
    let lines = outcome.text.split(separator: "\n").map(String.init)
    try #require(lines.count == 4, "\(outcome.text)\(outcome.words)")
    for line in [lines[0], lines[2]] {
      #expect(line.hasPrefix("precision of mosaic_nc8_b1_e2_1e05_1e10.model: ") && line.contains("measured once)"))
      #expect(line.contains("f32 ") && line.contains(" ms"))
    }
    #expect(lines[1].hasSuffix("as measured before"))
    #expect(lines[3] == "same")
  }

  @Test("a precision that the CPU level lacks is said in one line, and the next finer one runs")
  func lackingPrecision() throws {
    let net = "\(weights)/mosaic_nc8_b1_e2_1e05_1e10.model"
    let outcome = try Program.shell(
      """
      export STYLEHOST_CPU=reference; ffmpeg -v error -y -i \(media)/bikes.mp4 -frames:v 1 -vf scale=64:-2 -f yuv4mpegpipe l.y4m
      $S -q -s \(net) l.y4m > f32.y4m && $S -s \(net) --precision bf16 l.y4m 2>&1 > bf16.y4m | grep -c 'cannot be had at CPU level reference: f32 runs'
      cmp f32.y4m bf16.y4m && $S -s ./glow.so --precision bf16 l.y4m 2>&1 > /dev/null | grep -c 'does nothing here'
      """.replacingOccurrences(of: "./glow.so", with: try Clips.folder.get() + "/glow.so"), in: folder)
    #expect(outcome.text == "1\n1\n", "\(outcome.words)")
  }

  @Test("memory does not grow over 2,000 frames")
  func memory() throws {
    let outcome = try Program.shell(
      """
      peak() { $S bench -s \(weights)/mosaic_nc8_b1_e2_1e05_1e10.model --size 32x24 --frames $1 --json | grep peak_rss | tr -dc 0-9; }
      echo $(( $(peak 2000) - $(peak 100) ))
      """, in: folder)
    let growth = Int(outcome.text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? .max
    #expect(growth < 4 << 20, "\(growth) bytes more than over 100 frames: \(outcome.words)")
  }

  @Test("the plugin keeps the contract, and a model of another shape is refused with exit code 3")
  func contract() throws {
    let library = Program.path.dropLast("stylehost".count) + "libjohnson.so"
    let outcome = try Program.shell(
      "$S plugins validate \(library) --model \(weights)/mosaic_nc8_b1_e2_1e05_1e10.model", in: folder)
    #expect(outcome.code == 0, "\(outcome.text)\(outcome.words)")
    let skipped = try Program.shell("$S plugins validate \(library) --json", in: folder)
    #expect(skipped.code == 0)
    #expect(skipped.text.contains("--model FILE"))
    let wrong = try Program.shell(
      "$S -s johnson:model=\(Program.shared ?? "")/weights/generators/horse2zebra_mobile_resnet9.pth \(media)/bikes.mp4 x.mkv",
      in: folder)
    #expect(wrong.code == 3, "\(wrong.words)")
  }
}
