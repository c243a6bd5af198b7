// A host of the contract for tests: graph and kernels of the real rooms, model files through the real readers.
import Glibc
import Graph
import PluginAPI
import Weights

/// Owns an `sth_host` and everything it points at.
final class TestHost: @unchecked Sendable {
  // SAFETY: constant after init.
  let engine: GraphEngine
  let raw: UnsafeMutablePointer<sth_host>
  let withheld: Set<String>
  private let mostBytes: Int
  private let weights = WeightsTable()

  /// A host on kernels of one level with a number of threads, which pretends not to have the extensions `withheld`, nor memory for
  /// more than `mostBytes` at once but for graphs.
  init(
    cpuLevel: UInt32? = nil, threads: Int = 1, memoryLimitBytes: Int? = nil, withheld: Set<String> = [],
    mostBytes: Int = .max
  ) throws {
    self.mostBytes = mostBytes
    engine = try GraphEngine(
      pool: WorkerPool(threads: threads), cpuLevel: cpuLevel, memoryLimitBytes: memoryLimitBytes)
    self.withheld = withheld
    raw = .allocate(capacity: 1)
    raw.initialize(to: sth_host())
    raw.pointee.struct_size = UInt32(MemoryLayout<sth_host>.size)
    (raw.pointee.abi_major, raw.pointee.abi_minor) = (STH_ABI_MAJOR, STH_ABI_MINOR)
    raw.pointee.worker_count = Int32(engine.pool.threadCount)
    raw.pointee.context = Unmanaged.passUnretained(self).toOpaque()
    raw.pointee.parallel_for = { host, count, grain, body, argument in
      guard let self = TestHost.of(host), let body else { return }
      self.engine.pool.parallelFor(count: count, grain: grain, body: body, argument: argument)
    }
    raw.pointee.should_abort = { _ in 0 }
    raw.pointee.allocate = { host, bytes in
      guard let self = TestHost.of(host), bytes <= self.mostBytes else { return nil }
      return aligned_alloc(64, (Int(bytes) + 63) / 64 * 64)
    }
    raw.pointee.free = { _, memory in free(memory) }
    raw.pointee.get_extension = { host, name in
      guard let self = TestHost.of(host), let name else { return nil }
      let wanted = String(cString: name)
      if self.withheld.contains(wanted) { return nil }
      switch wanted {
      case STH_EXTENSION_GRAPH: return UnsafeRawPointer(self.engine.api)
      case STH_EXTENSION_KERNELS: return UnsafeRawPointer(self.engine.kernels)
      case STH_EXTENSION_WEIGHTS: return UnsafeRawPointer(self.weights.table)
      default: return nil
      }
    }
  }

  deinit { raw.deallocate() }

  private static func of(_ host: UnsafePointer<sth_host>?) -> TestHost? {
    host?.pointee.context.map { Unmanaged<TestHost>.fromOpaque($0).takeUnretainedValue() }
  }
}
