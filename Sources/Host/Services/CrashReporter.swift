// CrashReporter.swift - when a plugin crashes inside this process, says which one and where, and ends with exit code 3.

import Foundation
import Synchronization

/// Remembers whose code is running, for a signal handler that can do no more than write and leave.
public enum CrashReporter {
  /// Address of the running plugin's id (a C string that is never freed), 0 while none runs.
  private static let running = Atomic<UInt>(0)
  /// The frame it is at, -1 outside process().
  private static let frame = Atomic<Int64>(-1)
  /// Room for the digits of a number; the handler allocates nothing.
  nonisolated(unsafe) private static let digits = UnsafeMutablePointer<UInt8>.allocate(capacity: 32)

  /// Installs the handlers. Once, before the first plugin is loaded.
  public static func install() {
    // Touches everything the handler reads: lazily made statics must exist before a signal.
    running.store(0, ordering: .relaxed)
    frame.store(-1, ordering: .relaxed)
    digits.initialize(repeating: 0, count: 32)
    prepareStack()
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { signal in CrashReporter.report(signal) }
    action.sa_flags = Int32(SA_ONSTACK) | Int32(bitPattern: UInt32(SA_RESETHAND)) | Int32(SA_NODEFER)
    for signal in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP] { sigaction(signal, &action, nil) }
    atexit { CrashReporter.reportExit() }
  }

  /// Gives the calling thread a second stack for the handler, so that an overflow of the first is reported too.
  static func prepareStack() {
    var stack = stack_t()
    stack.ss_size = 64 << 10
    stack.ss_sp = malloc(stack.ss_size)
    // Lives as long as the process: there are two such threads.
    if stack.ss_sp != nil { sigaltstack(&stack, nil) }
  }

  /// Runs a call into a plugin with its name on the record.
  static func during<Result>(_ plugin: UnsafePointer<CChar>?, frame number: Int64 = -1, _ body: () -> Result) -> Result
  {
    frame.store(number, ordering: .relaxed)
    running.store(UInt(bitPattern: plugin), ordering: .releasing)
    defer { running.store(0, ordering: .releasing) }
    return body()
  }

  private static func report(_ signal: Int32) {
    guard UnsafePointer<CChar>(bitPattern: running.load(ordering: .acquiring)) != nil else {
      // Not in a plugin: a bug of ours, which a core dump or a debugger should see. The handler is reset: this ends us.
      raise(signal)
      return
    }
    tell("crashed")
    _exit(3)
  }

  private static func reportExit() {
    guard running.load(ordering: .acquiring) != 0 else { return }
    tell("ended the process")
    _exit(3)
  }

  private static func tell(_ what: StaticString) {
    write("\nstylehost: plugin '")
    if let name = UnsafePointer<CChar>(bitPattern: running.load(ordering: .acquiring)) {
      _ = Foundation.write(2, name, strlen(name))
    }
    write("' ")
    write(what)
    let number = frame.load(ordering: .relaxed)
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
