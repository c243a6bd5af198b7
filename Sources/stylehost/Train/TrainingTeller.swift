// TrainingTeller.swift - a training's words: a live line on a terminal, else a line now and then.

import Foundation
import Host
import Synchronization
import Training

/// Lets a training speak through the log.
final class TrainingTeller: Sendable {
  private let log: HostLog
  private let isLive: Bool
  private let shown = Mutex<ContinuousClock.Instant?>(nil)

  /// - Parameter isLive: the line at the bottom of a terminal is kept up to date; else there is a line every half minute.
  init(_ log: HostLog, isLive: Bool) { (self.log, self.isLive) = (log, isLive) }

  /// What the training calls.
  var voice: TrainingVoice {
    TrainingVoice(
      tell: { self.log.say(.info, $0) }, warn: { self.log.say(.warning, $0) }, progress: { self.progress($0) })
  }

  /// No more lines come.
  func end() { log.live("") }

  private func progress(_ progress: TrainingProgress) {
    let now = ContinuousClock.now
    let isDue = shown.withLock { shown in
      if let last = shown, last + (isLive ? .milliseconds(200) : .seconds(30)) > now { return false }
      shown = now
      return true
    }
    guard isDue, log.level >= .info else { return }
    if isLive { log.live(progress.line) } else { log.say(.info, progress.line) }
  }
}
