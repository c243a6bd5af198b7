// PrecisionTests.swift - which precision auto takes, how it remembers, and what genuine nets lose.

import Foundation
import Graph
import Synchronization
import TestFolders
import Testing

@testable import Host

@Suite("precision")
struct PrecisionTests {
  private func trial(_ figures: [(String, Double, Double?)]) -> PrecisionTrial {
    PrecisionTrial(figures: figures.map { .init(precision: $0, milliseconds: $1, decibels: $2) })
  }

  @Test("auto takes the fastest that keeps 40 dB")
  func choice() {
    #expect(trial([("f32", 20, nil), ("bf16", 10, 52), ("int8", 6, 39.9)]).choice == .bf16)
    #expect(trial([("f32", 20, nil), ("bf16", 10, 52), ("int8", 6, 40)]).choice == .int8)
    #expect(trial([("f32", 9, nil), ("bf16", 10, nil)]).choice == .f32)
    #expect(trial([("f32", 20, nil), ("int8", 6, 20)]).choice == .f32)
    #expect(trial([("f32", 20, nil), ("f16", 6, nil)]).choice == .f32)
    #expect(trial([]).choice == .f32)
    #expect(trial([("f32", 20, nil), ("bf16", 10.04, 52)]).words == "f32 20.0 ms, bf16 10.0 ms at 52.0 dB")
  }

  @Test("decibels are those of 8-bit pictures")
  func decibels() throws {
    #expect(PrecisionTrial.decibels([1, 2, 3], [1, 2, 3]) == nil)
    let one = try #require(PrecisionTrial.decibels([10, 20, 30, 40], [11, 19, 31, 39]))
    #expect(abs(one - 48.1308) < 1e-3)
    let worst = try #require(PrecisionTrial.decibels([0, 255], [255, 0]))
    #expect(abs(worst) < 1e-9)
  }

  @Test("frames take turns and are timed until a busy moment no longer decides")
  func timing() throws {
    func least(_ times: [[Double]]) throws -> (best: [Double], left: [[Double]]) {
      var left = times
      let best = try PrecisionTrial.least(of: left.count) { (i) throws(HostError) in left[i].removeFirst() }
      return (best, left)
    }
    let busy = try least([[90, 90, 90, 9, 90, 90], [80, 95, 95, 95, 95, 95]])
    #expect(busy.best == [9, 80] && busy.left == [[90], [95]])
    let slow = try least([[400, 350, 2], [10, 290, 2]])
    #expect(slow.best == [350, 10] && slow.left == [[2], [2]])
    var order: [Int] = []
    let none = try PrecisionTrial.least(of: 2) { (i) throws(HostError) in
      order.append(i)
      return 0
    }
    #expect(none == [0, 0])
    #expect(order == (0..<1000).flatMap { _ in [0, 1] })
  }

  @Test("a trial is remembered whole; a damaged file is an empty one, and is replaced")
  func memory() throws {
    let scratch = try Scratch()
    let folder = scratch.url
    let cache = PrecisionCache(folder: folder.path)
    #expect(cache.trial(for: "a") == nil)
    let (first, second) = (trial([("f32", 2, nil), ("bf16", 1, 50)]), trial([("f32", 3, nil)]))
    #expect(cache.remember(first, for: "a"))
    #expect(cache.remember(second, for: "b"))
    #expect(PrecisionCache(folder: folder.path).trial(for: "a") == first)
    #expect(PrecisionCache(folder: folder.path).trial(for: "b") == second)
    try Data("{\"a\": {\"trial\"".utf8).write(to: folder.appendingPathComponent("precisions.json"))
    #expect(cache.trial(for: "a") == nil)
    #expect(cache.remember(second, for: "c"))
    #expect(cache.trial(for: "c") == second)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["precisions.json"])
    #expect(!PrecisionCache(folder: folder.path + "/precisions.json").remember(first, for: "a"))
  }

  @Test("another size, CPU level, value or file is another trial")
  func keys() throws {
    let folder = try PluginFixture.folder(["mischief"])
    let plugin = try LoadedPlugin(path: folder + "/mischief.so")
    let key = { (level: String, side: Int, cpu: String) in
      let values = try ParameterValues(
        [.init(key: "level", value: level)], for: plugin.info, StyleCatalogue(folders: []))
      return PrecisionChooser.key(ResolvedStyle(plugin: plugin, values: values), side: side, level: cpu)
    }
    let keys = [
      try key("1", 128, "avx2"), try key("2", 128, "avx2"), try key("1", 256, "avx2"), try key("1", 128, "avx512"),
    ]
    #expect(Set(keys).count == 4)
    #expect(try key("1", 128, "avx2") == keys[0])
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: folder + "/mischief.so")
    let aged = try key("1", 128, "avx2")
    #expect(aged != keys[0])
    // Another file with its size and its time, moved to its place.
    let manager = FileManager.default
    try manager.copyItem(atPath: folder + "/mischief.so", toPath: folder + "/other.so")
    try manager.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: folder + "/other.so")
    try manager.removeItem(atPath: folder + "/mischief.so")
    try manager.moveItem(atPath: folder + "/other.so", toPath: folder + "/mischief.so")
    #expect(try key("1", 128, "avx2") != aged)
    #expect(PrecisionChooser.side(h: 1080, w: 1920) == 512)
    #expect(PrecisionChooser.side(h: 240, w: 320) == 256)
    #expect(PrecisionChooser.side(h: 1, w: 1) == 128)
  }

  @Test("the picture that precisions are compared on has the steepness and the colours of a photograph")
  func picture() throws {
    let image = try ImageBuffer(h: 96, w: 128)
    ProbePicture.fill(image, black: 0, white: 255)
    let codes = ProbePicture.codes(image, PixelRange(black: 0, white: 255))
    #expect(codes.count == 3 * 96 * 128)
    let (least, most) = (try #require(codes.min()), try #require(codes.max()))
    #expect(least < 20 && most > 235)
    // Neighbours differ little, far points much: 1/f, neither flat nor noise.
    let step = { (distance: Int) in
      let steps = (0..<(codes.count - distance)).map { abs(Int(codes[$0]) - Int(codes[$0 + distance])) }
      return Double(steps.reduce(0, +)) / Double(steps.count)
    }
    #expect(step(1) > 1)
    #expect(step(32) > 3 * step(1))
    let other = try ImageBuffer(h: 96, w: 128)
    ProbePicture.fill(other, black: 1, white: -1)
    #expect(ProbePicture.codes(other, PixelRange(black: 1, white: -1)) == codes)
    other.row(c: 0, y: 0)[0] = .nan
    #expect(ProbePicture.codes(other, PixelRange(black: 1, white: -1))[0] == 0)
  }
}
