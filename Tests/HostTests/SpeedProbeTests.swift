// SpeedProbeTests.swift - the small picture that tells how long a frame takes.

import Testing

@testable import Host

@Suite("the picture that speed is measured on")
struct SpeedProbeTests {
  private let styles: TestStyles

  init() throws { styles = try TestStyles() }

  private func probe(_ h: Int, _ w: Int) throws -> SpeedProbe {
    try SpeedProbe(h: h, w: w, styles.services, .f32)
  }

  @Test("it has the proportions of the frames, never more pixels than they, and enough of them for narrow ones")
  func shapes() throws {
    for (frame, expected) in [
      ((1080, 1920), (288, 512)), ((8192, 8192), (384, 384)), ((48, 64), (48, 64)), ((1, 1), (1, 1)),
      ((64, 32768), (64, 2304)), ((32768, 64), (2304, 64)), ((1, 65536), (1, 65536)), ((400, 60000), (96, 1536)),
    ] {
      let size = try probe(frame.0, frame.1).probe
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

  @Test("styles that cannot run on it give no time rather than an error")
  func failure() throws {
    #expect(try probe(48, 64).secondsPerFrame([styles.resolve("mischief")]) != nil)
    #expect(try probe(48, 64).secondsPerFrame([styles.resolve("mischief:does=fail")]) != nil)
    #expect(try probe(48, 64).secondsPerFrame([styles.resolve("paint:grow=1,strength=0.5")]) == nil)
  }
}
