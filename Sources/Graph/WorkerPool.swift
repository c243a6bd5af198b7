// The one worker pool: threads that run the parts of a loop, and cost nothing while there is none.
import Glibc
import PluginAPI
import Synchronization

/// A fixed set of threads that share the parts of parallel loops.
///
/// The parts of a loop depend on its count and grain only, never on the number of threads, so results do not either. The
/// calling thread takes part as worker 0. Threads spin for a moment after a loop, since the next one usually follows at
/// once, then sleep. A call from inside a body runs inline; calls from several threads take turns.
public final class WorkerPool: @unchecked Sendable {
  // SAFETY: the plain fields of `job` are written only by the thread that holds `turn` while no worker is inside (the low
  // half of `state` is zero), and read only by workers that entered after the releasing store of `state`.

  /// Threads that take part in a loop, the caller included; >= 1.
  public let threadCount: Int

  let turn: PosixMutex
  let bed: PosixCondition
  /// Bits 0 ..< 31: workers inside the job; bit 31: open for workers; the bits above: number of the job.
  let state = Atomic<UInt64>(0)
  let nextPart = Atomic<Int64>(0)
  let sleeping = Atomic<Int>(0)
  let stopping = Atomic<Bool>(false)
  var job = ParallelJob()
  /// Worker number + 1 of a thread while it runs a body of this pool.
  let insideKey: pthread_key_t
  private var threads: [pthread_t] = []

  static let openBit: UInt64 = 1 << 31
  static let insideMask: UInt64 = openBit - 1

  /// - Parameter threads: total number of threads, the caller's included; nil = the CPUs this process may run on.
  ///   Values are brought into 1...1024; fewer come up where the system refuses to make threads.
  public init(threads wanted: Int? = nil) {
    turn = PosixMutex()
    bed = PosixCondition()
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    insideKey = key
    let goal = min(max(wanted ?? Self.availableCPUs, 1), 1024)
    var made: [pthread_t] = []
    let shell = PoolShell()
    for index in 1..<max(goal, 1) {
      guard let thread = WorkerThread.start(shell: shell, index: index) else { break }
      made.append(thread)
    }
    threads = made
    threadCount = made.count + 1
    shell.open(for: self)
  }

  deinit {
    stopping.store(true, ordering: .sequentiallyConsistent)
    bed.wakeAll()
    for thread in threads { pthread_join(thread, nil) }
    pthread_key_delete(insideKey)
  }

  /// CPUs this process may run on (its affinity mask), at least 1.
  public static var availableCPUs: Int {
    guard let mask = ProcFile.value(of: "Cpus_allowed:", in: "/proc/thread-self/status") else {
      return max(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1)
    }
    return max(mask.reduce(0) { $0 + ($1.hexDigitValue ?? 0).nonzeroBitCount }, 1)
  }

  /// Calls `body` over all of first ..< first + count in parts of `grain` (the last may be smaller) and returns when all are done.
  ///
  /// Allocates nothing. `worker` is in 0 ..< threadCount and belongs to one running body at a time.
  public func parallelFor(
    from first: Int64 = 0, count: Int64, grain: Int64, body: sth_parallel_body, argument: UnsafeMutableRawPointer?
  ) {
    guard count > 0 else { return }
    let grain = max(grain, 1)
    if let inside = pthread_getspecific(insideKey) {
      Self.runInline(
        first, count: count, grain: grain, body: body, argument: argument, worker: Int32(Int(bitPattern: inside) - 1))
      return
    }
    turn.lock()
    defer { turn.unlock() }
    pthread_setspecific(insideKey, UnsafeRawPointer(bitPattern: 1))
    defer { pthread_setspecific(insideKey, nil) }
    let parts = (count - 1) / grain + 1
    if threadCount == 1 || parts == 1 {
      Self.runInline(first, count: count, grain: grain, body: body, argument: argument, worker: 0)
      return
    }
    job = ParallelJob(body: body, argument: argument, first: first, count: count, grain: grain, parts: parts)
    nextPart.store(0, ordering: .relaxed)
    let number = (state.load(ordering: .relaxed) >> 32) &+ 1
    state.store(number << 32 | Self.openBit, ordering: .sequentiallyConsistent)
    if sleeping.load(ordering: .sequentiallyConsistent) > 0 { bed.wakeAll() }
    takeParts(worker: 0)
    state.bitwiseAnd(~Self.openBit, ordering: .acquiringAndReleasing)
    waitForWorkers()
  }

  private static func runInline(
    _ first: Int64, count: Int64, grain: Int64, body: sth_parallel_body, argument: UnsafeMutableRawPointer?,
    worker: Int32
  ) {
    var begin = first
    while begin < first + count {
      let end = first + count - begin > grain ? begin + grain : first + count
      body(argument, begin, end, worker)
      begin = end
    }
  }
}
