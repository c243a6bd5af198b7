// BenchTests.swift - what `stylehost bench` measures and says.

import Foundation
import Testing

@Suite("stylehost bench", .serialized)
struct BenchTests {
  let folder: String

  init() throws { folder = try Clips.folder.get() }

  private func report(_ arguments: [String]) throws -> [String: Any] {
    let outcome = try Program.run(["bench", "--json"] + arguments, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    return try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
  }

  @Test("says all that its contract names")
  func shape() throws {
    let report = try report([
      "-s", "./glow.so", "--size", "64x48", "--frames", "5", "--warmup", "3", "--threads", "2",
    ])
    let stages = try #require(report["stages"] as? [String: [String: Double]])
    #expect(Set(stages.keys) == ["decode", "unpack", "stylize", "pack", "encode"])
    for stage in stages.values {
      #expect(Set(stage.keys) == ["median_ms", "min_ms"])
      #expect((stage["median_ms"] ?? 0) >= (stage["min_ms"] ?? 0) && (stage["min_ms"] ?? 0) > 0)
    }
    let medians = stages.mapValues { $0["median_ms"] ?? 0 }
    let whole = medians.values.reduce(0, +)
    let share = try #require(report["host_share"] as? Double)
    #expect(abs(share - (whole - (medians["stylize"] ?? 0)) / whole) < 1e-9)
    #expect(report["precision"] as? String == "f32")
    #expect(report["threads"] as? Int == 2)
    #expect(report["cpu_level"] is String)
    #expect(report["input"] as? String == "synthetic")
    #expect(report["output"] as? String == "rawvideo in nut")
    #expect(report["frames"] as? Int == 5)
    #expect(report["warmup"] as? Int == 3)
    #expect((report["load_ms"] as? Double ?? 0) > 0)
    #expect((report["compile_ms"] as? Double ?? 0) > 0)
    #expect((report["peak_rss_bytes"] as? Int ?? 0) > 1 << 20)
  }

  @Test("prints the keys that docs/json.md names, all of them and no other")
  func documented() throws {
    let net = folder + "/documented.safetensors"
    let made = try Program.run(["models", "init", "johnson", net, "--width", "2", "-y"], in: folder)
    #expect(made.code == 0, "\(made.words)")
    let size = ["--size", "16x16", "--frames", "1"]
    let report = try report(["-s", "johnson:model=\(net)", "--profile", "--dump", "documented"] + size)
    let page = try String(contentsOf: Program.root.appendingPathComponent("docs/json.md"), encoding: .utf8)
    let section = try #require(page.components(separatedBy: "## `bench --json`").last)
    let words = { (text: Substring) in
      Set(
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }.map {
          String($0.element)
        })
    }
    var rows: [String: Set<String>] = [:]
    for line in section.split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|")
      for key in words(cells[0]) { rows[key] = words(cells[2]) }
    }
    #expect(Set(rows.keys) == Set(report.keys))
    let steps = try #require(report["profile"] as? [[String: Any]])
    #expect(try #require(rows["profile"]).subtracting(["--profile"]) == Set(try #require(steps.first).keys))
    let dump = try #require(report["dump"] as? [String: [String: Any]])
    let pictures = Set(dump.keys).union(try #require(dump["input"]).keys)
    #expect(try #require(rows["dump"]).subtracting(["--dump"]) == pictures)
    let stages = try #require(report["stages"] as? [String: [String: Double]])
    #expect(try #require(rows["stages"]) == Set(stages.keys).union(try #require(stages["decode"]).keys))
    #expect(try #require(rows["cpu_level"]).contains(report["cpu_level"] as? String ?? ""))
  }

  @Test("decodes a file, encodes as asked, and says both")
  func file() throws {
    let report = try report(["-i", "clip.mp4", "--format", "matroska", "--codec", "ffv1", "--frames", "6"])
    let stages = try #require(report["stages"] as? [String: [String: Double]])
    #expect(report["input"] as? String == "clip.mp4")
    #expect(report["output"] as? String == "ffv1 in matroska")
    #expect(report["frames"] as? Int == 6)
    #expect((stages["decode"]?["min_ms"] ?? 0) > 0 && (stages["encode"]?["min_ms"] ?? 0) > 0)
    #expect(stages["stylize"]?["median_ms"] == 0)
    #expect(report["host_share"] as? Double == 1)
  }

