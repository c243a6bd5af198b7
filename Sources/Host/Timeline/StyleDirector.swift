// StyleDirector.swift - follows a timeline's switches from frame to frame.

/// One switch of a timeline.
struct StyleSwitch: Sendable {
  let place: FramePlace
  /// The number of the style; nil for the picture as it is.
  let style: Int?
  /// Seconds that it takes.
  let fade: Double
  let easing: Easing
  /// It waits for the first cut from its place on.
  let isOnCut: Bool
}

/// Says of each frame, in order, what it shows. Belongs to the decode thread.
///
/// Before the first switch the picture is shown as it is. A switch that comes while another still fades, or waits for its cut,
/// ends that at once.
struct StyleDirector {
  private let switches: [StyleSwitch]
  private let due: [FramePlace.Due]
  private let rounding: Double
  /// The first that has not been reached.
  private var next = 0
  private var waiting: StyleSwitch?
  private var style: Int?
  private var fading: Fade?

  private struct Fade {
    let former: Int?
    let start: Double
    let length: Double
    let easing: Easing
  }

  /// - Parameter rate: frames per second, to compare places by time with those by number.
  init(_ switches: [StyleSwitch], rate: Double) {
    self.switches = FramePlace.ordered(switches, rate: rate) { $0.place }
    due = FramePlace.due(self.switches.map(\.place), rate: rate)
    rounding = FramePlace.rounding(rate: rate)
  }

  /// What the next frame shows.
  mutating func next(_ moment: FrameMoment, isCut: Bool) -> Showing {
    let end = FramePlace.reached(due, by: moment)
    while next < end {
      let reached = switches[next]
      next += 1
      waiting = reached.isOnCut ? reached : nil
      if !reached.isOnCut { begin(reached, moment) }
    }
    if isCut, let due = waiting {
      waiting = nil
      begin(due, moment)
    }
    guard let fade = fading else { return Showing(style) }
    guard fade.start + fade.length - moment.seconds > rounding else {
      fading = nil
      return Showing(style)
    }
    let share = fade.easing.progress((moment.seconds - fade.start) / fade.length)
    return share > 0 ? Showing(style, over: fade.former, share: share) : Showing(fade.former)
  }

  private mutating func begin(_ due: StyleSwitch, _ moment: FrameMoment) {
    let former = style
    style = due.style
    fading = nil
    guard due.fade > 0, former != style else { return }
    var start = moment.seconds
    if !due.isOnCut, case .seconds(let seconds) = due.place { start = seconds }
    fading = Fade(former: former, start: start, length: due.fade, easing: due.easing)
  }
}
