// The host of the contract that networks meet while they learn.
import Glibc
import Graph
import PluginAPI
import PluginKit
import Weights

/// Graphs on the engine of the room Graph, files through the room Weights: what PluginKit and Networks need of a host, and no more.
/// What is made with it calls it as it ends: `serve` lends a host for as long as that takes.
final class TrainingHost: @unchecked Sendable {
  // @unchecked: constant after init; the engine and the tables guard themselves.

  /// The host as PluginKit sees it.
  let services: PluginHost
  private let engine: GraphEngine
  private let weights = WeightsTable()
  private let raw: UnsafeMutablePointer<sth_host>
  private let name = strdup("stylehost")

  /// Lends a host to `body`, which keeps nothing that was made with it.
  /// - Parameters:
  ///   - threads: that compute; nil: the CPUs this process may run on.
  ///   - cpuLevel: STH_CPU_*; nil: the best of this machine.
  static func serve<Result>(
    threads: Int?, cpuLevel: UInt32?, _ body: (TrainingHost) throws(TrainingError) -> Result
  ) throws(TrainingError) -> Result {
    let host = try TrainingHost(threads: threads, cpuLevel: cpuLevel)
    return try withExtendedLifetime(host) { () throws(TrainingError) in try call(body, host) }
  }

  /// Never inlined: what a body made ends before its function returns, while the optimiser may let objects of one function end in any order.
  @inline(never) private static func call<Result>(
    _ body: (TrainingHost) throws(TrainingError) -> Result, _ host: TrainingHost
  ) throws(TrainingError) -> Result { try body(host) }

  private init(threads: Int?, cpuLevel: UInt32?) throws(TrainingError) {
    do {
      engine = try GraphEngine(pool: WorkerPool(threads: threads), cpuLevel: cpuLevel)
    } catch {
      throw TrainingError(.usage, error.description)
    }
    raw = .allocate(capacity: 1)
    raw.initialize(to: sth_host())
    raw.pointee.struct_size = UInt32(MemoryLayout<sth_host>.size)
    (raw.pointee.abi_major, raw.pointee.abi_minor) = (STH_ABI_MAJOR, STH_ABI_MINOR)
    (raw.pointee.name, raw.pointee.version) = (UnsafePointer(name), UnsafePointer(name))
    raw.pointee.worker_count = Int32(engine.pool.threadCount)
    do {
      services = try PluginHost(raw)
    } catch {
      throw TrainingError(error)
    }
    fill()
  }

  deinit {
    raw.deallocate()
    free(name)
  }

  private func fill() {
    raw.pointee.context = Unmanaged.passUnretained(self).toOpaque()
    raw.pointee.log = { _, _, _ in }
    raw.pointee.parallel_for = { host, count, grain, body, argument in
      guard let self = TrainingHost.of(host), let body else { return }
      self.engine.pool.parallelFor(count: count, grain: grain, body: body, argument: argument)
    }
    raw.pointee.should_abort = { _ in 0 }
    raw.pointee.allocate = { _, bytes in
      guard bytes >= 0, bytes < 1 << 46 else { return nil }
      return aligned_alloc(64, (Int(bytes) + 63) / 64 * 64)
    }
    raw.pointee.free = { _, memory in free(memory) }
    raw.pointee.get_extension = { host, name in
      guard let self = TrainingHost.of(host), let name else { return nil }
      switch String(cString: name) {
      case STH_EXTENSION_GRAPH: return UnsafeRawPointer(self.engine.api)
      case STH_EXTENSION_KERNELS: return UnsafeRawPointer(self.engine.kernels)
      case STH_EXTENSION_WEIGHTS: return UnsafeRawPointer(self.weights.table)
      default: return nil
      }
    }
  }

  private static func of(_ host: UnsafePointer<sth_host>?) -> TrainingHost? {
    // SAFETY: context is this object, which outlives everything that was handed the struct.
    host?.pointee.context.map { Unmanaged<TrainingHost>.fromOpaque($0).takeUnretainedValue() }
  }

  /// A file of any format that Weights reads.
  func open(_ path: String) throws(TrainingError) -> WeightSet {
    do {
      return try WeightSet.open(path, host: services)
    } catch {
      throw TrainingError(error)
    }
  }

  /// Tensors in memory as networks read them, under a name for messages.
  func memory(_ network: [TrainedTensor], named name: String) throws(PluginError) -> WeightSet {
    do throws(WeightsError) {
      var tensors: [NamedTensor] = []
      for tensor in network { tensors.append(try NamedTensor(tensor)) }
      weights.offer(try WeightFile(tensors, metadata: [:], path: name))
    } catch {
      throw PluginError(.badWeights, error.description)
    }
    return try WeightSet.open(name, host: services)
  }
}
