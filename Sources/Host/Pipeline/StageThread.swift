// StageThread.swift - a thread of the pipeline that can be waited for until nothing is left of it.

import Foundation

/// Runs a body once on a thread of its own.
///
/// After `join` the thread is over and has let go of all that the body held: what is destroyed with a run, styles above all, is not
/// destroyed behind the back of whoever waited for it. (`Foundation.Thread` lets go some time after its body.)
struct StageThread {
  /// What a new thread is told.
  private final class Order {
    let name: String
    let body: @Sendable () -> Void

    init(_ name: String, _ body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  /// Plugins may want more stack than systems give to threads.
  private static let stackBytes = 8 << 20

  private let thread: pthread_t

  /// Starts the thread; nil where the system has none to give.
  ///
  /// - Parameter name: what tools show, 15 bytes at most.
  init?(_ name: String, _ body: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, StageThread.stackBytes)
    let order = Unmanaged.passRetained(Order(name, body))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, &attributes,
      { argument in
        guard let argument else { return nil }
        // SAFETY: retained for this thread, which lets go of it here, before it ends.
        let order = Unmanaged<Order>.fromOpaque(argument).takeRetainedValue()
        try? order.name.write(toFile: "/proc/thread-self/comm", atomically: false, encoding: .utf8)
        order.body()
        return nil
      }, order.toOpaque())
    guard status == 0 else {
      order.release()
      return nil
    }
    self.thread = thread
  }

  /// Waits for its end. Once.
  func join() { pthread_join(thread, nil) }
}
