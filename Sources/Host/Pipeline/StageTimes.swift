// StageTimes.swift - how long each verb takes per frame: median and minimum, in bounded memory.

import Foundation
import Synchronization

/// The verbs that are timed.
public enum Stage: String, CaseIterable, Sendable {
  case decode, unpack, stylize, pack, encode
}

/// What is known of one stage.
public struct StageTime: Encodable, Equatable, Sendable {
  /// Milliseconds of the middle frame (of the last 4096).
  public let medianMs: Double
  /// Milliseconds of the fastest frame.
  public let minMs: Double
}

/// Collects times per stage; any thread.
final class StageTimes: Sendable {
  private struct Samples {
    var ring: [Double] = []
    var next = 0
    var minimum = Double.infinity
    var skipped = 0

    mutating func add(_ value: Double, skipping first: Int) {
      guard skipped >= first else {
        skipped += 1
        return
      }
      minimum = min(minimum, value)
      if ring.count < 4096 {
        ring.append(value)
      } else {
        ring[next] = value
        next = (next + 1) % ring.count
      }
    }
  }

  private let samples = Mutex([Stage: Samples]())
  private let skipped: Int

  /// - Parameter skipping: the first frames of every stage, which are its warm-up.
  init(skipping: Int = 0) { skipped = skipping }

  /// Runs one frame's worth of a stage and remembers how long it took.
  func measure<Result>(_ stage: Stage, _ body: () throws -> Result) rethrows -> Result {
    let started = ContinuousClock.now
    let result = try body()
    add(stage, ContinuousClock.now - started)
    return result
  }

  /// Remembers a duration.
  func add(_ stage: Stage, _ duration: Duration) {
    samples.withLock { $0[stage, default: Samples()].add(duration.milliseconds, skipping: skipped) }
  }

  /// Median and minimum of each stage; zero for a stage that never ran.
  func summary() -> [Stage: StageTime] {
    samples.withLock { samples in
      var result: [Stage: StageTime] = [:]
      for stage in Stage.allCases {
        let sorted = samples[stage]?.ring.sorted() ?? []
        result[stage] =
          sorted.isEmpty
          ? StageTime(medianMs: 0, minMs: 0)
          : StageTime(medianMs: sorted[sorted.count / 2], minMs: samples[stage]?.minimum ?? 0)
      }
      return result
    }
  }
}

extension Duration {
  /// The same in milliseconds.
  var milliseconds: Double { Double(components.seconds) * 1e3 + Double(components.attoseconds) * 1e-15 }
}
