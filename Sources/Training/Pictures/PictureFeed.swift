// The pictures of a training run, read ahead on a thread of their own.
import Foundation
import Weights

/// Hands out squares of pictures without end. The same list, cut and seed give the same pictures, whatever the timing of the thread.
/// Used by one thread.
public final class PictureFeed {
  private let shelf: Shelf

  /// Begins to read.
  /// - Parameters:
  ///   - first: number of the first picture: what `next` gave as the place to go on from, 0 for the beginning.
  ///   - ahead: pictures kept ready.
  ///   - warn: is told once of each file that cannot be read and is left out; called from the thread that reads.
  public init(
    _ list: ContentList, _ cut: PictureCut, seed: UInt64, from first: Int = 0, ahead: Int = 8,
    warn: @escaping @Sendable (String) -> Void
  ) {
    let shelf = Shelf(capacity: ahead)
    self.shelf = shelf
    let thread = Thread {
      PictureFeed.fill(shelf, list.places, cut, PictureOrder(count: list.places.count, seed: seed), first, warn)
    }
    thread.name = "pictures"
    thread.start()
  }

  deinit { shelf.close() }

  /// The next picture, and the number to go on from behind it.
  /// - Throws: `input` where not one of the files can be read.
  public func next() throws(TrainingError) -> (picture: Picture, following: Int) {
    switch shelf.take() {
    case .picture(let picture, let following): return (picture, following)
    case .failure(let error): throw error
    }
  }

  private static func fill(
    _ shelf: Shelf, _ places: [ContentPlace], _ cut: PictureCut, _ order: PictureOrder, _ first: Int,
    _ warn: @Sendable (String) -> Void
  ) {
    var order = order
    var told: Set<Int> = []
    var number = first
    while true {
      var (index, draws) = order.picture(at: number)
      number += 1
      if told.contains(index) { continue }
      do throws(TrainingError) {
        let picture = try PictureLoader.load(places[index], cut, &draws)
        guard shelf.put(.picture(picture, following: number)) else { return }
      } catch {
        told.insert(index)
        warn("\(error.description); it is left out")
        guard told.count == places.count else { continue }
        _ = shelf.put(.failure(TrainingError(.input, "none of the \(places.count) pictures to learn from can be read")))
        return
      }
    }
  }
}

/// What has been read and not yet been taken.
private final class Shelf: @unchecked Sendable {
  // @unchecked: everything mutable is guarded by `condition`.
  enum Item {
    case picture(Picture, following: Int)
    case failure(TrainingError)
  }

  private let condition = NSCondition()
  private let capacity: Int
  private var items: [Item] = []
  private var isClosed = false

  init(capacity: Int) { self.capacity = max(1, capacity) }

  /// Waits while it is full; false when nobody wants anything any more.
  func put(_ item: Item) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    while items.count >= capacity, !isClosed { condition.wait() }
    if isClosed { return false }
    items.append(item)
    condition.broadcast()
    return true
  }

  /// Waits while it is empty. A failure is the last item, and stays.
  func take() -> Item {
    condition.lock()
    defer { condition.unlock() }
    while items.isEmpty { condition.wait() }
    if case .failure = items[0] { return items[0] }
    condition.broadcast()
    return items.removeFirst()
  }

  func close() {
    condition.lock()
    isClosed = true
    condition.broadcast()
    condition.unlock()
  }
}
