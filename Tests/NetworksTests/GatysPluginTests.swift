// The gatys plugin as a host drives it: it makes the loss smaller, follows what moves, and stops when it is told.
import Foundation
import PluginAPI
import SeededNumbers
import TestFolders
import Testing
import Weights

@Suite("The gatys plugin")
struct GatysPluginTests {
  /// Drives the plugin with a narrow VGG-16 and a style.
  static func with<Result>(
    _ texts: [String: String] = [:], styles: [TestImage] = [.style()], host: TestHost? = nil,
    _ body: (PluginDriver) throws -> Result
  ) throws -> Result {
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededVGG.tensors(), to: path)
      let texts = ["vgg": path, "domain": "caffe", "iterations": "20", "next-iterations": "1"].merging(texts) { $1 }
      return try body(
        PluginDriver(
          BuiltPlugins.gatys, model: "", texts: texts, lists: ["style": styles], host: host ?? TestHost(threads: 2)))
    }
  }

  static func failure(_ texts: [String: String], h: Int = 37, w: Int = 45) throws -> PluginFailure {
    try #require(
      #expect(throws: PluginFailure.self) { try Self.with(texts) { _ = try $0.run(.picture(h: h, w: w)) } })
  }

  /// The losses of a frame's trace.
  static func losses(_ folder: String, frame: Int = 0) throws -> [Double] {
    let table = try String(contentsOfFile: "\(folder)/frame-00000\(frame).csv", encoding: .utf8)
    return table.split(separator: "\n").dropFirst().compactMap { Double($0.split(separator: ",")[5]) }
  }

  @Test(
    "Every optimiser makes the loss smaller, from every start", arguments: ["lbfgs", "wolfe", "adam"],
    ["content", "noise"])
  func falls(optimiser: String, start: String) throws {
    let scratch = try Scratch()
    let result = try Self.with(["optimiser": optimiser, "init": start, "trace": scratch.path("t"), "trace-every": "0"])
    {
      try $0.run(.picture(h: 37, w: 45))
    }
    let losses = try Self.losses(scratch.path("t"))
    #expect(losses.count <= 20)
    #expect(try #require(losses.min()) < 0.5 * losses[0])
    #expect(result.pixels.allSatisfy { $0 >= 0 && $0 <= 255 })
  }

  @Test(
    "Sizes are gone through from small to large, with half as many evaluations each, and pictures of them are written")
  func levels() throws {
    let scratch = try Scratch()
    try Self.with(["levels": "3", "trace": scratch.path("t"), "trace-every": "10", "stop": "0"]) {
      _ = try $0.run(.picture(h: 130, w: 257))
    }
    let table = try String(contentsOfFile: scratch.path("t") + "/frame-000000.csv", encoding: .utf8)
    let rows = table.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",").prefix(3).joined(separator: ",")
    }
    // A quarter of it would be less than 64 rows.
    #expect(Set(rows) == ["1,129,65", "2,257,130"])
    #expect(rows.filter { $0.hasPrefix("1") }.count == 20 && rows.filter { $0.hasPrefix("2") }.count == 10)
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path("t")).filter { $0.hasSuffix(".ppm") }
    #expect(
      names.sorted() == [1, 10, 20].map { "frame-000000-1-000\($0 < 10 ? "0" : "")\($0).ppm" } + [
        "frame-000000-2-00001.ppm", "frame-000000-2-00010.ppm",
      ])
    let picture = try Data(contentsOf: URL(fileURLWithPath: scratch.path("t") + "/frame-000000-1-00001.ppm"))
    #expect(picture.count == "P6\n129 65\n255\n".utf8.count + 3 * 129 * 65)
  }

  @Test("It stops where the loss falls no more")
  func stops() throws {
    let scratch = try Scratch()
    try Self.with(["iterations": "400", "stop": "50", "trace": scratch.path("t"), "trace-every": "0"]) {
      _ = try $0.run(.picture(h: 37, w: 45))
    }
    #expect(try (51..<300).contains(Self.losses(scratch.path("t")).count))
  }

  /// Noise of every size, from a pixel to a quarter of the picture.
  static func clouds(_ side: Int) -> TestImage {
    let image = TestImage(h: side, w: side)
    func noise(_ y: Int, _ x: Int, _ seed: Int) -> Float {
      Float(SeededNumbers.mix(UInt32((seed * 1000 + y) * 1000 + x)) % 256) - 127.5
    }
    for c in 0..<3 {
      for y in 0..<side {
        for x in 0..<side {
          var value: Float = 127.5
          for (cell, share) in [(1, 0.1), (4, 0.2), (16, 0.3), (32, 0.3)] as [(Int, Float)] {
            let (v, h) = (Float(y % cell) / Float(cell), Float(x % cell) / Float(cell))
            func at(_ i: Int, _ j: Int) -> Float { noise(y / cell + i, x / cell + j, cell + (cell == 32 ? c : 0)) }
            value += share * ((1 - v) * ((1 - h) * at(0, 0) + h * at(0, 1)) + v * ((1 - h) * at(1, 0) + h * at(1, 1)))
          }
          image[c, y, x] = value
        }
      }
    }
    return image
  }

  @Test("A frame begins with the one before as the picture moved", arguments: [(0, 0), (3, -2), (-7, 5)])
  func follows(down: Int, right: Int) throws {
    // Cut out of a larger picture, so that what comes in is new.
    let (whole, h, w) = (Self.clouds(128), 96, 96)
    func frame(_ top: Int, _ left: Int) -> TestImage {
      let image = TestImage(h: h, w: w)
      for c in 0..<3 { for y in 0..<h { for x in 0..<w { image[c, y, x] = whole[c, y + top, x + left] } } }
      return image
    }
    try Self.with(["iterations": "5"]) { plugin in
      let (first, second) = (TestImage(h: h, w: w), TestImage(h: h, w: w))
      _ = try plugin.start(h: h, w: w)
      try plugin.process(frame(16, 16), first)
      try plugin.process(frame(16 + down, 16 + right), second)
      plugin.stop()
      var (far, count) = (0, 0)
      for y in 16..<h - 16 {
        for x in 16..<w - 16 {
          count += 1
          if (0..<3).contains(where: { abs(second[$0, y, x] - first[$0, y + down, x + right]) > 8 }) { far += 1 }
        }
      }
      #expect(Double(far) < 0.05 * Double(count), "\(far) of \(count) pixels are elsewhere")
    }
  }

  @Test("Steadiness keeps a still picture as it was, where it would change without")
  func still() throws {
    func change(_ texts: [String: String]) throws -> Double {
      try Self.with(texts.merging(["next-iterations": "20"]) { $1 }) { plugin in
        let (first, second, frame) = (TestImage(h: 48, w: 48), TestImage(h: 48, w: 48), TestImage.picture(h: 48, w: 48))
        _ = try plugin.start(h: 48, w: 48)
        try plugin.process(frame, first)
        try plugin.process(frame, second)
        plugin.stop()
        return zip(first.pixels, second.pixels).reduce(0) { $0 + abs(Double($1.0 - $1.1)) } / Double(first.pixels.count)
      }
    }
    let (loose, steady) = (try change(["temporal": "0"]), try change(["temporal": "100000"]))
    #expect(steady < 0.5 * loose, "\(steady) and \(loose)")
  }

  @Test("A person who wants to stop need not wait for the picture")
  func cancelled() throws {
    let host = try TestHost(threads: 2)
    try Self.with(["iterations": "100000", "stop": "0"], host: host) { plugin in
      _ = try plugin.start(h: 37, w: 45)
      host.raw.pointee.should_abort = { _ in 1 }
      let failure = try #require(
        #expect(throws: PluginFailure.self) { try plugin.process(.picture(h: 37, w: 45), TestImage(h: 37, w: 45)) })
      #expect(failure.status == STH_ERROR_CANCELLED)
    }
  }

  @Test(
    "What cannot be is refused in a sentence",
    arguments: [
      (["weights": "1+2"], "weights=1+2 are 2, and there is 1 style"),
      (["style-layers": "relu9_9"], "style-layers=relu9_9: 'relu9_9' is no layer"),
      (["content-layers": "relu3_4"], "the feature network has no layer relu3_4"),
      (["content-weight": "much"], "content-weight=much is not a number of 0 or more"),
      (["content-weight": "0", "style-weight": "0"], "leave nothing to paint by"),
      (["style-weight": "1e38"], "the loss is no number"),
      (["trace": "/proc/nowhere"], "trace=/proc/nowhere: the folder cannot be made"),
    ] as [([String: String], String)])
  func refused(texts: [String: String], sentence: String) throws {
    let failure = try Self.failure(texts)
    #expect(failure.description.contains(sentence), "\(failure.description)")
    #expect(failure.status == STH_ERROR_BAD_PARAMETER)
  }

  @Test("Frames too small for a layer, and a start without a VGG, are told what is needed")
  func smallOrBlind() throws {
    #expect(
      try Self.failure([:], h: 12, w: 45).description
        == "frames of 45x12 are too small for relu5_1, which needs 16 pixels a side")
    let failure = try #require(
      #expect(throws: PluginFailure.self) {
        _ = try PluginDriver(BuiltPlugins.gatys, model: "", lists: ["style": [.style()]], host: TestHost())
      })
    #expect(failure.description.hasSuffix("give VGG-16 or VGG-19 as vgg=FILE"))
  }
}
