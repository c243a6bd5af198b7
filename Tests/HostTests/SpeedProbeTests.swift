// SpeedProbeTests.swift - the small picture that tells how long a frame takes.

import Testing

@testable import Host

@Suite("the picture that speed is measured on")
struct SpeedProbeTests {
  private let styles: TestStyles

  init() throws { styles = try TestStyles() }

  private func probe(_ h: Int, _ w: Int) throws -> SpeedProbe { try SpeedProbe(h: h, w: w, styles.services) }

  @Test("it has the proportions of the frames, never more pixels than they, and enough of them for narrow ones")
  func shapes() throws {
    for (frame, expected) in [
      ((1080, 1920), (288, 512)), ((8192, 8192), (384, 384)), ((48, 64), (48, 64)), ((1, 1), (1, 1)),
      ((64, 32768), (64, 2304)), ((32768, 64), (2304, 64)), ((1, 65536), (1, 65536)), ((400, 60000), (96, 1536)),
    ] {
      let size = try probe(frame.0, frame.1).probe([styles.resolve("paint")])
      #expect((size.h, size.w) == expected, "for \(frame)")
    }
  }

  @Test(
    "a working size is to it what it is to the frames", arguments: ["size=640x360", "size=360", "scale=0.3333333333"])
  func workingSizes(option: String) throws {
    let measured = try probe(1080, 1920).measurable([styles.resolve("paint:\(option)"), styles.resolve("mischief")])
    #expect(measured.count == 1)
    let size = try measured[0][0].options.size.applied(h: 288, w: 512, of: "paint")
    #expect(size == (96, 171))
    #expect(measured[0][1].options.size == .own)
  }

  @Test(
    "it grows until a style works on 96x96 pixels of it, or on all of the frames, or it would have to be waited for",
    arguments: [
      ("paint:size=360", (8192, 8192), (2184, 2185), (96, 96)),
      ("paint:scale=0.1", (2000, 1000), (1357, 679), (136, 68)),
      ("paint:size=64", (1000, 1000), (1000, 1000), (64, 64)), ("paint:size=64", (8192, 8192), (2560, 2560), (20, 20)),
      ("paint:scale=2", (8192, 8192), (384, 384), (768, 768)),
    ])
  func smallWorkingSizes(option: String, frame: (Int, Int), expected: (Int, Int), working: (Int, Int)) throws {
    let frames = try probe(frame.0, frame.1)
    let measured = try frames.measurable([styles.resolve(option), styles.resolve("mischief")])[0]
    let size = frames.probe(measured)
    #expect(size == expected)
    #expect(try measured[0].options.size.applied(h: size.h, w: size.w, of: "paint") == working)
  }

  @Test("styles that cannot run on it give no time rather than an error")
  func failure() throws {
    #expect(try probe(48, 64).secondsPerFrame([styles.resolve("mischief")]) != nil)
    #expect(try probe(48, 64).secondsPerFrame([styles.resolve("mischief:does=refuse")]) == nil)
    #expect(try probe(48, 64).secondsPerFrame([styles.resolve("paint:grow=1,strength=0.5")]) == nil)
  }

  @Test("a working size behind a style that makes pictures of another size gives no time")
  func dependentSizes() throws {
    func seconds(_ texts: String...) throws -> Double? { try probe(48, 64).secondsPerFrame(texts.map(styles.resolve)) }
    #expect(try seconds("paint:grow=1", "mischief") != nil)
    #expect(try seconds("mischief:size=24", "paint:grow=1") != nil)
    #expect(try seconds("paint:grow=1", "mischief:size=24") == nil)
  }
}
