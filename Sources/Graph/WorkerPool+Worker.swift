// What the threads of a pool do: enter an open job, take parts until none is left, spin, sleep.
import Glibc
import PluginAPI
import Synchronization

/// The loop that is running, as its workers see it.
struct ParallelJob {
  var body: sth_parallel_body?
  var argument: UnsafeMutableRawPointer?
  var first: Int64 = 0
  var count: Int64 = 0
  var grain: Int64 = 1
  var parts: Int64 = 0
}

extension WorkerPool {
  /// Nanoseconds for which a thread that waits keeps its CPU to itself. The next loop of a frame usually comes within them,
  /// and a thread that has let another program in is back only when that has had its turn, milliseconds later.
  static let patience: UInt64 = 100_000
  /// Nanoseconds after which a worker without work sleeps. Between the two it gives the CPU to whoever wants it.
  static let wakefulness: UInt64 = 200_000

  /// The life of one worker thread.
  func work(as worker: Int) {
    pthread_setspecific(insideKey, UnsafeRawPointer(bitPattern: worker + 1))
    var seen: UInt64 = 0
    while !stopping.load(ordering: .acquiring) {
      if enter(after: &seen) {
        takeParts(worker: Int32(worker))
        state.subtract(1, ordering: .releasing)
      } else if !spin(after: seen) {
        sleep(after: seen)
      }
    }
  }

  /// Claims parts until none is left.
  func takeParts(worker: Int32) {
    guard let body = job.body else { return }
    let (argument, first, grain, parts) = (job.argument, job.first, job.grain, job.parts)
    let past = first + job.count
    while true {
      let part = nextPart.wrappingAdd(1, ordering: .relaxed).oldValue
      guard part < parts else { return }
      let begin = first + part * grain
      body(argument, begin, past - begin > grain ? begin + grain : past, worker)
    }
  }

  private func isOpen(_ value: UInt64, after seen: UInt64) -> Bool {
    value & Self.openBit != 0 && value >> 32 != seen
  }

  /// Counts this worker into the open job, if there is one it has not been in.
  private func enter(after seen: inout UInt64) -> Bool {
    var value = state.load(ordering: .acquiring)
    while isOpen(value, after: seen) {
      let (exchanged, original) = state.weakCompareExchange(
        expected: value, desired: value + 1, ordering: .acquiringAndReleasing)
      if exchanged {
        seen = value >> 32
        return true
      }
      value = original
    }
    return false
  }

  /// Waits for a job without sleeping; false when none came.
  private func spin(after seen: UInt64) -> Bool {
    let start = PlanProfile.now()
    while true {
      if isOpen(state.load(ordering: .acquiring), after: seen) || stopping.load(ordering: .relaxed) { return true }
      // Reading the clock is also the pause between two looks.
      let waited = PlanProfile.now() - start
      if waited > Self.wakefulness { return false }
      if waited > Self.patience { sched_yield() }
    }
  }

  /// Waits until no worker is inside the job that the caller has closed.
  func waitForWorkers() {
    guard state.load(ordering: .acquiring) & Self.insideMask != 0 else { return }
    let start = PlanProfile.now()
    while state.load(ordering: .acquiring) & Self.insideMask != 0 {
      // A worker may have lost its CPU to another program in the middle of a part: it can have this one.
      if PlanProfile.now() - start > Self.patience { sched_yield() }
    }
  }

  private func sleep(after seen: UInt64) {
    bed.lock()
    // Announced before the last look at the state, so that a job published in between either is seen here or sees us.
    sleeping.add(1, ordering: .sequentiallyConsistent)
    while !isOpen(state.load(ordering: .sequentiallyConsistent), after: seen)
      && !stopping.load(ordering: .sequentiallyConsistent)
    {
      bed.wait()
    }
    sleeping.subtract(1, ordering: .sequentiallyConsistent)
    bed.unlock()
  }
}
