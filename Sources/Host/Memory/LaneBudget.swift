// LaneBudget.swift - how many frames may be worked on, and wait, at a time: as many as memory lets there be.

enum LaneBudget {
  /// One lane per thread, as far as they fit into memory beside room for another: a plan takes half of what is left, so that of
  /// the last lane would run in sweeps. At least one.
  ///
  /// - Parameters:
  ///   - laneBytes: what a lane takes.
  ///   - allowedBytes: what all of them may take; nil where there is no limit.
  static func lanes(threads: Int, laneBytes: Int, allowedBytes: Int?) -> Int {
    guard let allowedBytes else { return threads }
    return min(threads, max(1, allowedBytes / max(1, laneBytes) - 1))
  }

  /// Frames that may wait between two stages: enough for all lanes, but no more than an eighth of the memory. At least one.
  static func waitingFrames(threads: Int, frameBytes: Int, limit: Int?) -> Int {
    let wanted = threads + 2
    guard let limit else { return wanted }
    return min(wanted, max(1, limit / 8 / max(1, frameBytes)))
  }
}
