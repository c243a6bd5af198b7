// The worker pool: every part once, whatever calls it from wherever.
import Dispatch
import Glibc
import PluginAPI
import Synchronization
import Testing

@testable import Graph

/// What a loop did: how often each index was covered, and which parts there were.
private final class LoopRecord: Sendable {
  struct Part: Hashable { var begin: Int64, end: Int64 }
  struct Content: Sendable {
    var parts: [Part] = []
    var busyWorkers: Set<Int32> = []
    var clash = false
  }
  let content = Mutex(Content())
  let workerLimit: Int
  init(workerLimit: Int) { self.workerLimit = workerLimit }

  static let body: sth_parallel_body = { argument, begin, end, worker in
    guard let argument else { return }
    let record = Unmanaged<LoopRecord>.fromOpaque(argument).takeUnretainedValue()
    record.content.withLock {
      $0.parts.append(Part(begin: begin, end: end))
      if !$0.busyWorkers.insert(worker).inserted || Int(worker) >= record.workerLimit || worker < 0 { $0.clash = true }
    }
    sched_yield()
    _ = record.content.withLock { $0.busyWorkers.remove(worker) }
  }

  static func run(_ pool: WorkerPool, count: Int64, grain: Int64) -> Content {
    let record = LoopRecord(workerLimit: pool.threadCount)
    pool.parallelFor(count: count, grain: grain, body: body, argument: Unmanaged.passUnretained(record).toOpaque())
    return record.content.withLock { $0 }
  }
}

/// The argument of a loop that calls the pool again.
private final class Nest: Sendable {
  let pool: WorkerPool
  let covered = Atomic<Int64>(0)
  init(_ pool: WorkerPool) { self.pool = pool }

  static let inner: sth_parallel_body = { argument, begin, end, _ in
    guard let argument else { return }
    Unmanaged<Nest>.fromOpaque(argument).takeUnretainedValue().covered.add(end - begin, ordering: .relaxed)
  }
  static let outer: sth_parallel_body = { argument, begin, end, _ in
    guard let argument else { return }
    let nest = Unmanaged<Nest>.fromOpaque(argument).takeUnretainedValue()
    for _ in begin..<end { nest.pool.parallelFor(count: 10, grain: 3, body: inner, argument: argument) }
  }
}

@Suite("Worker pool")
struct WorkerPoolTests {
  @Test("covers everything once, in parts that do not depend on the number of threads", arguments: [1, 2, 3, 7])
  func parts(threads: Int) {
    let pool = WorkerPool(threads: threads)
    #expect(pool.threadCount == threads)
    for (count, grain): (Int64, Int64) in [(0, 1), (1, 1), (1, 5), (7, 3), (64, 8), (1000, 1), (5, Int64.max), (6, 0)] {
      let content = LoopRecord.run(pool, count: count, grain: grain)
      let step = min(max(grain, 1), max(count, 1))
      let expected = stride(from: 0, to: count, by: Int(step)).map {
        LoopRecord.Part(begin: $0, end: min($0 + step, count))
      }
      #expect(content.parts.sorted { $0.begin < $1.begin } == expected, "count \(count), grain \(grain)")
      #expect(!content.clash, "two bodies had the same worker number")
    }
  }

  @Test("loops called from several threads take turns", arguments: [1, 3])
  func concurrentCallers(threads: Int) {
    let pool = WorkerPool(threads: threads)
    let wrong = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<50 where LoopRecord.run(pool, count: 20, grain: 3).parts.count != 7 {
        wrong.add(1, ordering: .relaxed)
      }
    }
    #expect(wrong.load(ordering: .relaxed) == 0)
  }

  @Test("a loop inside a body runs inline", arguments: [1, 4])
  func nested(threads: Int) {
    let nest = Nest(WorkerPool(threads: threads))
    nest.pool.parallelFor(
      count: 100, grain: 1, body: Nest.outer, argument: Unmanaged.passUnretained(nest).toOpaque())
    #expect(nest.covered.load(ordering: .relaxed) == 1000)
  }

  @Test("idle workers sleep, and wake for the next loop")
  func sleep() {
    let pool = WorkerPool(threads: 4)
    for _ in 0..<3 {
      #expect(LoopRecord.run(pool, count: 100, grain: 1).parts.count == 100)
      var waited = 0
      while pool.sleeping.load(ordering: .sequentiallyConsistent) < 3 && waited < 5000 {
        usleep(1000)
        waited += 1
      }
      #expect(pool.sleeping.load(ordering: .sequentiallyConsistent) == 3)
    }
  }

  @Test("pools come and go without leaving threads behind")
  func lifetime() {
    for round in 0..<50 {
      let pool = WorkerPool(threads: 3)
      if round % 2 == 0 { #expect(LoopRecord.run(pool, count: 9, grain: 1).parts.count == 9) }
    }
    #expect(WorkerPool.availableCPUs >= 1)
  }
}
