// Track.swift - one parameter of one style, over the whole run.

/// The keyframes of a parameter in the order of time. Its value is a function of the frame alone.
struct Track: Sendable {
  /// How the value gets from one keyframe to the next.
  enum Blend: Sendable {
    /// Any value between.
    case number
    /// The nearest whole number.
    case whole
    /// Never between: truth values and choices, as integers.
    case step
    /// Never between: texts and pictures, which lie in a snapshot.
    case stored
  }

  /// A value at a place.
  struct Key: Sendable {
    let place: FramePlace
    /// From the key before to this one.
    let easing: Easing
    /// The value; of a stored one its index.
    let number: Double
  }

  /// The parameter's place in its table.
  let index: Int
  let blend: Blend
  /// What curves that swing beyond their ends are held to.
  let range: ClosedRange<Double>
  private(set) var keys: [Key] = []
  /// Frames per second, where times and numbers of frames have to be compared.
  private var rate = 25.0

  /// An empty track of a parameter.
  init(index: Int, of parameter: ParameterInfo) {
    self.index = index
    switch parameter.kind {
    case .float: blend = .number
    case .int: blend = .whole
    case .bool, .choice: blend = .step
    case .string, .path, .image, .images: blend = .stored
    }
    let low = parameter.hardMin ?? -.greatestFiniteMagnitude
    range = low...max(low, parameter.hardMax ?? .greatestFiniteMagnitude)
  }

  mutating func append(_ key: Key) { keys.append(key) }

  /// The same in the order of time; of keys at one place the last in the file is the one that holds.
  func ordered(rate: Double) -> Track {
    var track = self
    track.rate = rate
    track.keys = FramePlace.ordered(keys, rate: rate) { $0.place }
    return track
  }

  /// The value at a frame; of stored ones the index.
  func value(at moment: FrameMoment) -> Double {
    let next = FramePlace.reached(keys, by: moment) { $0.place }
    guard next > 0 else { return keys[0].number }
    guard next < keys.count, blend != .step, blend != .stored else { return keys[next - 1].number }
    let (from, to) = (keys[next - 1], keys[next])
    let value = from.number + (to.number - from.number) * to.easing.progress(share(from.place, to.place, moment))
    return min(max(blend == .whole ? value.rounded() : value, range.lowerBound), range.upperBound)
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

extension FramePlace {
  /// Elements sorted by their place; those at one place stay in their order.
  static func ordered<Element>(_ elements: [Element], rate: Double, _ place: (Element) -> FramePlace) -> [Element] {
    elements.enumerated().map {
      (offset: $0.offset, seconds: place($0.element).seconds(rate: rate), element: $0.element)
    }
    .sorted { ($0.seconds, $0.offset) < ($1.seconds, $1.offset) }.map(\.element)
  }

  /// How many of ordered elements have been reached.
  static func reached<Element>(_ elements: [Element], by moment: FrameMoment, _ place: (Element) -> FramePlace) -> Int {
    var (low, high) = (0, elements.count)
    while low < high {
      let middle = (low + high) / 2
      if place(elements[middle]).isReached(by: moment) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
