// ComputeServices.swift - what all instances of a process share: the worker pool, the kernel tables, the graph engine, the log.

import Foundation
import Graph
import Kernels
import PluginAPI
import Synchronization

/// The shared services of a run, or of one lane of it. Made once, lives as long as every instance; any thread.
public final class ComputeServices: @unchecked Sendable {
  // @unchecked: the tables are written in init and read only afterwards; the other members are Sendable.

  /// The worker pool.
  public let pool: WorkerPool
  /// Where words go.
  public let log: HostLog
  /// What the run may take.
  public let memory: MemoryLimit
  /// Unpack and pack at the chosen level.
  let frameKernels: sth_frame_kernels
  let engine: GraphEngine
  /// Set to make plugins give up the frame they are at.
  let abort: AbortFlag
  private let cpuLevel: UInt32

  /// - Parameters:
  ///   - threads: of the pool; nil = the CPUs this process may run on.
  ///   - cpuLevel: see `cpuLevel(named:)`.
  ///   - memory: what the run may take.
  /// - Throws: `HostError` of kind usage for a level this machine cannot run.
  public convenience init(
    threads: Int? = nil, cpuLevel: UInt32 = sth_cpu_level_best(), log: HostLog = HostLog(),
    memory: MemoryLimit = MemoryLimit()
  ) throws(HostError) {
    try self.init(WorkerPool(threads: threads), cpuLevel: cpuLevel, log: log, memory: memory, abort: AbortFlag())
  }

  private init(
    _ pool: WorkerPool, cpuLevel: UInt32, log: HostLog, memory: MemoryLimit, abort: AbortFlag
  ) throws(HostError) {
    var frameKernels = sth_frame_kernels()
    frameKernels.struct_size = UInt32(MemoryLayout<sth_frame_kernels>.size)
    sth_frame_kernels_fill(&frameKernels, cpuLevel)
    self.frameKernels = frameKernels
    self.pool = pool
    self.log = log
    self.memory = memory
    self.abort = abort
    self.cpuLevel = cpuLevel
    do {
      self.engine = try GraphEngine(
        pool: pool, cpuLevel: cpuLevel, scratch: memory.scratch, shouldAbort: { abort.isSet })
    } catch {
      throw HostError(.usage, error.description)
    }
  }

  /// The same services with threads of their own, for work beside that of others: one wish to give up ends both.
  func lane(threads: Int) throws(HostError) -> ComputeServices {
    try ComputeServices(WorkerPool(threads: threads), cpuLevel: cpuLevel, log: log, memory: memory, abort: abort)
  }

  /// The same services and threads with an engine of their own, which knows no other plans, and words that go elsewhere.
  func apart(log: HostLog) throws(HostError) -> ComputeServices {
    try ComputeServices(pool, cpuLevel: cpuLevel, log: log, memory: memory, abort: abort)
  }

  /// Lets the plans made from now on take together a share of the memory that is left now.
  func limitPlans(to share: Double) {
    let ceiling = memory.left.map { MemoryLimit.heldBytes() + Int(Double($0) * share) }
    engine.limitMemory { ceiling.map { max($0 - MemoryLimit.heldBytes(), 0) } }
  }

  /// Kernel table at the chosen level.
  var kernels: UnsafePointer<sth_kernels> { engine.kernels }

  /// Threads that work on a frame.
  public var threadCount: Int { pool.threadCount }

  /// "reference", "avx2", "avx512", "avx512bf16", "neon".
  public var cpuLevelName: String { kernels.pointee.cpu_name.map { String(cString: $0) } ?? "unknown" }

  /// The level that STYLEHOST_CPU asks for, or the best of this machine.
  ///
  /// - Throws: `HostError` of kind usage for a name that is no level or one that this machine cannot run.
  public static func cpuLevel(named name: String?) throws(HostError) -> UInt32 {
    guard let name, !name.isEmpty else { return sth_cpu_level_best() }
    let level = sth_cpu_level_named(name)
    guard level >= 0 else {
      throw HostError(.usage, "STYLEHOST_CPU=\(name) is not a level: write reference, avx2, avx512, avx512bf16 or neon")
    }
    guard sth_cpu_level_runs(UInt32(level)) != 0 else {
      throw HostError(.usage, "STYLEHOST_CPU=\(name): this machine cannot run these instructions")
    }
    return UInt32(level)
  }
}
