// FramePlace.swift - a place in a run, by time or by number.

/// Where a keyframe stands.
enum FramePlace: Equatable, Sendable {
  /// Seconds of presentation time after the first frame.
  case seconds(Double)
  /// Frames after the first.
  case frame(Int)

  /// What a container's rounding may take from a frame's time: Matroska counts milliseconds. Never a whole frame.
  static func rounding(rate: Double) -> Double { min(0.001, 0.5 / rate) }

  /// The time of the place, where a second has `rate` frames.
  func seconds(rate: Double) -> Double {
    switch self {
    case .seconds(let seconds): return seconds
    case .frame(let number): return Double(number) / rate
    }
  }
}

/// Places in order. Each is reached when it and all before it are, also where frames do not come as evenly as `rate` says, so that
/// times and numbers of frames pass each other.
extension FramePlace {
  /// The number and the time that a frame must have.
  struct Due: Sendable {
    var number = 0
    var seconds = 0.0
  }

  /// Elements sorted by their place; those at one place stay in their order.
  static func ordered<Element>(_ elements: [Element], rate: Double, _ place: (Element) -> FramePlace) -> [Element] {
    elements.enumerated().map {
      (offset: $0.offset, seconds: place($0.element).seconds(rate: rate), element: $0.element)
    }
    .sorted { ($0.seconds, $0.offset) < ($1.seconds, $1.offset) }.map(\.element)
  }

  /// When ordered places are reached.
  static func due(_ places: [FramePlace], rate: Double) -> [Due] {
    var last = Due()
    return places.map {
      switch $0 {
      case .frame(let number): last.number = max(last.number, number)
      case .seconds(let seconds): last.seconds = max(last.seconds, seconds - rounding(rate: rate))
      }
      return last
    }
  }

  /// How many of them have been reached.
  static func reached(_ due: [Due], by moment: FrameMoment) -> Int {
    var (low, high) = (0, due.count)
    while low < high {
      let middle = (low + high) / 2
      if moment.number >= due[middle].number, moment.seconds >= due[middle].seconds {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
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
