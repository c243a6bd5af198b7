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
