// StopSignal.swift - the wish to end early, from a signal or a test.

import Synchronization

/// Set once, from any thread; the pipeline then stops reading and finishes what it has.
public final class StopSignal: Sendable {
  private let number = Atomic<Int32>(0)
  private let actions = Mutex([@Sendable () -> Void]())

  /// Not set.
  public init() {}

  /// The signal's number, nil while nobody wants to stop.
  public var signal: Int32? {
    let value = number.load(ordering: .acquiring)
    return value == 0 ? nil : value
  }

  /// Asks to stop on behalf of a signal.
  public func set(_ signal: Int32) {
    number.store(signal, ordering: .releasing)
    for action in actions.withLock({ $0 }) { action() }
  }

  /// Runs `action` when somebody asks; at once where it has happened.
  public func whenSet(_ action: @escaping @Sendable () -> Void) {
    actions.withLock { $0.append(action) }
    if signal != nil { action() }
  }
}
