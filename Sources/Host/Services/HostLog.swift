// HostLog.swift - all words for the person, to stderr, one line each; keeps a live progress line out of their way.

import Foundation
import Synchronization

/// The one logger. Any thread.
public final class HostLog: Sendable {
  /// How much is said; each level includes those below it.
  public enum Level: Int, Comparable, Sendable {
    case error, warning, info, debug

    /// Quieter is less.
    public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  private struct State {
    var said: Set<String> = []
    var live = ""
  }

  /// Lines above this level are dropped.
  public let level: Level
  private let descriptor: Int32
  private let state = Mutex(State())

  /// A logger that writes to a descriptor, by default stderr.
  public init(level: Level = .info, descriptor: Int32 = 2) {
    self.level = level
    self.descriptor = descriptor
  }

  /// One line at a level. Newlines inside become spaces, and other control characters are spelled out: names come from files that
  /// may have been written to fool a terminal.
  public func say(_ level: Level, _ text: String) {
    guard level <= self.level else { return }
    let line = HostLog.printable(text.split(whereSeparator: \.isNewline).joined(separator: " "))
    state.withLock { state in
      let clearing = state.live.isEmpty ? "" : "\r\u{1b}[K"
      write(clearing + "stylehost: " + line + "\n" + state.live)
    }
  }

  /// One line, the first time only.
  public func once(_ level: Level, _ text: String) {
    let isNew = state.withLock { $0.said.count < 1000 && $0.said.insert(text).inserted }
    if isNew { say(level, text) }
  }

  /// Replaces the live line at the bottom of a terminal; an empty text removes it.
  public func live(_ text: String) {
    state.withLock { state in
      guard !(text.isEmpty && state.live.isEmpty) else { return }
      state.live = text
      write("\r" + text + "\u{1b}[K")
    }
  }

  private static func printable(_ text: String) -> String {
    text.unicodeScalars.map {
      $0.properties.generalCategory == .control ? $0.escaped(asASCII: true) : String($0)
    }.joined()
  }

  private func write(_ text: String) {
    let bytes = Array(text.utf8)
    var sent = 0
    // Nothing can be done where stderr cannot be written: the work goes on.
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent)
      }
      if count <= 0, errno != EINTR { return }
      sent += max(0, count)
    }
  }
}
