// RunForecastTests.swift - what `--dry-run` says, word for word.

import Testing
import Video

@testable import Host

@Suite("the forecast of a run")
struct RunForecastTests {
  private func time(_ secondsPerFrame: Double?, frames: Int?, timeline: Bool = false) throws -> String? {
    let video = VideoProperties(
      width: 64, height: 48, pixelFormat: try PixelFormat(named: "yuv420p"), timeBase: Rational(1, 25),
      frameRate: nil)
    let forecast = RunForecast(
      input: video, output: (48, 64), frameCount: frames, styles: "paint", isSwept: false, work: 1, memory: 1 << 28,
      memoryLimit: nil, scratch: 0, lanes: 1, secondsPerFrame: secondsPerFrame, hasTimeline: timeline)
    return forecast.description.split(separator: "\n").last.map(String.init)
  }

  @Test("time is that of all frames and of one, at most with a timeline, and unknown where it could not be measured")
  func times() throws {
    #expect(try time(0.045, frames: 100) == "time     about 4.5 s, 45 ms a frame")
    #expect(try time(2, frames: nil) == "time     about 2.0 s a frame")
    #expect(
      try time(2, frames: 100, timeline: true) == "time     at most about 3 min 20 s, 2.0 s a frame, but for fades")
    #expect(
      try time(nil, frames: 100) == "time     unknown: the styles could not be measured on a small picture")
  }
}
