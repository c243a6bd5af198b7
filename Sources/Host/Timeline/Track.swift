// Track.swift - one parameter of one style, over the whole run.

/// The keyframes of a parameter in the order of time. Its value is a function of the frame alone.
struct Track: Sendable {
  /// A value as the contract has it.
  enum Value: Equatable, Sendable {
    case number(Double)
    /// A whole number, a truth value, or the index of a choice.
    case integer(Int64)
    /// A text or a picture: its place in `Animation.stored`.
    case stored(Int)
  }

  /// A value at a place.
  struct Key: Sendable {
    let place: FramePlace
    /// From the key before to this one.
    let easing: Easing
    let value: Value
  }

  /// The parameter's place in its table.
  let index: Int
  /// Whether there are values between those of two keys: truth values, choices, texts and pictures have none.
  private let isSmooth: Bool
  /// What curves that swing beyond their ends are held to; of whole numbers what an Int64 holds.
  private let range: ClosedRange<Double>
  private(set) var keys: [Key] = []
  /// When each key is reached.
  private var due: [FramePlace.Due] = []
  /// Frames per second, where times and numbers of frames have to be compared.
  private var rate = 25.0

  /// An empty track of a parameter.
  init(index: Int, of parameter: ParameterInfo) {
    self.index = index
    isSmooth = parameter.kind == .float || parameter.kind == .int
    let isWhole = parameter.kind == .int
    let widest = isWhole ? -0x1p63...0x1p63.nextDown : -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    let low = max(parameter.hardMin ?? widest.lowerBound, widest.lowerBound)
    let high = min(parameter.hardMax ?? widest.upperBound, widest.upperBound)
    range = low...max(low, high)
  }

  mutating func append(_ key: Key) { keys.append(key) }

  /// The same in the order of time; of keys at one place the last in the file is the one that holds.
  func ordered(rate: Double) -> Track {
    var track = self
    track.rate = rate
    track.keys = FramePlace.ordered(keys, rate: rate) { $0.place }
    track.due = FramePlace.due(track.keys.map(\.place), rate: rate)
    return track
  }

  /// The value at a frame.
  func value(at moment: FrameMoment) -> Value {
    let next = FramePlace.reached(due, by: moment)
    let from = keys[max(0, next - 1)]
    guard isSmooth, next > 0, next < keys.count, from.value != keys[next].value else { return from.value }
    let to = keys[next]
    switch (from.value, to.value, to.easing.progress(share(from.place, to.place, moment))) {
    case (_, _, 0): return from.value
    case (_, _, 1): return to.value
    case (.number(let a), .number(let b), let progress): return .number(mixed(a, b, progress) ?? a)
    case (.integer(let a), .integer(let b), let progress):
      return .integer(mixed(Double(a), Double(b), progress).flatMap { Int64(exactly: $0.rounded()) } ?? a)
    default: return from.value
    }
  }

  /// So much of the way from one number to another, within the range; nil where numbers are too large to tell.
  private func mixed(_ from: Double, _ to: Double, _ progress: Double) -> Double? {
    // Not from + (to - from) * progress: the difference of two numbers need not be one.
    let value = from * (1 - progress) + to * progress
    return value.isNaN ? nil : min(max(value, range.lowerBound), range.upperBound)
  }

  /// How much of the time between two places has passed.
  private func share(_ from: FramePlace, _ to: FramePlace, _ moment: FrameMoment) -> Double {
    if case .frame(let first) = from, case .frame(let last) = to {
      return Double(moment.number - first) / Double(max(1, last - first))
    }
    let (start, end) = (from.seconds(rate: rate), to.seconds(rate: rate))
    return end > start ? (moment.seconds - start) / (end - start) : 1
  }
}
