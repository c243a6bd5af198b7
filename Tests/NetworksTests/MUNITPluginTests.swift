// The munit plugin: styles of pictures, random ones, sheets of them, drifting ones; and what it says of files that are no MUNIT.
import AllocationCounter
import PluginAPI
import Testing
import Weights

@testable import Networks
@testable import PluginKit

@Suite("The munit plugin")
struct MUNITPluginTests {
  private static var picture: TestImage { MUNITParityTests.picture }

  private static func withModel(_ body: (String) throws -> Void) throws {
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededMUNIT.tensors(), to: path)
      try body(path)
    }
  }

  private static func driver(
    _ path: String, _ options: [String: String] = [:], style: TestImage? = nil, mostBytes: Int = .max
  ) throws -> PluginDriver {
    try PluginDriver(
      BuiltPlugins.munit, model: path, texts: options, pictures: style.map { ["style": $0] } ?? [:],
      host: TestHost(threads: 2, mostBytes: mostBytes))
  }

  private static func run(_ path: String, _ options: [String: String] = [:]) throws -> [Float] {
    try driver(path, options).run(picture, black: -1, white: 1).pixels
  }

  @Test("The same seed gives the same picture, another seed another one, the other direction yet another")
  func seeds() throws {
    try Self.withModel { path in
      let seven = try Self.run(path, ["seed": "7"])
      #expect(try Self.run(path, ["seed": "7"]) == seven)
      #expect(GraphRun.difference(try Self.run(path, ["seed": "8"]), seven) > 0.05)
      #expect(GraphRun.difference(try Self.run(path, ["seed": "7", "direction": "b2a"]), seven) > 0.05)
    }
  }

  @Test("Guided by a picture is decoding with the code that the picture has")
  func guided() throws {
    try Self.withModel { path in
      let host = try TestHost(threads: 2)
      let network = try MUNIT(WeightSet.open(path, host: PluginHost(host.raw)))
      let style = MUNITParityTests.style
      let signed = Planes(style.pixels.map { 2 * $0 - 1 }, c: 3, h: style.h, w: style.w)
      let code = try GraphRun.run(host, [signed]) { g in network.code(of: g.input("style", channels: 3), .a2b, in: g) }
      let expected = try GraphRun.run(host, [Planes(Self.picture), code]) { g in
        let (image, code) = (g.input("image", channels: 3), g.input("code", channels: 8))
        return network.picture(network.content(image, .a2b, in: g), code: code, like: image, .a2b, in: g)
      }
      let guided = try Self.driver(path, style: style).run(Self.picture, black: -1, white: 1).pixels
      #expect(GraphRun.difference(guided, expected.values) <= 1e-5)
      let small = try Self.driver(path, style: .style(h: 3, w: 1)).run(Self.picture, black: -1, white: 1).pixels
      #expect(small.allSatisfy { $0.isFinite } && GraphRun.difference(small, guided) > 0.01)
    }
  }

  @Test("A sheet shows the samples row by row, the first as it is alone; what is left over is black")
  func sheet() throws {
    try Self.withModel { path in
      let plugin = try Self.driver(path, ["seed": "3", "samples": "3"])
      let format = try plugin.start(h: 20, w: 28)
      #expect((format.out_h, format.out_w) == (40, 56))
      let sheet = TestImage(h: 40, w: 56)
      try plugin.process(Self.picture, sheet)
      func cell(_ row: Int, _ column: Int) -> [Float] {
        (0..<3).flatMap { c in
          (0..<20).flatMap { y in (0..<28).map { x in sheet[c, row * 20 + y, column * 28 + x] } }
        }
      }
      #expect(try Self.run(path, ["seed": "3"]) == cell(0, 0))
      #expect(GraphRun.difference(cell(0, 1), cell(0, 0)) > 0.05)
      #expect(GraphRun.difference(cell(1, 0), cell(0, 0)) > 0.05 && GraphRun.difference(cell(1, 0), cell(0, 1)) > 0.05)
      #expect(cell(1, 1).allSatisfy { $0 == -1 })
    }
  }

  @Test("Where there is no memory for the content of a frame, each sample encodes it anew: the same sheet")
  func contentTooLarge() throws {
    try Self.withModel { path in
      // [16][5][7] numbers in rows of 64 bytes; the code has 8 planes of one.
      let sheets = try [Int.max, 16 * 5 * 64].map { mostBytes in
        let plugin = try Self.driver(path, ["seed": "3", "samples": "3"], mostBytes: mostBytes)
        _ = try plugin.start(h: 20, w: 28)
        let sheet = TestImage(h: 40, w: 56)
        try plugin.process(Self.picture, sheet)
        return sheet.pixels
      }
      #expect(sheets[0] == sheets[1])
      let failure = #expect(throws: PluginFailure.self) {
        _ = try Self.driver(path, ["samples": "3"], mostBytes: 64).start(h: 20, w: 28)
      }
      #expect(failure?.status == STH_ERROR_NO_MEMORY)
    }
  }

  @Test("A style that drifts begins as it is held, moves with time, and a frame needs none of those before it")
  func drift() throws {
    try Self.withModel { path in
      func frame(_ seconds: Double, _ drift: String) throws -> [Float] {
        let plugin = try Self.driver(path, ["seed": "3", "drift": drift])
        _ = try plugin.start(h: 20, w: 28)
        let output = TestImage(h: 20, w: 28)
        try plugin.process(Self.picture, output, seconds: seconds)
        return output.pixels
      }
      let held = try Self.run(path, ["seed": "3"])
      #expect(try frame(0, "4") == held)
      #expect(try frame(123, "0") == held)
      let (middle, next) = (try frame(2, "4"), try frame(4, "4"))
      #expect(GraphRun.difference(middle, held) > 0.01 && GraphRun.difference(next, held) > 0.05)
      #expect(try frame(8, "8") == next)
      #expect(GraphRun.difference(try frame(2.001, "4"), middle) < 0.01)
      #expect(GraphRun.difference(try frame(3.999, "4"), try frame(4.001, "4")) < 0.001)
    }
  }

  @Test("Random numbers are normally distributed, on the way from one code to the next too")
  func codes() {
    for time in [0, 0.5, 17.25] {
      let numbers = (0..<20_000).map { Double(StyleCode(seed: 5).number($0 % 8, series: $0 / 8, time: time)) }
      let mean = numbers.reduce(0, +) / 20_000
      let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
      #expect(abs(mean) < 0.03 && abs(variance - 1) < 0.04)
      #expect(abs(Double(numbers.count { abs($0) < 1 }) / 20_000 - 0.6827) < 0.015)
      #expect(Set(numbers).count > 19_900)
    }
  }

  @Test("Any size of frame gives one of its own size", arguments: [(1, 1), (1, 7), (4, 4), (9, 17), (22, 3)])
  func sizes(h: Int, w: Int) throws {
    try Self.withModel { path in
      let input = TestImage.picture(h: h, w: w, black: -1, white: 1)
      let pixels = try Self.driver(path).run(input, black: -1, white: 1).pixels
      #expect(pixels.count == 3 * h * w && pixels.allSatisfy { $0 >= -1 && $0 <= 1 })
    }
  }

  @Test("A frame allocates nothing, alone and on a sheet", arguments: ["1", "5"])
  func allocations(samples: String) throws {
    try Self.withModel { path in
      let plugin = try Self.driver(path, ["samples": samples, "drift": "3"])
      let format = try plugin.start(h: 20, w: 28)
      let (input, output) = (Self.picture, TestImage(h: Int(format.out_h), w: Int(format.out_w)))
      try plugin.process(input, output, seconds: 0)
      let before = allocation_counter_total()
      allocation_counter_watch(1)
      for i in 1...3 { try plugin.process(input, output, seconds: Double(i)) }
      allocation_counter_watch(0)
      #expect(allocation_counter_total() - before == 0)
    }
  }

  @Test("A style picture and options of random styles do not go together")
  func refusals() throws {
    try Self.withModel { path in
      for options in [["samples": "2"], ["drift": "1"]] {
        let failure = #expect(throws: PluginFailure.self) {
          try Self.driver(path, options, style: MUNITParityTests.style)
        }
        #expect(failure?.status == STH_ERROR_BAD_PARAMETER)
        #expect(failure?.description == "style= gives one style: leave samples= and drift= out")
      }
    }
  }

  @Test(
    "More reductions, blocks and layers than any network has are refused by the first key that is too many",
    arguments: [
      ("a.enc_style.model.", ".conv.weight", 9), ("a.enc_content.model.", ".conv.weight", 9),
      ("b.enc_content.model.3.model.", ".model.0.conv.weight", 64),
      ("a.dec.model.0.model.", ".model.0.conv.weight", 64),
      ("a.dec.model.", ".conv.weight", 18), ("b.mlp.model.", ".fc.weight", 64),
    ])
  func endless(front: String, back: String, first: Int) throws {
    let whole = try SeededMUNIT.tensors()
    let names = Set(whole.map(\.name))
    let more = try (0..<100).map { "\(front)\($0)\(back)" }.filter { !names.contains($0) }.map {
      try NamedTensor(name: $0, shape: [1], floats: [0])
    }
    let (status, _, message) = try IdentificationTests.identify(whole + more, by: BuiltPlugins.munit)
    #expect(status == STH_ERROR_BAD_WEIGHTS)
    #expect(message.contains("tensor '\(front)\(first)\(back)' is one too many: a network has "), "\(message)")
  }

  @Test("Files say what they are and what they lack")
  func files() throws {
    let whole = try SeededMUNIT.tensors()
    let known = try IdentificationTests.identify(whole, by: BuiltPlugins.munit)
    #expect(known.status == STH_OK && known.info.width == 4)
    #expect(
      IdentificationTests.text(known.info.architecture) == "MUNIT (NVlabs), both domains, width 4, style code of 8")
    func message(_ tensors: [NamedTensor]) throws -> String {
      let answer = try IdentificationTests.identify(tensors, by: BuiltPlugins.munit)
      #expect(answer.status == STH_ERROR_BAD_WEIGHTS)
      return answer.message
    }
    let missing = try message(whole.filter { $0.name != "b.mlp.model.1.fc.bias" })
    #expect(missing.hasSuffix("tensor 'b.mlp.model.1.fc.bias' is missing"))
    let judge = try NamedTensor(name: "a.cnns.0.0.conv.weight", shape: [1], floats: [0])
    #expect(try message([judge]).contains("it is the discriminators of MUNIT's training"))
    let extra = try NamedTensor(name: "a.dec.model.9.weight", shape: [1], floats: [0])
    #expect(try message(whole + [extra]).hasSuffix("tensor 'a.dec.model.9.weight' is not part of MUNIT"))
    let one = whole.filter { $0.name.hasPrefix("a.") }.map { $0.renamed(String($0.name.dropFirst(2))) }
    #expect(try message(one).contains("it holds the generator of one domain"))
    let short = try NamedTensor(
      name: "a.mlp.model.2.fc.weight", shape: [100, 16], floats: Array(repeating: 0, count: 1600))
    let bias = try NamedTensor(name: "a.mlp.model.2.fc.bias", shape: [100], floats: Array(repeating: 0, count: 100))
    let misfit = try message(whole.filter { !$0.name.hasPrefix("a.mlp.model.2.") } + [short, bias])
    #expect(misfit.hasSuffix("'a.mlp.model' gives 100 numbers, and the norms of the decoder take 128"))
  }
}
