// FrameMoments.swift - gives every frame of a run its moment, in order.

import Video

/// Counts frames and their time. Belongs to the decode thread.
final class FrameMoments: @unchecked Sendable {
  // @unchecked: used by the decode thread alone once the pipeline runs.
  private let frameRate: Rational?
  private var number = 0
  private var index = 0
  private var size = (h: 0, w: 0)
  private var firstSeconds: Double?

  /// - Parameter frameRate: of the stream, for frames that do not say their time; 25 a second where it is unknown too.
  init(frameRate: Rational? = nil) { self.frameRate = frameRate }

  /// The moment of the next frame.
  func next(_ frame: Frame) throws(HostError) -> FrameMoment {
    index = size == (frame.height, frame.width) ? index + 1 : 0
    size = (frame.height, frame.width)
    let moment = FrameMoment(of: frame, index: index, number: number, seconds: seconds(of: frame))
    number += 1
    return moment
  }

  private func seconds(of frame: Frame) -> Double {
    guard let own = frame.seconds else {
      let rate = frameRate.map { Double($0.numerator) / Double(max(1, $0.denominator)) } ?? 0
      return Double(number) / (rate > 0 ? rate : 25)
    }
    let first = firstSeconds ?? own
    firstSeconds = first
    return own - first
  }
}
