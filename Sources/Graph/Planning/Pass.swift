// One sweep over memory: what it reads and writes, and how it becomes a kernel call.
import PluginAPI

/// The top left part of a buffer that a pass reads.
struct BufferRead {
  var buffer: Int
  var region: ValueShape
}

/// Memory of a pass beside its buffers.
struct PassNeeds {
  /// Of each worker, free again after the pass.
  var workspaceBytes = 0
  /// Of its weights in the form the kernel reads.
  var packedBytes = 0
}

/// One parallel step of a plan, before its buffers have addresses.
protocol Pass {
  /// For profiles.
  var name: String { get }
  /// The buffer it writes, all of it.
  var destination: Int { get }
  /// What it reads to write a destination of this shape.
  func reads(writing shape: ValueShape) -> [BufferRead]
  /// Buffers among the reads whose memory the destination may take over, best first.
  var replaceable: [Int] { get }
  /// Memory it needs beside its buffers.
  func needs(writing shape: ValueShape, nodes: [GraphNode], kernels: UnsafePointer<sth_kernels>) -> PassNeeds
  /// Makes the kernel call.
  func prepare(in site: inout PlanSite) throws(GraphError)
}

extension Pass {
  var replaceable: [Int] { [] }

  func needs(writing shape: ValueShape, nodes: [GraphNode], kernels: UnsafePointer<sth_kernels>) -> PassNeeds {
    PassNeeds()
  }
}

/// The arguments of one kernel call, at a fixed address in a plan: plain data, nothing to release.
protocol KernelCall: BitwiseCopyable {
  /// Runs units begin ..< end of the call that the argument points at.
  static var body: sth_parallel_body { get }
}
