// CrashReporter.swift - when a plugin crashes inside this process, says which one and where, and ends with exit code 3.

import Foundation
import Synchronization

/// Remembers whose code is running on which thread, for a signal handler that can do no more than write and leave.
public enum CrashReporter {
  /// One call into a plugin.
  private struct Call: ~Copyable {
    /// Address of the plugin's id (a C string that is never freed), 0 while the place is free.
    let plugin = Atomic<UInt>(0)
    /// The thread that makes the call.
    let thread = Atomic<UInt>(0)
    /// The frame it is at, -1 outside process().
    let frame = Atomic<Int64>(-1)
  }

  /// Calls that can be on the record at a time: one a lane, and a lane has a thread at least.
  private static let capacity = 1025
  /// SAFETY: made once; its members are atomic.
  nonisolated(unsafe) private static let calls: UnsafeMutablePointer<Call> = {
    let calls = UnsafeMutablePointer<Call>.allocate(capacity: capacity)
    for place in 0..<capacity { (calls + place).initialize(to: Call()) }
    return calls
  }()
  /// The thread that the host itself leaves from.
  private static let home = Atomic<UInt>(0)
  /// The thread whose crash is told of, 0 as long as none is.
  private static let teller = Atomic<UInt>(0)
  /// Room for the digits of a number; the handler allocates nothing.
  nonisolated(unsafe) private static let digits = UnsafeMutablePointer<UInt8>.allocate(capacity: 32)

  /// Installs the handlers. Once, before the first plugin is loaded, on the thread that will end the program.
  public static func install() {
    // Touches everything the handler reads: lazily made statics must exist before a signal.
    _ = calls
    digits.initialize(repeating: 0, count: 32)
    home.store(UInt(pthread_self()), ordering: .releasing)
    prepareStack()
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { signal in CrashReporter.report(signal) }
    // Not reset by the first crash: another lane may crash while that one is told of.
    action.sa_flags = Int32(SA_ONSTACK) | Int32(SA_NODEFER)
    for signal in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP] { sigaction(signal, &action, nil) }
    atexit { CrashReporter.reportExit() }
  }

  /// Gives the calling thread a second stack for the handler, so that an overflow of the first is reported too.
  static func prepareStack() {
    var stack = stack_t()
    stack.ss_size = 64 << 10
    stack.ss_sp = malloc(stack.ss_size)
    // Lives as long as the process: there is one such thread a lane, and few lanes.
    if stack.ss_sp != nil { sigaltstack(&stack, nil) }
  }

  /// Runs a call into a plugin with its name on the record.
  static func during<Result>(_ plugin: UnsafePointer<CChar>?, frame number: Int64 = -1, _ body: () -> Result) -> Result
  {
    let place = claim(UInt(bitPattern: plugin), number)
    defer { if let place { calls[place].plugin.store(0, ordering: .releasing) } }
    return body()
  }

  /// A place on the record, nil where all are taken.
  private static func claim(_ plugin: UInt, _ number: Int64) -> Int? {
    guard plugin != 0 else { return nil }
    for place in 0..<capacity {
      let taken = calls[place].plugin.compareExchange(expected: 0, desired: plugin, ordering: .acquiringAndReleasing)
      guard taken.exchanged else { continue }
      calls[place].thread.store(UInt(pthread_self()), ordering: .relaxed)
      calls[place].frame.store(number, ordering: .releasing)
      return place
    }
    return nil
  }

  /// The call that this thread is in, or else any that is running: this may be a worker of its loop.
  private static func current() -> Int? {
    var other: Int?
    for place in 0..<capacity where calls[place].plugin.load(ordering: .acquiring) != 0 {
      if calls[place].thread.load(ordering: .relaxed) == UInt(pthread_self()) { return place }
      other = other ?? place
    }
    return other
  }

  private static func report(_ signal: Int32) {
    let here = UInt(pthread_self())
    let first = teller.compareExchange(expected: 0, desired: here, ordering: .acquiringAndReleasing)
    // Another thread has crashed before this one and ends the process in a moment.
    if !first.exchanged && first.original != here { while true { pause() } }
    guard first.exchanged, let place = current() else {
      // Not in a plugin: a bug of ours, which a core dump or a debugger should see.
      Foundation.signal(signal, SIG_DFL)
      raise(signal)
      return
    }
    tell(place, "crashed")
    _exit(3)
  }

  private static func reportExit() {
    guard let place = current() else { return }
    // Out of no call of its own the host leaves as it means to, whatever other threads are at.
    let (own, here) = (calls[place].thread.load(ordering: .relaxed), UInt(pthread_self()))
    if own != here, here == home.load(ordering: .acquiring) { return }
    tell(place, "ended the process")
    _exit(3)
  }

  private static func tell(_ place: Int, _ what: StaticString) {
    write("\nstylehost: plugin '")
    if let name = UnsafePointer<CChar>(bitPattern: calls[place].plugin.load(ordering: .acquiring)) {
      _ = Foundation.write(2, name, strlen(name))
    }
    write("' ")
    write(what)
    let number = calls[place].frame.load(ordering: .relaxed)
    if number >= 0 {
      write(" while processing frame ")
      write(number: number)
    } else {
      write(" while being set up")
    }
    write("\n")
  }

  private static func write(_ text: StaticString) { _ = Foundation.write(2, text.utf8Start, text.utf8CodeUnitCount) }

  private static func write(number: Int64) {
    var rest = UInt64(max(0, number))
    var start = 32
    repeat {
      start -= 1
      digits[start] = UInt8(48 + rest % 10)
      rest /= 10
    } while rest > 0
    _ = Foundation.write(2, digits + start, 32 - start)
  }
}
