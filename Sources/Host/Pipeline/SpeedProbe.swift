// SpeedProbe.swift - how long styles take for frames of a size, measured on a small picture.

import Graph

/// Runs styles over a picture that is small enough not to be waited for and has the proportions of a stream's frames.
struct SpeedProbe {
  private let services: ComputeServices
  /// Of the frames.
  let frame: (h: Int, w: Int)

  /// Of a square with as many pixels as the picture has, unless a style works on few of them: large enough for all threads.
  private static let side = 384
  /// The shorter side is not made shorter than this, or a row would cost another part of the time than it does in the frames. What a
  /// style works on has as many pixels as a square of it.
  private static let shortest = 96
  /// As `side`, where a style works on few pixels: more would have to be waited for, and it takes next to no time beside the frames.
  private static let longestSide = 2560

  /// - Parameters:
  ///   - h: and `w`: of the frames.
  ///   - services: a run's own; their engine learns nothing of what is measured.
  init(h: Int, w: Int, _ services: ComputeServices) throws(HostError) {
    self.services = try services.apart(log: HostLog(level: .error))
    frame = (h, w)
  }

  /// Seconds that all threads need for a frame where all fits into memory; nil where the styles take no small pictures, or not
  /// even these fit, and where the size that a style works at depends on what an earlier one makes of a frame's. With styles of a
  /// timeline, of the dearest of them.
  ///
  /// - Parameter styles: with the precisions that they are to have.
  func secondsPerFrame(_ styles: [ResolvedStyle]) -> Double? {
    var slowest = 0.0
    for styles in measurable(styles) {
      guard let seconds = try? secondsPerPixel(styles) else { return nil }
      slowest = max(slowest, seconds)
    }
    return slowest * Double(frame.h * frame.w)
  }

  /// The size of the picture that stands for the frames: that of the frames at most.
  func probe(_ styles: [ResolvedStyle]) -> (h: Int, w: Int) {
    let (h, w) = frame
    let wanted = styles.map { Double(Self.shortest) / (share(of: $0) ?? 1).squareRoot() }.max() ?? 0
    let side = min(max(Double(Self.side), wanted), Double(Self.longestSide))
    let shrink = min(1, side / (Double(h) * Double(w)).squareRoot())
    let shorter = max(Int((Double(min(h, w)) * shrink).rounded()), min(h, w, Self.shortest))
    let longer = min(max(h, w), Int(side * side) / shorter)
    return h < w ? (shorter, longer) : (longer, shorter)
  }

  /// Pixels that a style works on, for each of a frame; nil where it works on the frames as they are, or cannot work at its size.
  private func share(of style: ResolvedStyle) -> Double? {
    guard style.options.size != .own,
      let size = try? style.options.size.applied(h: frame.h, w: frame.w, of: style.plugin.info.id)
    else { return nil }
    return Double(size.h * size.w) / Double(frame.h * frame.w)
  }

  /// What is to be measured: each style of a timeline alone before those that are always shown, with nothing that changes, at a
  /// working size that is to the picture what the one asked for is to the frames.
  func measurable(_ styles: [ResolvedStyle]) -> [[ResolvedStyle]] {
    let steady = styles.map { style in
      var style = style
      if !style.animation.options.isEmpty { style.options.numbers = StyleNumbers() }
      style.animation = Animation()
      if let share = share(of: style) { style.options.size = .factor(share.squareRoot()) }
      return style
    }
    let (switched, always) = (steady.filter(\.isSwitched), steady.filter { !$0.isSwitched })
    return switched.isEmpty ? [always] : switched.map { [$0] + always }
  }

  private func secondsPerPixel(_ styles: [ResolvedStyle]) throws(HostError) -> Double {
    let probe = probe(styles)
    let chain = try StyleChain.start(styles, services)
    try chain.prepare(h: probe.h, w: probe.w, frameRate: (0, 1))
    guard let picture = chain.input, !chain.hasDependentSizes, !services.engine.plans.contains(where: \.isSwept) else {
      throw StyleChain.notReady
    }
    var best = Double.infinity
    for index in 0..<3 {
      let range = chain.inputRange
      ProbePicture.fill(picture, black: range.black, white: range.white)
      let start = ContinuousClock.now
      _ = try chain.process(ProbePicture.moment(index: index))
      // The first one also touches memory for the first time.
      if index > 0 { best = min(best, (ContinuousClock.now - start).milliseconds / 1e3) }
    }
    return best / Double(probe.h * probe.w)
  }
}
