// The adain plugin's edges: files of one half, styles that are missing or large, frames that must not allocate.
import AllocationCounter
import PluginAPI
import TestFolders
import Testing
import Weights

@Suite("The adain plugin")
struct AdaINPluginTests {
  /// Calls the body with paths of files that hold these tensors.
  static func withFiles<Result>(_ files: [[NamedTensor]], _ body: ([String]) throws -> Result) throws -> Result {
    guard let first = files.first else { return try body([]) }
    return try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(first, to: path)
      return try withFiles(Array(files.dropFirst())) { try body([path] + $0) }
    }
  }

  static func failure(
    _ model: String, texts: [String: String] = [:], style: TestImage? = .style()
  ) throws -> PluginFailure {
    let pictures = style.map { ["style": $0] } ?? [:]
    return try #require(
      #expect(throws: PluginFailure.self) {
        _ = try PluginDriver(BuiltPlugins.adain, model: model, texts: texts, pictures: pictures, host: TestHost())
      })
  }

  static func run(_ model: String, texts: [String: String] = [:], style: TestImage = .style()) throws -> [Float] {
    let plugin = try PluginDriver(
      BuiltPlugins.adain, model: model, texts: texts, pictures: ["style": style], host: TestHost(threads: 2))
    return try plugin.run(.picture(h: 21, w: 34, black: 0, white: 1), black: 0, white: 1).pixels
  }

  @Test("A decoder and an encoder of their own files give the bytes of the pair in one")
  func twoFiles() throws {
    try Self.withFiles([SeededPairs.adain(), SeededPairs.decoder(), SeededPairs.encoder()]) { (paths) throws in
      #expect(try Self.run(paths[0]) == Self.run(paths[1], texts: ["encoder": paths[2]]))
    }
  }

  @Test("Halves in the wrong place, and a pair with a second encoder, are told what to do")
  func wrongHalves() throws {
    try Self.withFiles([SeededPairs.adain(), SeededPairs.decoder(), SeededPairs.encoder()]) { (paths) throws in
      #expect(try Self.failure(paths[1]).description.contains("give the encoder (vgg_normalised.pth) as encoder=FILE"))
      #expect(try Self.failure(paths[2]).description.contains("give the decoder as the model"))
      #expect(
        try Self.failure(paths[0], texts: ["encoder": paths[2]]).description.contains("leave encoder= out"))
      #expect(
        try Self.failure(paths[1], texts: ["encoder": paths[1]]).description.hasSuffix(
          "it is no AdaIN encoder: tensor '0.weight' is missing or not [3,3,1,1]"))
    }
    try Self.withFiles([SeededPairs.decoder(width: 2), SeededPairs.encoder(width: 4)]) { (paths) throws in
      #expect(
        try Self.failure(paths[0], texts: ["encoder": paths[1]]).description.hasSuffix(
          "tensor '1.weight' is [8,16,3,3], expected [planes,32,3,3] of planes 1...8192"))
    }
  }

  @Test(
    "A half runs by its path alone where its other half lies beside it",
    arguments: [
      ("decoder.safetensors", "vgg_normalised.safetensors"), ("my-decoder-2.safetensors", "my-encoder-2.safetensors"),
      ("decoder_iter_9.pth.tar", "encoder_iter_9.pth.tar"),
    ])
  func beside(decoder: String, encoder: String) throws {
    let scratch = try Scratch()
    try SafetensorsWriter.write(SeededPairs.decoder(), to: scratch.path(decoder))
    #expect(try Self.failure(scratch.path(decoder)).description.contains("it is the decoder alone"))
    try SafetensorsWriter.write(SeededPairs.encoder(), to: scratch.path(encoder))
    let byName = try Self.run(scratch.path(decoder), texts: ["encoder": scratch.path(encoder)])
    #expect(try Self.run(scratch.path(decoder)) == byName)
    #expect(try Self.run(scratch.path(encoder)) == byName)
  }

  @Test("Without a style the plugin does not start, and says which parameter is missing")
  func noStyle() throws {
    try Self.withFiles([SeededPairs.adain()]) { (paths) throws in
      let failure = try Self.failure(paths[0], style: nil)
      #expect(failure.status == STH_ERROR_BAD_PARAMETER)
      #expect(failure.description.hasPrefix("cannot start without a value of 'style'"))
    }
  }

  @Test("A large style is read as the mean of its squares, a style just below the limit as it is")
  func largeStyle() throws {
    try Self.withFiles([SeededPairs.adain()]) { (paths) throws in
      let (large, small) = (TestImage.style(h: 1024, w: 1027), TestImage(h: 512, w: 513))
      for c in 0..<3 {
        for y in 0..<512 {
          for x in 0..<513 {
            small[c, y, x] =
              large[c, 2 * y, 2 * x] * 0.25 + large[c, 2 * y, 2 * x + 1] * 0.25 + large[c, 2 * y + 1, 2 * x] * 0.25
              + large[c, 2 * y + 1, 2 * x + 1] * 0.25
          }
        }
      }
      let picture = try Self.run(paths[0], style: large)
      #expect(try Self.run(paths[0], style: small) == picture)
      #expect(try Self.run(paths[0], style: .style(h: 1023, w: 1027)) != picture)
    }
  }

  @Test("A frame allocates nothing")
  func allocations() throws {
    try Self.withFiles([SeededPairs.adain()]) { (paths) throws in
      let plugin = try PluginDriver(
        BuiltPlugins.adain, model: paths[0], pictures: ["style": .style()], host: TestHost())
      let (input, output) = (TestImage.picture(h: 21, w: 34, black: 0, white: 1), TestImage(h: 21, w: 34))
      _ = try plugin.start(h: 21, w: 34)
      try plugin.process(input, output)
      let before = allocation_counter_total()
      allocation_counter_watch(1)
      for _ in 0..<3 { try plugin.process(input, output) }
      allocation_counter_watch(0)
      #expect(allocation_counter_total() - before == 0)
    }
  }
}
