// TimelineTests.swift - the example of docs/timeline.md as it is written there, and what the command line says of timelines.

import Foundation
import Testing

@Suite("a timeline on the command line")
struct TimelineTests {
  private static let example = Program.root.appending(path: "examples/timeline/tour.json")

  @Test("the page shows the example as it is")
  func page() throws {
    let page = try String(contentsOf: Program.root.appending(path: "docs/timeline.md"), encoding: .utf8)
    let block = try #require(page.components(separatedBy: "```json\n").dropFirst().first)
    #expect(
      block.components(separatedBy: "```").first == (try String(contentsOf: TimelineTests.example, encoding: .utf8)))
  }

  @Test("the mistake that the page shows is told as it says")
  func mistake() throws {
    let folder = try Clips.folder.get()
    let outcome = try Program.shell(
      """
      sed -e 's/"[a-z]*.safetensors"/"glow.so"/; s/strength", "value": 1/strenght", "value": 1/' '\(TimelineTests.example.path)' > tour.json
      $S run -y --timeline tour.json clip.mp4 wrong.mkv
      """, in: folder)
    #expect(outcome.code == 2)
    #expect(
      outcome.words
        == "stylehost: tour.json: keyframe 3 (time 1): mosaic has no parameter 'strenght' - did you mean 'strength'?\n")
    #expect(!FileManager.default.fileExists(atPath: folder + "/wrong.mkv"))
    let threshold = try Program.run(
      ["run", "--scene-threshold", "2", "-s", "glow", "clip.mp4", "wrong.mkv"], in: folder)
    #expect(threshold.code == 2)
    #expect(threshold.words == "stylehost: --scene-threshold 2.0 is not 0...1\n")
    let missing = try Program.run(["run", "--timeline", "none.json", "clip.mp4", "wrong.mkv"], in: folder)
    #expect(missing.code == 2)
    #expect(missing.words == "stylehost: cannot read the timeline none.json: No such file or directory\n")
  }

  @Test(
    "the example runs: every frame is there, it begins with the source and changes style at the cut",
    .enabled(if: Program.shared != nil, "needs ../shared or STYLEHOST_SHARED"))
  func example() throws {
    let shared = try #require(Program.shared)
    let folder = try Program.folder()
    // A small copy of the film: the cut is its thirty-first frame in any size.
    let outcome = try Program.shell(
      """
      ln -s \(shared)/weights/johnson/*.safetensors . && cp '\(TimelineTests.example.path)' . && \
      ffmpeg -v error -i \(shared)/media/video/bikes.mp4 -frames:v 33 -vf scale=160:-2 -c:v ffv1 bikes.mkv && \
      $S run -q -y --timeline tour.json --codec ffv1 bikes.mkv tour.mkv && \
      $S run -q -s mosaic.safetensors --codec ffv1 bikes.mkv mosaic.mkv && $S run -q -s candy.safetensors --codec ffv1 bikes.mkv candy.mkv && \
      for name in bikes mosaic candy tour; do ffmpeg -v error -i $name.mkv -f framemd5 - | sed "s/^/$name /" | grep -v '#'; done
      """, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    var sums: [String: [Substring]] = [:]
    for line in outcome.text.split(separator: "\n") {
      let fields = line.split(whereSeparator: { $0 == " " || $0 == "," })
      sums[String(fields[0]), default: []].append(try #require(fields.last))
    }
    let (bikes, mosaic, candy) = try (
      #require(sums["bikes"]), #require(sums["mosaic"]), #require(sums["candy"])
    )
    let tour = try #require(sums["tour"])
    #expect(tour.count == 33)
    #expect(tour[0] == bikes[0])
    #expect(tour[10] != bikes[10] && tour[10] != mosaic[10])
    #expect(tour[25..<30] == mosaic[25..<30])
    #expect(tour[30...] == candy[30...])
  }
}
