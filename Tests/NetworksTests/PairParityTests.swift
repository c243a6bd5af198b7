// AdaIN and the residual generator against PyTorch: numbers made by Fixtures/make_pair_reference.py.
import Foundation
import PluginAPI
import PluginKit
import Testing
import Weights

/// A network with what it needs to run.
struct PairCase: CustomTestStringConvertible, Sendable {
  let name: String
  let black: Float
  let entry: EntryFunction
  let tensors: @Sendable () throws -> [NamedTensor]

  var testDescription: String { name }

  static let all = [
    PairCase(name: "adain", black: 0, entry: BuiltPlugins.adain, tensors: { try SeededPairs.adain() }),
    PairCase(name: "cut", black: -1, entry: BuiltPlugins.cut, tensors: { try SeededPairs.cut() }),
  ]

  /// An instance on a file at `path`, in the style of make_pair_reference.py where it takes one.
  func driver(_ path: String, _ host: TestHost) throws -> PluginDriver {
    try PluginDriver(entry, model: path, pictures: ["style": .style()], host: host)
  }

  /// Pixels of values `black`...1 as 0...255.
  func bytes(_ pixels: [Float]) -> [Float] { pixels.map { ($0 - black) / (1 - black) * 255 } }
}

@Suite("AdaIN and the residual generator give PyTorch's numbers")
struct PairParityTests {
  @Test(
    "Weights by a formula: within 0.05 of 255 before rounding, 55 dB after it", arguments: PairCase.all, Machine.all)
  func seeded(network: PairCase, machine: Machine) throws {
    let host = try TestHost(cpuLevel: machine.level, threads: machine.threads)
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(network.tensors(), to: path)
      let plugin = try network.driver(path, host)
      for (h, w) in [(32, 32), (37, 53)] {
        let input = TestImage.picture(h: h, w: w, black: network.black, white: 1)
        let picture = network.bytes(try plugin.run(input, black: network.black, white: 1).pixels)
        let reference = network.bytes(try Places.reference(network.name, h: h, w: w))
        try #require(picture.count == reference.count)
        let difference = Difference(picture, reference)
        #expect(difference.largest <= 0.05 && difference.decibelsRounded >= 55, "\(h)x\(w): \(difference)")
        if ProcessInfo.processInfo.environment["STYLEHOST_MEASURE"] != nil {
          FileHandle.standardError.write(Data("parity \(network.name) \(h)x\(w): \(difference)\n".utf8))
        }
      }
    }
  }

  @Test("The bound can fail: another style, another corner are far outside it", arguments: PairCase.all)
  func boundCanFail(network: PairCase) throws {
    let host = try TestHost()
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(network.tensors(), to: path)
      let reference = network.bytes(try Places.reference(network.name, h: 32, w: 32))
      let input = TestImage.picture(h: 32, w: 32, black: network.black, white: 1)
      if network.name == "adain" {
        let other = try PluginDriver(
          network.entry, model: path, pictures: ["style": .picture(h: 40, w: 27, black: 0, white: 1)], host: host)
        let picture = network.bytes(try other.run(input, black: 0, white: 1).pixels)
        #expect(Difference(picture, reference).largest > 5)
      }
      input[1, 31, 31] += 0.3
      let picture = try network.driver(path, host).run(input, black: network.black, white: 1).pixels
      #expect(Difference(network.bytes(picture), reference).largest > 0.5)
    }
  }

  @Test("One thread and four give the same bytes", arguments: PairCase.all)
  func threads(network: PairCase) throws {
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(network.tensors(), to: path)
      let input = TestImage.picture(h: 61, w: 83, black: network.black, white: 1)
      let pictures = try [1, 4].map { threads in
        try network.driver(path, TestHost(threads: threads)).run(input, black: network.black, white: 1).pixels
      }
      #expect(pictures[0].map(\.bitPattern) == pictures[1].map(\.bitPattern))
    }
  }

  @Test(
    "A picture of any size gives one of its own size with finite values inside the range", arguments: PairCase.all,
    [(1, 1), (1, 7), (3, 2), (9, 17), (2, 64)])
  func smallPictures(network: PairCase, size: (h: Int, w: Int)) throws {
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(network.tensors(), to: path)
      let input = TestImage.picture(h: size.h, w: size.w, black: network.black, white: 1)
      let plugin = try network.driver(path, TestHost(threads: 2))
      let pixels = try plugin.run(input, black: network.black, white: 1).pixels
      #expect(pixels.count == 3 * size.h * size.w)
      #expect(pixels.allSatisfy { $0 >= network.black && $0 <= 1 })
    }
  }
}
