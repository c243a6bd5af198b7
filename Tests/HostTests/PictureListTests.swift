// PictureListTests.swift - parameters that take several pictures: from the text with '+' to the memory a plugin reads.

import Foundation
import TestFolders
import Testing
import Video

@testable import Host

@Suite("a parameter that takes several pictures")
struct PictureListTests {
  private let scratch: Scratch
  private let plugin: LoadedPlugin

  init() throws {
    scratch = try Scratch()
    plugin = try LoadedPlugin(path: PluginFixture.folder(["pictures"]) + "/pictures.so")
  }

  /// A picture whose last pixel has these bytes.
  private func picture(_ name: String, _ last: [UInt8]) throws -> String {
    let file = scratch.url.appendingPathComponent(name)
    try (Data("P6 2 1 255\n9 9".utf8) + Data(last)).write(to: file)
    return file.path
  }

  private func values(_ text: String) throws -> ParameterValues {
    try ParameterValues(
      [StyleSpec.Assignment(key: "pictures", value: text)], for: plugin.info, StyleCatalogue(folders: []))
  }

  @Test("pictures arrive in the order typed, as R'G'B' with black 0 and white 1, or not at all")
  func order() throws {
    let (a, b) = (try picture("a.ppm", [255, 255, 255]), try picture("b.ppm", [0, 51, 0]))
    let services = try ComputeServices(threads: 1)
    func colour(_ values: ParameterValues) throws -> [Float] {
      let chain = try StyleChain.start([ResolvedStyle(plugin: plugin, values: values)], services)
      try chain.prepare(h: 1, w: 1, frameRate: (25, 1))
      let frame = try FramePool(width: 16, height: 16, pixelFormat: PixelFormat(named: "yuv420p")).next()
      let output = try chain.process(FrameMoments().next(frame))
      return (0..<3).map { output.row(c: $0, y: 0)[0] }
    }
    func expect(_ given: [Float], _ expected: [Float]) {
      for (value, wanted) in zip(given, expected) { #expect(abs(value - wanted) < 1e-5) }
    }
    expect(try colour(values("\(a)+\(b)")), [1, 0.2, 0.5])
    expect(try colour(values("\(b)+\(a)+\(a)")), [0, 1, 1])
    expect(try colour(values(a)), [1, 0.5, 0.5])
    expect(try colour(ParameterValues([], for: plugin.info, StyleCatalogue(folders: []))), [0.5, 0.5, 0.5])
  }

  @Test("a '+' in the name of a file that exists belongs to it")
  func plus() throws {
    let (a, ab) = (try picture("a.ppm", [1, 1, 1]), try picture("a.ppm+b.ppm", [2, 2, 2]))
    #expect(try values(ab).values == [.pictures([ab])])
    #expect(try values("\(ab)+\(a)").values == [.pictures([ab, a])])
    #expect(try values("\(a)+\(ab)").values == [.pictures([a, ab])])
  }

  @Test("every file that is missing is named, in one line")
  func missing() throws {
    let a = try picture("a.ppm", [1, 1, 1])
    let one = #expect(throws: HostError.self) { try values("\(a)+nowhere.png") }
    #expect(one?.kind == .usage)
    #expect(one?.description == "pictures: there is no file 'nowhere.png' for 'pictures'")
    let two = #expect(throws: HostError.self) { try values("no.png+\(a)+none.png") }
    #expect(two?.description == "pictures: there are no files 'no.png', 'none.png' for 'pictures'")
    let empty = #expect(throws: HostError.self) { try values("\(a)+") }
    #expect(empty?.description == "pictures: there is no file '' for 'pictures'")
  }

  @Test("what a plugin declares is listed as it is: kind, words, JSON")
  func listing() throws {
    let parameter = try #require(plugin.info.parameters.first)
    #expect(parameter.kind == .images && parameter.kind.rawValue == "images")
    #expect(parameter.rangeDescription == "picture files with '+' between them")
    let copy = try JSONDecoder().decode(PluginInfo.self, from: JSONEncoder().encode(plugin.info))
    #expect(copy == plugin.info)
  }
}
