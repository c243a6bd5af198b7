// WorkMode.swift - how threads share the work on frames: all on one, or a frame each.

import Foundation
import Video

/// What the threads of a run do.
public enum WorkMode: String, CaseIterable, Sendable {
  /// All work on one frame: it is out soonest.
  case latency
  /// A frame each, where every style is stateless: more frames a second, each of them later, and memory per thread.
  case throughput
  /// Throughput where the input is a file and every style is stateless, latency otherwise.
  case auto

  /// Whether frames are shared out among lanes.
  ///
  /// - Throws: `HostError` of kind usage where that was demanded of a style that remembers frames.
  func usesLanes(for styles: [PluginInfo], isLive: Bool, threads: Int) throws(HostError) -> Bool {
    let stateful = styles.first { !$0.isStateless }
    if self == .throughput, let stateful {
      throw HostError(
        .usage, "--mode throughput: style '\(stateful.id)' may remember earlier frames; leave it to --mode latency")
    }
    guard threads > 1, !styles.isEmpty, stateful == nil else { return false }
    return self == .throughput || self == .auto && !isLive
  }
}

extension MediaSource {
  /// Whether frames come when they happen and not when we ask: pipes, devices, URLs. Files and numbered pictures wait for us.
  var isLive: Bool {
    var status = stat()
    switch self {
    case .descriptor(let number): return fstat(number, &status) != 0 || status.st_mode & S_IFMT != S_IFREG
    case .path(let path):
      guard stat(path, &status) == 0 else { return path.contains("://") || !path.contains("%") }
      return status.st_mode & S_IFMT != S_IFREG
    }
  }
}
