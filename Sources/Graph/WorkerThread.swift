// Starts the named threads of a pool.
import Glibc

/// Where a thread waits until its pool is complete.
///
/// Holds the pool unowned: the pool joins its threads before it goes.
final class PoolShell: @unchecked Sendable {
  // SAFETY: `pool` is written once under the lock of `gate` and read under it.
  private let gate = PosixCondition()
  private unowned(unsafe) var pool: WorkerPool?

  func open(for pool: WorkerPool) {
    gate.lock()
    self.pool = pool
    gate.unlock()
    gate.wakeAll()
  }

  /// The pool, unretained: a worker must not be the one that keeps its pool alive.
  func wait() -> Unmanaged<WorkerPool>? {
    gate.lock()
    defer { gate.unlock() }
    while pool == nil { gate.wait() }
    return pool.map { Unmanaged.passUnretained($0) }
  }
}

/// What a new thread is told.
private final class ThreadOrder {
  let shell: PoolShell
  let index: Int

  init(shell: PoolShell, index: Int) {
    self.shell = shell
    self.index = index
  }
}

/// Starting of threads.
enum WorkerThread {
  /// A running thread named "stylehost-N" that works as number `index` once the shell is open, or nil where the system
  /// has no thread to give.
  static func start(shell: PoolShell, index: Int) -> pthread_t? {
    let order = Unmanaged.passRetained(ThreadOrder(shell: shell, index: index))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let (shell, index) = {
          let order = Unmanaged<ThreadOrder>.fromOpaque(argument).takeRetainedValue()
          return (order.shell, order.index)
        }()
        ProcFile.write("stylehost-\(index)", to: "/proc/thread-self/comm")
        // SAFETY: the pool joins this thread in its deinit, so it outlives every use here.
        shell.wait()?._withUnsafeGuaranteedRef { $0.work(as: index) }
        return nil
      }, order.toOpaque())
    guard status == 0 else {
      order.release()
      return nil
    }
    return thread
  }
}
