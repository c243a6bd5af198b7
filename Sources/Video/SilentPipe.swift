// A write that reports a closed consumer by its result instead of killing the process.
import Glibc

/// Writing without SIGPIPE, for this thread and this call only: a library must not change what signals mean to its program.
enum SilentPipe {
  /// Like write(2), but a closed consumer is only ever errno EPIPE.
  static func write(_ descriptor: Int32, _ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
    var pipe = sigset_t()
    var before = sigset_t()
    var pending = sigset_t()
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    sigemptyset(&pending)
    sigpending(&pending)
    let alreadyPending = sigismember(&pending, SIGPIPE) == 1
    pthread_sigmask(SIG_BLOCK, &pipe, &before)
    let result = Glibc.write(descriptor, bytes, count)
    let failure = errno
    if result < 0, failure == EPIPE, !alreadyPending {
      var none = timespec(tv_sec: 0, tv_nsec: 0)
      _ = sigtimedwait(&pipe, nil, &none)  // takes away the signal that this very write raised
    }
    pthread_sigmask(SIG_SETMASK, &before, nil)
    errno = failure
    return result
  }
}
