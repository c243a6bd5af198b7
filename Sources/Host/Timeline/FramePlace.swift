// FramePlace.swift - a place in a run, by time or by number.

/// Where a keyframe stands.
enum FramePlace: Equatable, Sendable {
  /// Seconds of presentation time after the first frame.
  case seconds(Double)
  /// Frames after the first.
  case frame(Int)

  /// What a container's rounding may take from a frame's time: Matroska counts milliseconds.
  static let rounding = 0.001

  /// Whether a frame comes at this place or after it.
  func isReached(by moment: FrameMoment) -> Bool {
    switch self {
    case .seconds(let seconds): return moment.seconds >= seconds - FramePlace.rounding
    case .frame(let number): return moment.number >= number
    }
  }

  /// The time of the place, where a second has `rate` frames.
  func seconds(rate: Double) -> Double {
    switch self {
    case .seconds(let seconds): return seconds
    case .frame(let number): return Double(number) / rate
    }
  }
}

extension FramePlace: CustomStringConvertible {
  /// "time 4.5", "frame 100".
  var description: String {
    switch self {
    case .seconds(let seconds):
      return "time " + (Int(exactly: seconds).map { "\($0)" } ?? "\(seconds)")
    case .frame(let number): return "frame \(number)"
    }
  }
}
