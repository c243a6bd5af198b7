// SignalWatcher.swift - Ctrl-C and SIGTERM as a wish to end in good order; the second one ends at once.

import Foundation
import Synchronization

/// Hears SIGINT and SIGTERM on whichever thread they arrive and acts on them on a thread of its own. (Blocking them and waiting with
/// sigwait would not do: libraries such as OpenBLAS start threads before main, which block nothing.)
public enum SignalWatcher {
  /// Where the handler writes the number of the signal, -1 before `start`.
  private static let writeEnd = Atomic<Int32>(-1)

  /// Starts watching. Once.
  ///
  /// - Parameter words: what the program does now that it was asked to end.
  public static func start(_ stop: StopSignal, _ log: HostLog, saying words: String = "finishing what has been read") {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [-1, -1]
    // Without a pipe signals end the program as they always do.
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    writeEnd.store(ends[1], ordering: .releasing)
    watch(ends[0], stop, log, words)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { SignalWatcher.pass($0) }
    action.sa_flags = Int32(SA_RESTART)
    var heard = sigset_t()
    sigemptyset(&heard)
    for number in [SIGINT, SIGTERM] {
      sigaction(number, &action, nil)
      sigaddset(&heard, number)
    }
    // Our caller may have started us with them blocked.
    pthread_sigmask(SIG_UNBLOCK, &heard, nil)
  }

  /// The handler: all it does is safe inside one.
  private static func pass(_ signal: Int32) {
    let before = errno
    var byte = UInt8(truncatingIfNeeded: signal)
    _ = write(writeEnd.load(ordering: .acquiring), &byte, 1)
    errno = before
  }

  private static func watch(_ readEnd: Int32, _ stop: StopSignal, _ log: HostLog, _ words: String) {
    let thread = Thread {
      var byte: UInt8 = 0
      var isSecond = false
      while true {
        guard read(readEnd, &byte, 1) == 1 else { continue }
        if isSecond { _exit(128 + Int32(byte)) }
        isSecond = true
        log.say(.warning, "\(words); once more ends at once")
        stop.set(Int32(byte))
      }
    }
    thread.name = "signals"
    thread.start()
  }
}
