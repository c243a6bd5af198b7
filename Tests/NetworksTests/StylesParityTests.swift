// Nets of several styles against PyTorch (numbers made by Fixtures/make_styles_reference.py), and how styles are chosen.
import Networks
import PluginAPI
import PluginKit
import Testing
import Weights

@Suite("Johnson nets of several styles")
struct StylesParityTests {
  /// A net with what its fixture holds, in its order.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let taps: [(name: String, count: Int)]
    let tensors: @Sendable () throws -> [NamedTensor]
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "styles", taps: [("in2", 960), ("res3", 480), ("in4", 960)]) { try SeededStyles.examples() },
    Case(
      name: "magenta", taps: [("contract/conv3", 480), ("residual/residual5", 480), ("expand/conv1", 960)]
    ) { try SeededStyles.magenta() },
  ]

  @Test("Inner values and the result of a mix are within 1e-4 of the largest number", arguments: cases)
  func mixed(_ test: Case) throws {
    let host = try TestHost(threads: 2)
    let picture = TestImage.picture(h: 21, w: 19)
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(test.tensors(), to: path)
      let probe = try NetworkProbe(path, host: host) { (weights, image, g, tap) throws(PluginError) in
        try JohnsonNetwork(weights, style: "0:0.7+2:0.3")(image, in: g, tap: tap)
      }
      var reference = try Places.numbers(test.name)[...]
      for (name, count) in test.taps {
        let error = relativeError(try probe.values(picture, of: name), reference.prefix(count))
        #expect(error <= 1e-4, "\(name): \(error)")
        reference = reference.dropFirst(count)
      }
      #expect(relativeError(try probe.values(picture), reference) <= 1e-4)
      let plugin = try PluginDriver(model: path, texts: ["style": "0:0.7+2:0.3"], host: host)
      #expect(relativeError(try plugin.run(picture).pixels, reference) <= 1e-4)
    }
  }

  @Test("Magenta's net sees values of 0...1: a picture of half the height of values gives another result")
  func domain() throws {
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededStyles.magenta(), to: path)
      let plugin = try PluginDriver(model: path, texts: ["style": "0:0.7+2:0.3"], host: TestHost())
      let pale = TestImage.picture(h: 21, w: 19)
      for c in 0..<3 { for y in 0..<21 { for x in 0..<19 { pale[c, y, x] *= 0.5 } } }
      let right = try Places.numbers("magenta").suffix(3 * 21 * 19)
      #expect(relativeError(try plugin.run(pale).pixels, right) > 1e-2)
    }
  }

  @Test(
    "A number, a name and a mix of one choose the same style; styles differ; the first is taken where none is named")
  func choices() throws {
    let host = try TestHost(threads: 2)
    try Places.withTemporaryFile { path in
      let names = ["stylehost.styles": #"["plain", "night: sky", "a+b"]"#]
      try SafetensorsWriter.write(SeededStyles.examples(), metadata: names, to: path)
      func picture(_ style: String?) throws -> [Float] {
        let texts = style.map { ["style": $0] } ?? [:]
        return try PluginDriver(model: path, texts: texts, host: host).run(.picture(h: 16, w: 12)).pixels
      }
      let second = try picture("1")
      for same in ["night: sky", "1:1", "night: sky:1", "0:0+1:1", "night: sky:0.5+1:0.5"] {
        #expect(try picture(same) == second, "\(same)")
      }
      #expect(try picture("a+b") == picture("2"))
      #expect(try picture(nil) == picture("plain"))
      #expect(try picture("plain") != second)
      #expect(try picture("0:0.5+1:0.5") != second)
    }
  }

  @Test(
    "A style that the net does not have, a share that is no number, and a style of a net of one are refused by name")
  func refusals() throws {
    func failure(_ tensors: [NamedTensor], _ style: String, _ metadata: [String: String] = [:]) throws -> String {
      try Places.withTemporaryFile { path in
        try SafetensorsWriter.write(tensors, metadata: metadata, to: path)
        let failure = #expect(throws: PluginFailure.self) {
          _ = try PluginDriver(model: path, texts: ["style": style], host: TestHost())
        }
        #expect(failure?.status == STH_ERROR_BAD_PARAMETER)
        return failure?.description ?? ""
      }
    }
    let three = try SeededStyles.examples()
    #expect(try failure(three, "3") == "there is no style '3': the network has 3 styles, 0...2")
    #expect(
      try failure(three, "0+rain", ["stylehost.styles": "sun, moon ,stars"])
        == "there is no style 'rain': the network has 3 styles, 0...2: sun, moon, stars")
    #expect(try failure(three, "0:half") == "style=0:half: '0:half' is not STYLE:SHARE, such as 0:0.7")
    let one = try SeededWeights.tensors(width: 4)
    #expect(try failure(one, "1") == "there is no style '1': the network has one style, 0")
    for mix in ["0:0.3", "0+0", "0:0.5+0:0.5"] {
      #expect(try failure(one, mix) == "style=\(mix): the network has one style, which cannot be mixed")
    }
    #expect(try failure(three, "0:1e39") == "style=0:1e39: the share of '0:1e39' is beyond -1000...1000")
  }

  @Test("Nets of several styles are described with their number, and a row too few is named")
  func described() throws {
    let examples = try IdentificationTests.identify(SeededStyles.examples())
    #expect(examples.status == STH_OK)
    #expect(
      IdentificationTests.text(examples.info.architecture)
        == "Johnson transformer net (pytorch/examples), width 4, 3 styles")
    let magenta = try IdentificationTests.identify(SeededStyles.magenta(width: 32, styles: 10))
    #expect(magenta.status == STH_OK && magenta.info.width == 32)
    #expect(
      IdentificationTests.text(magenta.info.architecture)
        == "Magenta transformer net (image_stylization), width 32, 10 styles")
    // 3,206 numbers a style beside the 1,674,432 that all share.
    let parameters = try SeededStyles.magenta(width: 32, styles: 10).reduce(0) { $0 + $1.shape.reduce(1, *) }
    #expect(parameters == 1_674_432 + 10 * 3_206)
    let short = try SeededStyles.examples().map { tensor in
      guard tensor.name == "res2.in1.bias" else { return tensor }
      return try NamedTensor(name: tensor.name, shape: [2, 16], floats: Array(repeating: 0, count: 32))
    }
    let (status, _, message) = try IdentificationTests.identify(short)
    #expect(status == STH_ERROR_BAD_WEIGHTS)
    #expect(message.hasSuffix("tensor 'res2.in1.bias' is [2,16], expected [3,16]"))
  }

  @Test("A picture of any size gives one of its own size", arguments: cases)
  func sizes(_ test: Case) throws {
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(test.tensors(), to: path)
      let plugin = try PluginDriver(model: path, host: TestHost(threads: 2))
      for (h, w) in [(1, 1), (7, 5), (2, 33)] {
        let pixels = try plugin.run(.picture(h: h, w: w)).pixels
        #expect(pixels.count == 3 * h * w && pixels.allSatisfy { $0 >= 0 && $0 <= 255 })
      }
    }
  }
}
