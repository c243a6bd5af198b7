// BoundedQueue.swift - hands things from one thread to the next, a few at a time.

import Foundation

/// A first-in first-out queue between one producer and one consumer. The producer waits while it is full.
final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
  // @unchecked: everything mutable is guarded by `condition`.
  private let condition = NSCondition()
  private let capacity: Int
  private var elements: [Element] = []
  private var isFinished = false
  private var isCancelled = false

  init(capacity: Int) { self.capacity = max(1, capacity) }

  /// Adds an element; false when nobody wants it any more.
  func push(_ element: Element) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    while elements.count >= capacity, !isCancelled, !isFinished { condition.wait() }
    if isCancelled || isFinished { return false }
    elements.append(element)
    condition.broadcast()
    return true
  }

  /// The next element; nil at the end.
  func pop() -> Element? {
    condition.lock()
    defer { condition.unlock() }
    while elements.isEmpty, !isFinished, !isCancelled { condition.wait() }
    if isCancelled || elements.isEmpty { return nil }
    condition.broadcast()
    return elements.removeFirst()
  }

  /// No more elements will come; those inside are still handed out.
  func finish() {
    condition.lock()
    isFinished = true
    condition.broadcast()
    condition.unlock()
  }

  /// Nobody wants the elements: both sides are let go at once, what is inside is dropped.
  func cancel() {
    condition.lock()
    isCancelled = true
    elements.removeAll()
    condition.broadcast()
    condition.unlock()
  }
}
