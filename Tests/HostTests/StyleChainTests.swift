// StyleChainTests.swift - what happens between styles, to their picture parameters, and when the stream changes its size.

import Foundation
import TestFolders
import Testing
import Video

@testable import Host

@Suite("a chain of styles")
struct StyleChainTests {
  private let services: ComputeServices

  init() throws { services = try ComputeServices(threads: 2) }

  private func style(_ fixture: String, _ text: String = "") throws -> ResolvedStyle {
    let plugin = try LoadedPlugin(path: PluginFixture.folder([fixture]) + "/\(fixture).so")
    let spec = try StyleSpec(parsing: text.isEmpty ? fixture : "\(fixture):\(text)")
    return ResolvedStyle(
      plugin: plugin, values: try ParameterValues(spec.assignments, for: plugin.info, StyleCatalogue(folders: [])))
  }

  private func process(_ chain: StyleChain, _ pixels: [Float]) throws -> [Float] {
    try chain.prepare(h: 1, w: pixels.count, frameRate: (25, 1))
    let input = try #require(chain.input)
    let range = chain.inputRange
    for c in 0..<3 {
      for x in pixels.indices { input.row(c: c, y: 0)[x] = range.black + pixels[x] * (range.white - range.black) }
    }
    let frame = try FramePool(width: 16, height: 16, pixelFormat: PixelFormat(named: "yuv420p")).next()
    let output = try chain.process(FrameMoments().next(frame))
    let (black, white) = (chain.outputRange.black, chain.outputRange.white)
    return (0..<3).flatMap { c in output.row(c: c, y: 0).map { ($0 - black) / (white - black) } }
  }

  @Test("neighbours with different pixel ranges, turned ones too, hand the picture on unchanged")
  func ranges() throws {
    let chain = try StyleChain.start(
      [style("ranges", "low=0,high=255"), style("ranges"), style("mischief"), style("ranges", "low=3,high=-2")],
      services)
    let pixels: [Float] = [0, 0.25, 0.5, 1, -0.1, 1.1]
    for _ in 0..<2 {
      let result = try process(chain, pixels)
      for (index, value) in result.enumerated() { #expect(abs(value - pixels[index % pixels.count]) < 1e-5) }
    }
  }

  @Test("a picture parameter arrives as R'G'B' with black 0 and white 1, or not at all")
  func picture() throws {
    let scratch = try Scratch()
    let file = scratch.url.appendingPathComponent("picture.ppm")
    try (Data("P6 3 2 255\n".utf8) + Data(repeating: 9, count: 15) + Data([255, 0, 51])).write(to: file)
    let given = try process(StyleChain.start([style("picture", "picture=\(file.path)")], services), [0])
    for (value, expected) in zip(given, [1, 0, 0.2] as [Float]) { #expect(abs(value - expected) < 1e-5) }
    #expect(try process(StyleChain.start([style("picture")], services), [0]) == [0.5, 0.5, 0.5])
    let wrong = try style("picture", "picture=\(PluginFixture.root.path)/Package.swift")
    let error = #expect(throws: HostError.self) { try StyleChain.start([wrong], services) }
    #expect(error?.kind == .usage)
    #expect(error?.description.contains("Package.swift") == true)
  }

  @Test("a stream that changes its size goes on in the size it began with, its times kept")
  func sizeChange() throws {
    let format = try PixelFormat(named: "yuv420p")
    let stylist = FrameStylist(
      try StyleChain.start([style("mischief")], services), services,
      output: .init(size: (16, 24), pixelFormat: format, color: .unspecified),
      frameRate: nil, times: StageTimes())
    let moments = FrameMoments()
    for (index, size) in [(24, 16), (11, 7), (24, 16), (64, 48)].enumerated() {
      let frame = try FramePool(width: size.0, height: size.1, pixelFormat: format).next()
      for plane in 0..<3 {
        try frame.withMutablePlane(plane) { target in
          for y in 0..<target.height { memset(target.base + y * target.strideBytes, 126 + Int32(plane), target.width) }
        }
      }
      frame.timeBase = Rational(1, 25)
      frame.presentationTime = Int64(index)
      let made = try stylist.stylize(frame, at: moments.next(frame))
      #expect((made.width, made.height) == (24, 16))
      #expect(made.presentationTime == Int64(index))
      #expect(made.timeBase == Rational(1, 25))
      for plane in 0..<3 {
        let code = try made.withPlane(plane) { $0.base.load(as: UInt8.self) }
        #expect(abs(Int(code) - 126 - plane) <= 1)
      }
    }
  }
}