  @Test("dumps the picture a style saw and the one it made, float for float")
  func dump() throws {
    let report = try report(["-s", "./glow.so", "--size", "33x17", "--frames", "1", "--dump", "dumped"])
    let dump = try #require(report["dump"] as? [String: [String: Any]])
    let pictures = try ["input", "output"].map { name in
      let picture = try #require(dump[name])
      #expect([picture["channels"], picture["height"], picture["width"]].compactMap { $0 as? Int } == [3, 17, 33])
      let path = try #require(picture["path"] as? String)
      return try Data(contentsOf: URL(fileURLWithPath: folder + "/" + path)).withUnsafeBytes {
        Array($0.bindMemory(to: Float.self))
      }
    }
    #expect(pictures[0].count == 3 * 17 * 33)
    // As it begins, the style of the template changes nothing.
    #expect(pictures[0] == pictures[1])
    let range = try #require(pictures[0].max()) - (try #require(pictures[0].min()))
    #expect(range > 0.5)
  }

  @Test(
    "profiles every operator of a net, and their times add up to that of stylize",
    .enabled(if: Program.shared != nil, "needs ../shared or STYLEHOST_SHARED"))
  func profile() throws {
    let net = (Program.shared ?? "") + "/weights/johnson/mosaic_nc8_b1_e2_1e05_1e10.model"
    let arguments = ["-s", "johnson:model=\(net)", "--size", "192x128", "--frames", "9", "--profile"]
    let report = try report(arguments)
    let profile = try #require(report["profile"] as? [[String: Any]])
    for step in profile {
      #expect(Set(step.keys) == ["plan", "name", "runs", "ms", "share", "gmac", "gflops"])
      #expect((step["runs"] as? Int ?? 0) >= 11)
    }
    let sum = { (key: String) in profile.reduce(0) { $0 + ($1[key] as? Double ?? 0) } }
    #expect(abs(sum("share") - 1) < 1e-6)
    #expect(profile.filter { ($0["gmac"] as? Double ?? 0) > 0 }.count == 16)
    let stylize = try #require((report["stages"] as? [String: [String: Double]])?["stylize"])
    let (median, least) = (stylize["median_ms"] ?? 0, stylize["min_ms"] ?? 0)
    // On a busy machine operators wait in turn: the sum of their medians then lies below the median of the whole.
    #expect(sum("ms") < 1.5 * median && sum("ms") > 0.5 * least, "\(sum("ms")) of \(median) ms, \(least) ms at least")
    let words = try Program.run(["bench"] + arguments, in: folder)
    #expect(words.text.contains("GFLOP/s") && words.text.contains("total"), "\(words.text)")
  }

  @Test(
    "says the precision that really ran, not the one that was asked for",
    .enabled(if: Program.shared != nil, "needs ../shared or STYLEHOST_SHARED"),
    arguments: ["f32", "bf16", "int8", "auto"])
  func precision(asked: String) throws {
    let net = (Program.shared ?? "") + "/weights/johnson/mosaic_nc8_b1_e2_1e05_1e10.model"
    let script = "$S bench --json -s johnson:model=\(net) --size 32x32 --frames 1 --precision \(asked)"
    let outcome = try Program.shell(script, in: folder)
    #expect(outcome.code == 0, "\(outcome.words)")
    let report = try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
    let ran = try #require(report["precision"] as? String)
    #expect(["f32", "bf16", "int8"].contains(ran))
    // What a person asked for in vain they are told.
    if asked != "auto", ran != asked { #expect(outcome.words.contains("\(ran) runs instead"), "\(outcome.words)") }
    if asked == "f32" { #expect(ran == "f32") }
    // The plain C kernels know float32 alone.
    let plain = try Program.shell("export STYLEHOST_CPU=reference; " + script, in: folder)
    let reference = try #require(try JSONSerialization.jsonObject(with: plain.output) as? [String: Any])
    #expect(reference["precision"] as? String == "f32", "\(plain.words)")
  }

  @Test("says in one line what cannot be measured")
  func mistakes() throws {
    let mistakes: [(arguments: [String], code: Int32)] = [
      (["--precision", "f16"], 2), (["--frames", "0"], 2), (["--frames", "9223372036854775807"], 2),
      (["--warmup", "-1"], 2), (["--dump", "x"], 2), (["-i", "clip.mp4", "--warmup", "50"], 4),
      (["-i", "clip.mp4", "--format", "nothing"], 2), (["-i", "missing.mp4"], 4),
    ]
    for (arguments, code) in mistakes {
      let outcome = try Program.run(["bench"] + arguments, in: folder)
      #expect(outcome.code == code, "\(arguments): \(outcome.words)")
      #expect(outcome.output.isEmpty)
    }
  }
}
