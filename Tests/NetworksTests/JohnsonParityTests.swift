// The Johnson net against PyTorch: numbers made by Fixtures/make_johnson_reference.py.
import Foundation
import Kernels
import Networks
import PluginAPI
import PluginKit
import SeededNumbers
import Testing
import Weights

/// A way of running: kernels of a level, a number of threads.
struct Machine: CustomTestStringConvertible, Sendable {
  let level: UInt32
  let threads: Int
  var testDescription: String { "CPU level \(level), \(threads) threads" }

  static let all = (0...sth_cpu_level_best()).filter { sth_cpu_level_runs($0) != 0 }.flatMap { level in
    [1, 2].map { Machine(level: level, threads: $0) }
  }
}

/// How far two pictures of 0...255 are apart.
struct Difference {
  let largest: Float
  let decibelsRounded: Double

  init(_ a: [Float], _ b: [Float]) {
    largest = zip(a, b).map { ($0 - $1).isNaN ? .infinity : abs($0 - $1) }.max() ?? .infinity
    let squares = zip(a, b).map { pow(Double($0.rounded() - $1.rounded()), 2) }
    let mean = squares.reduce(0, +) / Double(max(1, squares.count))
    decibelsRounded = mean == 0 ? .infinity : 10 * log10(255 * 255 / mean)
  }
}

@Suite("The Johnson net gives PyTorch's numbers")
struct JohnsonParityTests {
  static let checkpoints = [
    ("mosaic", "mosaic.safetensors", [(32, 32), (64, 48), (37, 53)]),
    ("candy", "candy.safetensors", [(32, 32), (37, 53)]),
    ("mosaic_nc16", "mosaic_nc16_b1_e2_1e05_1e10.model", [(32, 32), (37, 53)]),
    ("rain-princess_nc16", "rain-princess_nc16_b1_e2_1e05_1e10.model", [(32, 32), (37, 53)]),
    ("mosaic_nc8", "mosaic_nc8_b1_e2_1e05_1e10.model", [(32, 32), (37, 53)]),
  ]

  static func expectParity(_ plugin: PluginDriver, _ name: String, h: Int, w: Int) throws {
    let picture = try plugin.run(TestImage.picture(h: h, w: w)).pixels
    let reference = try Places.reference(name, h: h, w: w)
    try #require(picture.count == reference.count)
    let difference = Difference(picture, reference)
    #expect(difference.largest <= 0.05, "\(name) \(h)x\(w): \(difference)")
    #expect(difference.decibelsRounded >= 55, "\(name) \(h)x\(w): \(difference)")
    if ProcessInfo.processInfo.environment["STYLEHOST_MEASURE"] != nil {
      FileHandle.standardError.write(Data("parity \(name) \(h)x\(w): \(difference)\n".utf8))
    }
  }

  // Needs the trained weights of ../shared: skipped, and reported as skipped, where they are not.
  @Test(
    "Trained weights: within 0.05 of 255 before rounding, 55 dB after it",
    .enabled(if: Places.johnsonWeights != nil, "no shared/weights/johnson beside the checkout (STYLEHOST_SHARED)"),
    arguments: Machine.all)
  func trained(machine: Machine) throws {
    let host = try TestHost(cpuLevel: machine.level, threads: machine.threads)
    for (name, file, sizes) in Self.checkpoints {
      let plugin = try PluginDriver(model: "\(try #require(Places.johnsonWeights))/\(file)", host: host)
      for (h, w) in sizes { try Self.expectParity(plugin, name, h: h, w: w) }
    }
  }

