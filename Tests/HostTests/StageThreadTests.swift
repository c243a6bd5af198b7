// StageThreadTests.swift - a run that is over has let go of everything.

import Foundation
import Synchronization
import Testing

@testable import Host

@Suite("threads of the pipeline")
struct StageThreadTests {
  /// Takes its time to go, as styles do that give back much memory.
  private final class Slow: Sendable {
    let gone: Counter

    init(_ gone: Counter) { self.gone = gone }

    deinit {
      usleep(2000)
      gone.value.wrappingAdd(1, ordering: .acquiringAndReleasing)
    }
  }

  private final class Counter: Sendable {
    let value = Atomic<Int>(0)
  }

  @Test("what a thread holds is gone when it has been waited for")
  func join() throws {
    let gone = Counter()
    for round in 1...50 {
      let thread = try start(holding: Slow(gone))
      thread.join()
      let count = gone.value.load(ordering: .acquiring)
      #expect(count == round)
    }
  }

  /// The thread is the only one that holds it when this returns.
  private func start(holding slow: Slow) throws -> StageThread {
    try #require(StageThread("holder") { _ = slow.gone })
  }

  @Test("a thread is found by its name")
  func name() throws {
    let found = Mutex("")
    try #require(
      StageThread("decode") {
        let name = try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
        found.withLock { $0 = name ?? "none" }
      }
    ).join()
    #expect(found.withLock { $0 } == "decode\n")
  }
}
