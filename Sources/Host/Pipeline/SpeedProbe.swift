// SpeedProbe.swift - how long styles take for frames of a size, measured on a small picture.

import Graph

/// Runs styles over a picture that is small enough not to be waited for and has the proportions of a stream's frames.
struct SpeedProbe {
  private let services: ComputeServices
  private let precision: PrecisionWish
  /// Of the frames, and of the picture that stands for them.
  let frame: (h: Int, w: Int), probe: (h: Int, w: Int)

  /// Of a square with as many pixels as the picture has at most: large enough for all threads.
  private static let side = 384
  /// The shorter side is not made shorter than this, or a row would cost another part of the time than it does in the frames.
  private static let shortest = 96

  /// - Parameters:
  ///   - h: and `w`: of the frames.
  ///   - services: a run's own; their engine learns nothing of what is measured.
  init(h: Int, w: Int, _ services: ComputeServices, _ precision: PrecisionWish) throws(HostError) {
    self.services = try services.apart(log: HostLog(level: .error))
    self.precision = precision
    frame = (h, w)
    let shrink = min(1, Double(Self.side) / (Double(h) * Double(w)).squareRoot())
    let shorter = max(Int(Double(min(h, w)) * shrink), min(h, w, Self.shortest))
    let longer = min(max(h, w), Self.side * Self.side / shorter)
    probe = h < w ? (shorter, longer) : (longer, shorter)
  }

  /// Seconds that all threads need for a frame where all fits into memory; nil where the styles take no small pictures, or not
  /// even these fit. With styles of a timeline, of the dearest of them.
  func secondsPerFrame(_ styles: [ResolvedStyle]) -> Double? {
    var slowest = 0.0
    for styles in measurable(styles) {
      guard let seconds = try? secondsPerPixel(styles) else { return nil }
      slowest = max(slowest, seconds)
    }
    return slowest * Double(frame.h * frame.w)
  }

  /// What is to be measured: each style of a timeline alone before those that are always shown, with nothing that changes, at a
  /// working size that is to the picture what the one asked for is to the frames.
  func measurable(_ styles: [ResolvedStyle]) -> [[ResolvedStyle]] {
    let steady = styles.map { style in
      var style = style
      if !style.animation.options.isEmpty { style.options.numbers = StyleNumbers() }
      style.animation = Animation()
      if style.options.size != .own,
        let size = try? style.options.size.applied(h: frame.h, w: frame.w, of: style.plugin.info.id)
      {
        let share = Double(size.h * size.w) / Double(frame.h * frame.w)
        style.options.size = .factor(share.squareRoot())
      }
      return style
    }
    let (switched, always) = (steady.filter(\.isSwitched), steady.filter { !$0.isSwitched })
    return switched.isEmpty ? [always] : switched.map { [$0] + always }
  }

  private func secondsPerPixel(_ styles: [ResolvedStyle]) throws(HostError) -> Double {
    let lanes = try StyleLanes(styles, services, mode: .latency, precision: precision, isLive: false)
    _ = try lanes.prepare(h: probe.h, w: probe.w, frameRate: nil)
    guard let picture = lanes.first.input, !lanes.plans.contains(where: \.isSwept) else { throw StyleChain.notReady }
    var best = Double.infinity
    for index in 0..<3 {
      let range = lanes.first.inputRange
      ProbePicture.fill(picture, black: range.black, white: range.white)
      let start = ContinuousClock.now
      _ = try lanes.first.process(ProbePicture.moment(index: index))
      // The first one also touches memory for the first time.
      if index > 0 { best = min(best, (ContinuousClock.now - start).milliseconds / 1e3) }
    }
    return best / Double(probe.h * probe.w)
  }
}
