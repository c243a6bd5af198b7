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
  /// The kernels of compiled graphs.
  let mapKernels: UnsafePointer<sth_map_kernels>
  /// Runs the parallel loops.
  public let pool: WorkerPool

  let shouldAbort: (@Sendable () -> Bool)?
  /// Memory on disk, for what does not fit.
  public let scratch: ScratchSpace
  private let memoryLimit: Mutex<@Sendable () -> Int?>
  private var doors: [GraphDoor] = []
  private let graphs = Atomic<Int>(0)
  private let living = Mutex(LivingPlans())

  /// All plans that someone holds, and whether new ones are measured from the start.
  private struct LivingPlans: Sendable {
    var plans: [WeakPlan] = []
    var isProfiling = false
  }

  /// - Parameters:
  ///   - pool: shared with whoever else has parallel loops.
  ///   - cpuLevel: STH_CPU_*, at most and by default the best of this machine.
  ///   - memoryLimitBytes: what a plan may take; nil: three quarters of what the machine has left when the plan is made.
  ///   - scratch: where what does not fit into memory goes.
  ///   - shouldAbort: asked between the steps of a run, from the thread that runs.
  public init(
    pool: WorkerPool, cpuLevel: UInt32? = nil, memoryLimitBytes: Int? = nil,
    scratch: ScratchSpace = ScratchSpace(), shouldAbort: (@Sendable () -> Bool)? = nil
  ) throws(GraphError) {
    let best = sth_cpu_level_best()
    let level = cpuLevel ?? best
    guard sth_cpu_level_runs(level) != 0 else {
      throw .unsupported("cannot use CPU level \(level): this machine's best level is \(best)")
    }
    let kernels = UnsafeMutablePointer<sth_kernels>.allocate(capacity: 1)
    kernels.initialize(to: sth_kernels())
    kernels.pointee.struct_size = UInt32(MemoryLayout<sth_kernels>.size)
    sth_kernels_fill(kernels, level)
    self.kernels = UnsafePointer(kernels)
    let mapKernels = UnsafeMutablePointer<sth_map_kernels>.allocate(capacity: 1)
    mapKernels.initialize(to: sth_map_kernels())
    sth_map_kernels_fill(mapKernels, level)
    self.mapKernels = UnsafePointer(mapKernels)
    self.pool = pool
    self.shouldAbort = shouldAbort
    self.scratch = scratch
    memoryLimit = Mutex({ memoryLimitBytes })
    doors = ComputePrecision.allCases.map { GraphDoor(self, precision: $0) }
  }

  deinit {
    kernels.deallocate()
    mapKernels.deallocate()
  }

  /// The graph table of the contract; its graphs compute in float32.
  public var api: UnsafePointer<sth_graph_api> { api(for: .f32) }

  /// A graph table of the contract whose graphs compute in `precision`, as far as this machine can.
  public func api(for precision: ComputePrecision) -> UnsafePointer<sth_graph_api> {
    (doors.first { $0.precision == precision } ?? doors[0]).table
  }

  // MARK: Measuring

  /// Starts (from zero) or stops measuring the steps of every plan there is and will be. Not during a run.
  public func setProfiling(_ on: Bool) {
    living.withLock { living in
      living.isProfiling = on
      for plan in living.plans { plan.plan?.setProfiling(on) }
    }
  }

  /// The plans that live, oldest first; each knows its steps.
  public var plans: [ComputePlan] { living.withLock { $0.plans.compactMap(\.plan) } }

  func register(_ plan: ComputePlan) {
    living.withLock { living in
      living.plans.removeAll { $0.plan == nil }
      living.plans.append(WeakPlan(plan: plan))
      if living.isProfiling { plan.setProfiling(true) }
    }
  }

  /// The first node number of a new graph: numbers of different graphs differ, so that mixing them up is noticed.
  func nextFirstNode() -> Int32 {
    let number = graphs.wrappingAdd(1, ordering: .relaxed).oldValue
    return Int32(number % 2000) * Int32(ComputeGraph.nodeLimit) + 1
  }

  // MARK: Memory

  /// From now on `bytes` says, whenever a plan is made, what it may take, its weights included; nil is three quarters of what
  /// the machine has left. A plan that would take more than half of it runs in sweeps, within that half if it can: whoever makes
  /// one plan may be about to make another.
  public func limitMemory(to bytes: @escaping @Sendable () -> Int?) { memoryLimit.withLock { $0 = bytes } }

  private var givenLimit: Int? { memoryLimit.withLock(\.self)() }

  /// What a plan may take, now; nil where the machine does not say what it has left.
  var planLimitBytes: Int? { givenLimit ?? MemoryBudget.availableBytes().map { $0 / 4 * 3 } }

  /// Refuses what would not fit into memory.
  func checkBudget(_ bytes: Int, _ subject: () -> String) throws(GraphError) {
    if let limit = planLimitBytes, bytes > limit { throw tooLarge(bytes, limit: limit, subject()) }
  }

  /// What is said of something that would not fit into memory.
  func tooLarge(_ bytes: Int, limit: Int, _ subject: String) -> GraphError {
    let (needed, allowed) = (MemoryBudget.mebibytes(bytes), limit / (1 << 20))
    let word = givenLimit == nil ? "free for it" : "allowed"
    return .noMemory(
      "\(subject): it needs \(needed) MiB of memory, \(allowed) MiB are \(word); allow more, or use a smaller picture")
  }
}
