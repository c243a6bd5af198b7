// InstanceServices.swift - the sth_host that one instance of a plugin is handed.

import Foundation
import Graph
import PluginAPI
import Synchronization
import Weights

/// The services of one instance. The struct behind `host` lives until this object does; the instance dies first.
final class InstanceServices: @unchecked Sendable {
  // @unchecked: `host` is written in init and read only afterwards; the counters are atomic.

  /// What the plugin gets.
  let host: UnsafeMutablePointer<sth_host>
  /// The model files that the plugin has opened.
  let weights = WeightsTable()
  /// Bytes the plugin holds through allocate().
  let heldBytes = Atomic<Int64>(0)
  private let shared: ComputeServices
  private let plugin: String
  private let precision: ComputePrecision
  private let withheld: Bool
  private let name = strdup("stylehost")
  private let version = strdup(HostVersion.text)

  /// - Parameters:
  ///   - precision: of the plugin's graphs.
  ///   - withheld: every extension is kept from the plugin; for validation.
  init(_ shared: ComputeServices, plugin: String, precision: ComputePrecision = .f32, withheld: Bool = false) {
    self.shared = shared
    self.plugin = plugin
    self.precision = precision
    self.withheld = withheld
    host = UnsafeMutablePointer<sth_host>.allocate(capacity: 1)
    host.initialize(to: sth_host())
    host.pointee.struct_size = UInt32(MemoryLayout<sth_host>.size)
    host.pointee.abi_major = STH_ABI_MAJOR
    host.pointee.abi_minor = STH_ABI_MINOR
    host.pointee.worker_count = Int32(shared.pool.threadCount)
    host.pointee.name = UnsafePointer(name)
    host.pointee.version = UnsafePointer(version)
    host.pointee.context = Unmanaged.passUnretained(self).toOpaque()
    host.pointee.log = { host, level, message in
      guard let message else { return }
      InstanceServices.of(host)?.log(level, String(cString: message))
    }
    host.pointee.parallel_for = { host, count, grain, body, argument in
      guard let body else { return }
      InstanceServices.of(host)?.shared.pool.parallelFor(count: count, grain: grain, body: body, argument: argument)
    }
    host.pointee.should_abort = { host in InstanceServices.of(host)?.shared.abort.isSet == true ? 1 : 0 }
    host.pointee.allocate = { host, size in InstanceServices.of(host)?.allocate(size) }
    host.pointee.free = { host, memory in InstanceServices.of(host)?.release(memory) }
    host.pointee.get_extension = { host, name in
      guard let name else { return nil }
      return InstanceServices.of(host)?.table(named: String(cString: name))
    }
  }

  deinit {
    host.deallocate()
    free(name)
    free(version)
  }

  private static func of(_ host: UnsafePointer<sth_host>?) -> InstanceServices? {
    // SAFETY: context is this object, which outlives the instance that was handed the struct.
    host?.pointee.context.map { Unmanaged<InstanceServices>.fromOpaque($0).takeUnretainedValue() }
  }

  private func log(_ level: Int32, _ message: String) {
    let text = "[\(plugin)] \(message)"
    switch level {
    case STH_LOG_DEBUG: shared.log.say(.debug, text)
    // A style may have several instances, which all say the same.
    case STH_LOG_INFO: shared.log.once(.info, text)
    case STH_LOG_WARNING: shared.log.say(.warning, text)
    default: shared.log.say(.error, text)
    }
  }

  private func table(named name: String) -> UnsafeRawPointer? {
    if withheld { return nil }
    switch name {
    case STH_EXTENSION_WEIGHTS: return UnsafeRawPointer(weights.table)
    case STH_EXTENSION_KERNELS: return UnsafeRawPointer(shared.kernels)
    case STH_EXTENSION_GRAPH: return UnsafeRawPointer(shared.engine.api(for: precision))
    default: return nil
    }
  }

  /// Each block is preceded by 64 bytes that hold its size.
  private static let prefix = 64
  /// What takes less is not worth asking what is left.
  private static let smallBytes = 1 << 20

  private func allocate(_ size: Int64) -> UnsafeMutableRawPointer? {
    guard size >= 0, size < 1 << 46 else { return nil }
    if size >= InstanceServices.smallBytes, let left = shared.memory.left, size > left {
      shared.log.once(
        .info,
        "[\(plugin)] cannot have \(MemoryLimit.words(Int(size))) of memory at once: \(MemoryLimit.words(left)) are left"
      )
      return nil
    }
    var block: UnsafeMutableRawPointer?
    guard posix_memalign(&block, 64, Int(size) + InstanceServices.prefix) == 0, let block else { return nil }
    block.storeBytes(of: size, as: Int64.self)
    heldBytes.add(size, ordering: .relaxed)
    return block + InstanceServices.prefix
  }

  private func release(_ memory: UnsafeMutableRawPointer?) {
    guard let memory else { return }
    let block = memory - InstanceServices.prefix
    heldBytes.subtract(block.load(as: Int64.self), ordering: .relaxed)
    free(block)
  }
}
