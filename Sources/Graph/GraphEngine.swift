// What graphs run on: the kernels of this CPU, the worker pool, the limits; and the table of the contract.
import Kernels
import PluginAPI
import Synchronization

/// Makes graphs and runs them. One for a process, or one per stream.
///
/// The tables are valid as long as the engine lives; every graph and plan keeps its engine alive.
public final class GraphEngine: @unchecked Sendable {
  // SAFETY: constant after init, but for an atomic counter.

  /// The kernel table of the contract, every slot filled.
  public let kernels: UnsafePointer<sth_kernels>
  /// Runs the parallel loops.
  public let pool: WorkerPool

  let shouldAbort: (@Sendable () -> Bool)?
  let memoryLimitBytes: Int?
  private let table: UnsafeMutablePointer<sth_graph_api>
  private let graphs = Atomic<Int>(0)

  /// - Parameters:
  ///   - pool: shared with whoever else has parallel loops.
  ///   - cpuLevel: STH_CPU_*, at most and by default the best of this machine.
  ///   - memoryLimitBytes: what one plan may take; nil = what the machine has left when it is compiled.
  ///   - shouldAbort: asked between the steps of a run, from the thread that runs.
  public init(
    pool: WorkerPool, cpuLevel: UInt32? = nil, memoryLimitBytes: Int? = nil,
    shouldAbort: (@Sendable () -> Bool)? = nil
  ) throws(GraphError) {
    let best = sth_cpu_level_best()
    let level = cpuLevel ?? best
    guard level <= best else {
      throw .unsupported("cannot use CPU level \(level): this machine can run levels up to \(best)")
    }
    let kernels = UnsafeMutablePointer<sth_kernels>.allocate(capacity: 1)
    kernels.initialize(to: sth_kernels())
    kernels.pointee.struct_size = UInt32(MemoryLayout<sth_kernels>.size)
    sth_kernels_fill(kernels, level)
    self.kernels = UnsafePointer(kernels)
    self.pool = pool
    self.shouldAbort = shouldAbort
    self.memoryLimitBytes = memoryLimitBytes
    table = .allocate(capacity: 1)
    table.initialize(to: GraphTable.make())
    table.pointee.context = Unmanaged.passUnretained(self).toOpaque()
  }

  deinit {
    kernels.deallocate()
    table.deallocate()
  }

  /// The graph table of the contract.
  public var api: UnsafePointer<sth_graph_api> { UnsafePointer(table) }

  /// The first node number of a new graph: numbers of different graphs differ, so that mixing them up is noticed.
  func nextFirstNode() -> Int32 {
    let number = graphs.wrappingAdd(1, ordering: .relaxed).oldValue
    return Int32(number % 2000) * Int32(ComputeGraph.nodeLimit) + 1
  }

  /// Refuses what would not fit into memory.
  func checkBudget(_ bytes: Int, _ subject: () -> String) throws(GraphError) {
    guard let limit = memoryLimitBytes ?? MemoryBudget.availableBytes(), bytes > limit else { return }
    let (needed, allowed) = (MemoryBudget.mebibytes(bytes), limit / (1 << 20))
    throw .noMemory(
      "\(subject()): it needs \(needed) MiB of memory, \(allowed) MiB are \(memoryLimitBytes == nil ? "free" : "allowed"); use a smaller picture"
    )
  }
}
