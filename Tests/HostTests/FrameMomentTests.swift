// FrameMomentTests.swift - the time of frames in streams that do not count it well.

import Testing
import Video

@testable import Host

@Suite("the moments of frames")
struct FrameMomentTests {
  /// Seconds of frames with these presentation times in hundredths of a second, each `duration` long; nil where a frame says none.
  private func seconds(_ times: [Int64?], duration: Int64 = 4, rate: Rational? = nil) throws -> [Double] {
    let pool = try FramePool(width: 8, height: 8, pixelFormat: PixelFormat(named: "gray"))
    let moments = FrameMoments(frameRate: rate)
    return try times.map { time in
      let frame = try pool.next()
      (frame.timeBase, frame.presentationTime, frame.duration) = (Rational(1, 100), time, duration)
      return (try moments.next(frame).seconds * 1e6).rounded() / 1e6
    }
  }

  @Test("time counts from the first frame, gaps and all")
  func counting() throws {
    #expect(try seconds([700, 704, 720, 721]) == [0, 0.04, 0.2, 0.21])
  }

  @Test("where a stream begins to count anew time goes on after the frame before")
  func anew() throws {
    #expect(try seconds([0, 4, 8, 0, 4, 8, 2]) == [0, 0.04, 0.08, 0.12, 0.16, 0.2, 0.24])
    #expect(try seconds([50, 54, 10, 20], duration: 0, rate: Rational(10, 1)) == [0, 0.04, 0.14, 0.24])
  }

  @Test("a frame that does not say its time comes right after the one before")
  func unknown() throws {
    #expect(try seconds([nil, nil, nil], duration: 0) == [0, 0.04, 0.08])
    #expect(try seconds([nil, 30, nil, 38]) == [0, 0.04, 0.08, 0.12])
  }
}
