// SignalWatcher.swift - Ctrl-C and SIGTERM as a wish to end in good order; the second one ends at once.

import Foundation

/// Takes SIGINT and SIGTERM out of the hands of all threads and waits for them on a thread of its own.
public enum SignalWatcher {
  /// Starts watching. Once, on the main thread, before other threads are made: they inherit the mask.
  public static func start(_ stop: StopSignal, _ log: HostLog) {
    signal(SIGPIPE, SIG_IGN)
    var watched = sigset_t()
    sigemptyset(&watched)
    sigaddset(&watched, SIGINT)
    sigaddset(&watched, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &watched, nil)
    // A shell starts `stylehost ... &` with SIGINT ignored; some kernels throw away what is ignored even where it is blocked.
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
    let set = watched
    let thread = Thread {
      var watched = set
      var isSecond = false
      while true {
        var number: Int32 = 0
        guard sigwait(&watched, &number) == 0 else { continue }
        if isSecond { _exit(128 + number) }
        isSecond = true
        log.say(.warning, "finishing what has been read; once more ends at once")
        stop.set(number)
      }
    }
    thread.name = "signals"
    thread.start()
  }
}
