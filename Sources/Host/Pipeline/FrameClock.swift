// FrameClock.swift - when the frames of a stream are due, in seconds from its first one on.

import Video

/// Tells the time of frames in their order.
struct FrameClock {
  private let frameRate: Double
  /// What is added to the stream's time.
  private var shift: Double?
  /// Where the frame before ends.
  private var end = 0.0
  private var last = 0.0

  /// - Parameter frameRate: for frames that do not say their time; 25 a second where it is unknown too.
  init(frameRate: Rational?) { self.frameRate = FrameMoments.rate(frameRate) }

  /// Seconds of the next frame. Time never runs backwards: where a stream begins to count anew, as joined files do, it goes on after
  /// the frame before, and so it does where a frame does not say its time.
  mutating func seconds(of frame: Frame) -> Double {
    var seconds = end
    if let own = frame.seconds {
      if shift.map({ own + $0 < last }) ?? true { shift = end - own }
      seconds = own + (shift ?? 0)
    }
    last = seconds
    let length = frame.timeBase.seconds(frame.duration)
    end = seconds + (length > 0 ? length : 1 / frameRate)
    return seconds
  }
}
