// Residual generators of every form against PyTorch: numbers made by Fixtures/make_generator_reference.py.
import AllocationCounter
import Foundation
import Networks
import PluginKit
import TestFolders
import Testing
import Weights

@Suite("Residual generators of every form give PyTorch's numbers")
struct GeneratorParityTests {
  /// A form, its inner values in the fixture with their shapes, and the plugin that runs it.
  struct Case: CustomTestStringConvertible, Sendable {
    let form: String
    let taps: [(module: Int, shape: [Int])]
    var testDescription: String { form }
    var entry: EntryFunction { form.hasPrefix("sfit") ? BuiltPlugins.sfit : BuiltPlugins.cut }
  }

  static let full = [16, 12, 10]
  static let reduced = [16, 6, 5]
  static let cases = [
    Case(form: "cut9", taps: [(9, full), (20, reduced), (23, [8, 12, 10])]),
    Case(form: "cut6", taps: [(9, full), (17, reduced), (20, [8, 12, 10])]),
    Case(form: "no_antialias", taps: [(8, reduced), (15, reduced), (18, [8, 12, 10])]),
    Case(form: "no_antialias_up", taps: [(9, full), (17, reduced), (19, [8, 12, 10])]),
    Case(form: "cyclegan", taps: [(8, reduced), (18, reduced), (20, [8, 12, 10])]),
    Case(form: "dropout", taps: [(8, reduced), (15, reduced), (17, [8, 12, 10])]),
    Case(form: "affine", taps: [(8, reduced), (18, reduced), (20, [8, 12, 10])]),
    Case(form: "mobile", taps: [(8, reduced), (12, reduced), (14, [5, 12, 10])]),
    Case(form: "sfit", taps: [(8, reduced), (12, reduced), (15, [8, 12, 10])]),
    Case(form: "sfit_grey", taps: [(8, reduced), (12, reduced), (15, [8, 12, 10])]),
  ]

  static func picture() -> TestImage { .picture(h: 21, w: 19, black: -1, white: 1) }

  static func probe(_ path: String, _ form: String, _ host: TestHost) throws -> NetworkProbe {
    try NetworkProbe(path, host: host) { (weights, image, g, tap) throws(PluginError) in
      form.hasPrefix("sfit")
        ? try SFITGenerator(Checkpoint(weights))(image, in: g, tap: tap)
        : try ResNetGenerator(Checkpoint(weights))(image, in: g, tap: tap)
    }
  }

  @Test("Inner values and the result are within 1e-4 of the largest number", arguments: cases)
  func seeded(_ test: Case) throws {
    let host = try TestHost(threads: 2)
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededGenerators.tensors(test.form), to: path)
      let probe = try Self.probe(path, test.form, host)
      var reference = try Places.numbers("generator_\(test.form)")[...]
      for (module, shape) in test.taps {
        let right = reference.prefix(shape.reduce(1, *))
        reference = reference.dropFirst(right.count)
        let error = relativeError(try probe.values(Self.picture(), of: "model.\(module)"), right)
        #expect(error <= 1e-4, "module \(module): \(error)")
      }
      let error = relativeError(try probe.values(Self.picture()), reference)
      #expect(error <= 1e-4, "result: \(error)")
      let plugin = try PluginDriver(test.entry, model: path, host: host)
      #expect(relativeError(try plugin.run(Self.picture(), black: -1, white: 1).pixels, reference) <= 1e-4)
    }
  }

  @Test(
    "The fixture can tell: a picture of half the contrast, of another corner, gives another result", arguments: cases)
  func canFail(_ test: Case) throws {
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededGenerators.tensors(test.form), to: path)
      let probe = try Self.probe(path, test.form, TestHost())
      let right = try Places.numbers("generator_\(test.form)").suffix(3 * 21 * 19)
      let (pale, cornered) = (Self.picture(), Self.picture())
      for c in 0..<3 { for y in 0..<21 { for x in 0..<19 { pale[c, y, x] *= 0.5 } } }
      cornered[1, 20, 18] += 0.5
      #expect(relativeError(try probe.values(pale), right) > 1e-2)
      #expect(relativeError(try probe.values(cornered), right) > 1e-3)
    }
  }

  @Test("A picture of any size gives one of its own size inside the range", arguments: cases)
  func sizes(_ test: Case) throws {
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededGenerators.tensors(test.form), to: path)
      let plugin = try PluginDriver(test.entry, model: path, host: TestHost(threads: 2))
      for (h, w) in [(1, 1), (1, 7), (7, 5), (9, 17), (2, 64)] {
        let pixels = try plugin.run(.picture(h: h, w: w, black: -1, white: 1), black: -1, white: 1).pixels
        #expect(pixels.count == 3 * h * w)
        #expect(pixels.allSatisfy { $0 >= -1 && $0 <= 1 })
      }
    }
  }

  @Test("A frame allocates nothing", arguments: cases)
  func allocations(_ test: Case) throws {
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededGenerators.tensors(test.form), to: path)
      let plugin = try PluginDriver(test.entry, model: path, host: TestHost())
      let output = TestImage(h: 21, w: 19)
      _ = try plugin.start(h: 21, w: 19)
      try plugin.process(Self.picture(), output)
      let input = Self.picture()
      let before = allocation_counter_total()
      allocation_counter_watch(1)
      for _ in 0..<3 { try plugin.process(input, output) }
      allocation_counter_watch(0)
      #expect(allocation_counter_total() - before == 0)
    }
  }

  // Needs the trained weights of ../shared: skipped, and reported as skipped, where they are not.
  @Test(
    "Trained generators: within 1e-4",
    .enabled(
      if: SharedData.folder("weights/generators") != nil, "no shared/weights/generators beside the checkout"),
    arguments: [
      ("vintage", "vintage_resnet9_affine_in.pth"), ("horse2zebra", "horse2zebra_mobile_resnet9.pth"),
    ])
  func trained(name: String, file: String) throws {
    let folder = try #require(SharedData.folder("weights/generators"))
    let plugin = try PluginDriver(BuiltPlugins.cut, model: "\(folder)/\(file)", host: TestHost(threads: 2))
    for (h, w) in [(32, 32), (37, 53)] {
      let pixels = try plugin.run(.picture(h: h, w: w, black: -1, white: 1), black: -1, white: 1).pixels
      let error = relativeError(pixels, try Places.reference(name, h: h, w: w))
      #expect(error <= 1e-4, "\(name) \(h)x\(w): \(error)")
    }
  }
}
