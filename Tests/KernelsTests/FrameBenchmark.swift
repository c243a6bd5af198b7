// FrameBenchmark.swift - times of the frame seams on one core, printed where STYLEHOST_BENCH=1 (meaningful with -c release).
import Foundation
import Kernels
import PluginAPI
import Testing

@Suite("Frame seams: benchmark", .serialized)
struct FrameBenchmark {
  // Skipped unless asked for: a time is only worth reading on a machine at rest.
  @Test(
    "Times of unpack and pack at 1920x1080", .enabled(if: ProcessInfo.processInfo.environment["STYLEHOST_BENCH"] == "1")
  )
  func fullHD() throws {
    let size: (h: Int32, w: Int32) = (1080, 1920)
    let frames = [
      FrameCase.yuv(FrameCase.Chroma.all[2], cosited: (false, true), size: size, white: 255),
      FrameCase.yuv(FrameCase.Chroma.all[2], cosited: (false, false), size: size, white: 255),
      FrameCase.yuv(FrameCase.Chroma.all[2], depth: 10, cosited: (true, true), size: size, white: 255),
      FrameCase.yuv(FrameCase.Chroma.all[0], cosited: (false, false), size: size, white: 255),
      FrameCase.plain(rgb: true, size: size, white: 255),
    ]
    for level in FrameSeams.levels {
      let seams = FrameSeams(level: level)
      for frame in frames {
        let coded = CodedFrame(frame), back = CodedFrame(frame), image = FloatImage(h: 1080, w: 1920)
        coded.fillRandomly(seed: 1)
        let unpack = try fastest { try seams.unpack(coded, into: image) }
        let pack = try fastest { try seams.pack(image, into: back) }
        print("level \(level), \(frame): unpack \(unpack), pack \(pack)")
        #expect(coded.compare(back).largest == 0)
      }
    }
  }

  private func fastest(_ body: () throws -> Void) rethrows -> Duration {
    let clock = ContinuousClock()
    var best = Duration.seconds(1000)
    for _ in 0..<20 { best = min(best, try clock.measure(body)) }
    return best
  }
}
