// MUNIT against PyTorch: numbers made by Fixtures/make_munit_reference.py.
import PluginAPI
import Testing
import Weights

@testable import Networks
@testable import PluginKit

@Suite("MUNIT gives PyTorch's numbers")
struct MUNITParityTests {
  static var picture: TestImage { .picture(h: 20, w: 28, black: -1, white: 1) }
  /// 0...1, as the host decodes style pictures.
  static var style: TestImage { .style() }

  private func withNetwork(_ body: (MUNIT, TestHost) throws -> Void) throws {
    let host = try TestHost(threads: 2)
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededMUNIT.tensors(), to: path)
      try body(MUNIT(WeightSet.open(path, host: PluginHost(host.raw))), host)
    }
  }

  private func expect(_ planes: Planes, _ name: String) throws {
    let difference = try GraphRun.difference(planes.values, Places.numbers("munit_\(name)"))
    #expect(difference <= 1e-4, "\(name): \(difference)")
  }

  @Test("Inside the network: content, code, the norms' numbers, residual blocks, the first enlargement, to 1e-4")
  func inside() throws {
    try withNetwork { network, host in
      let content = try GraphRun.run(host, [Planes(Self.picture)]) { g in
        network.content(g.input("image", channels: 3), .a2b, in: g)
      }
      try expect(content, "content")
      let style = Self.style
      let signed = Planes(style.pixels.map { 2 * $0 - 1 }, c: 3, h: style.h, w: style.w)
      let code = try GraphRun.run(host, [signed]) { g in
        network.code(of: g.input("style", channels: 3), .a2b, in: g)
      }
      try expect(code, "code")
      let decoder = network.b.decoder
      try expect(
        GraphRun.run(host, [code]) { g in decoder.norms(g.input("code", channels: 8), in: g) }, "norms")
      let blocks = try GraphRun.run(host, [content, code]) { g in
        let (content, code) = (g.input("content", channels: 16), g.input("code", channels: 8))
        return decoder.styled(content, decoder.norms(code, in: g), in: g)
      }
      try expect(blocks, "blocks")
      let first = try #require(decoder.up.first)
      try expect(
        GraphRun.run(host, [blocks]) { g in decoder.enlarged(g.input("x", channels: 16), first, in: g) }, "enlarged")
    }
  }

  @Test("Pictures in the style of another, in both directions, to 1e-4", arguments: ["a2b", "b2a"])
  func guided(direction: String) throws {
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededMUNIT.tensors(), to: path)
      let plugin = try PluginDriver(
        BuiltPlugins.munit, model: path, texts: ["direction": direction], pictures: ["style": Self.style],
        host: TestHost(threads: 2))
      let picture = try plugin.run(Self.picture, black: -1, white: 1)
      try expect(Planes(picture), direction)
    }
  }

  @Test("A picture whose sides are no multiples of 4, in the style of a given code, to 1e-4")
  func odd() throws {
    try withNetwork { network, host in
      let odd = TestImage.picture(h: 21, w: 19, black: -1, white: 1)
      let code = Planes((0..<8).map { (Float($0) - 3.5) / 2 }, c: 8)
      let picture = try GraphRun.run(host, [Planes(odd), code]) { g in
        let (image, code) = (g.input("image", channels: 3), g.input("code", channels: 8))
        return network.picture(network.content(image, .a2b, in: g), code: code, like: image, .a2b, in: g)
      }
      #expect(picture.shape == (3, 21, 19))
      try expect(picture, "odd")
    }
  }
}