  @Test("Weights by a formula, width 4: the same bounds without any file from elsewhere", arguments: Machine.all)
  func seeded(machine: Machine) throws {
    let host = try TestHost(cpuLevel: machine.level, threads: machine.threads)
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededWeights.tensors(width: 4), to: path)
      let plugin = try PluginDriver(model: path, host: host)
      for (h, w) in [(32, 32), (64, 48), (37, 53)] { try Self.expectParity(plugin, "seeded", h: h, w: w) }
    }
  }

  @Test("The real-time net with weights by a formula, width 8: the same bounds", arguments: Machine.all)
  func realtime(machine: Machine) throws {
    let host = try TestHost(cpuLevel: machine.level, threads: machine.threads)
    let tensors = try SeededWeights.realtimeShapes(width: 8).map { name, shape in
      try NamedTensor(name: name, shape: shape, floats: SeededNumbers.tensor(name, shape))
    }
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(tensors, to: path)
      let plugin = try PluginDriver(model: path, host: host)
      for (h, w) in [(32, 32), (37, 53)] { try Self.expectParity(plugin, "realtime", h: h, w: w) }
    }
    let without = tensors.filter { $0.name != "res4.in2.bias" }
    #expect(try IdentificationTests.identify(without).message.contains("tensor 'res4.in2.bias' is missing"))
    let info = try IdentificationTests.identify(tensors).info
    #expect(IdentificationTests.text(info.architecture) == "Real-time transformer net, width 8" && info.width == 8)
  }

  @Test("No weights of the real-time net can make a pattern that repeats every two pixels")
  func noGrid() throws {
    let host = try TestHost()
    for seed in ["", "a", "b"] {
      // As loud as drawn: the four dots of a cell differ by tens of levels before their mean is taken.
      let tensors = try SeededWeights.realtimeShapes(width: 8).map { name, shape in
        let numbers = SeededNumbers.tensor(name + seed, shape)
        return try NamedTensor(
          name: name, shape: shape, floats: name == "out.conv2d.bias" ? numbers.map { 80 * $0 } : numbers)
      }
      try Places.withTemporaryFile { path in
        try SafetensorsWriter.write(tensors, to: path)
        let probe = try NetworkProbe(path, host: host) { (weights, image, g, tap) throws(PluginError) in
          try JohnsonNetwork(weights)(image, in: g, tap: tap)
        }
        let flat = TestImage(h: 40, w: 44)
        for c in 0..<3 { for y in 0..<40 { for x in 0..<44 { flat[c, y, x] = 90 } } }
        let picture = try probe.values(flat, of: "picture")
        let inner = (0..<3).map { c in (8..<32).map { y in (8..<36).map { x in picture[(c * 40 + y) * 44 + x] } } }
        for plane in inner {
          let mean = plane.joined().reduce(0, +) / Float(24 * 28)
          for (down, right) in [(0, 1), (1, 0), (1, 1)] {
            var part: Float = 0
            for y in 0..<24 { for x in 0..<28 { part += (y * down + x * right) % 2 == 0 ? plane[y][x] : -plane[y][x] } }
            #expect(abs(part / Float(24 * 28)) < 1e-3 * max(1, abs(mean)), "seed '\(seed)': \(part) of \(mean)")
          }
        }
      }
    }
  }

  @Test("The bound can fail: another picture, another channel order, another border are far outside it")
  func boundCanFail() throws {
    let host = try TestHost()
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededWeights.tensors(width: 4), to: path)
      let plugin = try PluginDriver(model: path, host: host)
      let reference = try Places.reference("seeded", h: 32, w: 32)
      let swapped = TestImage.picture(h: 32, w: 32)
      for y in 0..<32 {
        for x in 0..<32 { (swapped[0, y, x], swapped[2, y, x]) = (swapped[2, y, x], swapped[0, y, x]) }
      }
      #expect(Difference(try plugin.run(swapped).pixels, reference).largest > 5)
      let cornered = TestImage.picture(h: 32, w: 32)
      cornered[1, 31, 31] += 20
      #expect(Difference(try plugin.run(cornered).pixels, reference).largest > 0.5)
    }
  }

  @Test("One thread and four give the same bytes")
  func threads() throws {
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededWeights.tensors(width: 8), to: path)
      let pictures = try [1, 4].map { threads in
        try PluginDriver(model: path, host: TestHost(threads: threads)).run(.picture(h: 61, w: 83)).pixels
      }
      #expect(pictures[0].map(\.bitPattern) == pictures[1].map(\.bitPattern))
    }
  }
}
