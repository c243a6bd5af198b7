// OrderedQueue.swift - hands on in order what several threads make at the same time.

import Foundation

/// A queue of numbered elements from several producers to one consumer, who gets them as 0, 1, 2 ... whatever order they
/// come in. A producer waits while its number is too far ahead; the one with the number that is due never waits.
final class OrderedQueue<Element: Sendable>: @unchecked Sendable {
  // @unchecked: everything mutable is guarded by `condition`.
  private let condition = NSCondition()
  /// Element n waits in place n % capacity.
  private var places: [Element?]
  /// The number the consumer gets next.
  private var due = 0
  /// The number at which the queue ends: nobody wants it or what follows.
  private var end = Int.max
  private var isFinished = false

  init(capacity: Int) { places = Array(repeating: nil, count: max(1, capacity)) }

  /// Adds the element with this number; false when nobody wants it any more.
  func push(_ element: Element, number: Int) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    while number >= due + places.count, number < end { condition.wait() }
    guard number < end else { return false }
    places[number % places.count] = element
    condition.broadcast()
    return true
  }

  /// The next element; nil at the end.
  func pop() -> Element? {
    condition.lock()
    defer { condition.unlock() }
    let place = due % places.count
    while places[place] == nil, due < end, !isFinished { condition.wait() }
    guard due < end, let element = places[place] else { return nil }
    places[place] = nil
    due += 1
    condition.broadcast()
    return element
  }

  /// No more elements will come; those inside are still handed out.
  func finish() {
    condition.lock()
    isFinished = true
    condition.broadcast()
    condition.unlock()
  }

  /// The element with this number cannot be made: those before it are still handed out, those after it are not wanted.
  func end(at number: Int) {
    condition.lock()
    end = min(end, number)
    condition.broadcast()
    condition.unlock()
  }

  /// Nobody wants the elements: all sides are let go at once, what is inside is dropped.
  func cancel() {
    condition.lock()
    end = 0
    for place in places.indices { places[place] = nil }
    condition.broadcast()
    condition.unlock()
  }
}
