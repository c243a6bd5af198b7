// One sweep over memory: what it reads and writes, and how it becomes a kernel call.
import Kernels
import PluginAPI

/// The top left part of a buffer that a pass reads.
struct BufferRead {
  var buffer: Int
  var region: ValueShape
  /// Which of its rows are read for which rows of the destination.
  var reach = RowReach.same
}

/// What a pass asks for beside its buffers.
struct PassNeeds {
  /// Parts it splits into.
  var units: Int
  /// Of a convolution.
  var algorithm: UInt32 = 0
  /// Of a convolution, for profiles.
  var algorithmName = ""
  /// Of each worker, free again after the pass.
  var workspaceBytes = 0
  /// Of its weights in the form the kernel reads.
  var packedBytes = 0
  /// Where its units lie; by default each is a row.
  var tiling = UnitTiling()
  /// Of a convolution.
  var multiplyAdds = 0
  /// Of its destination, where only a kernel knows the size of that.
  var destinationBytes = 0
}

/// What is known of a plan before its buffers have addresses.
struct PassScope {
  let nodes: [GraphNode]
  let buffers: [Lowering.Buffer]
  let kernels: UnsafePointer<sth_map_kernels>

  func shape(_ buffer: Int) -> ValueShape { buffers[buffer].shape }

  /// The top left part of a buffer, without an address.
  func map(_ buffer: Int, _ region: ValueShape) -> sth_map {
    var map = sth_map()
    map.format = buffers[buffer].format
    (map.c, map.h, map.w) = (Int32(region.c), Int32(region.h), Int32(region.w))
    return map
  }
}

/// One parallel step of a plan, before its buffers have addresses.
protocol Pass {
  /// For profiles.
  var name: String { get }
  /// The buffer it writes.
  var destination: Int { get }
  /// The buffer for the statistics of what it writes, one record per unit.
  var records: Int? { get }
  /// The size of the destination is part of what it computes or of where it writes: that is not cut to the part which is read.
  var writesWhole: Bool { get }
  /// What it reads to write a destination of this shape.
  func reads(writing shape: ValueShape) -> [BufferRead]
  /// Buffers among the reads whose memory the destination may take over, best first.
  var replaceable: [Int] { get }
  /// What it asks for beside its buffers.
  func needs(in scope: PassScope) -> PassNeeds
  /// Makes the kernel call.
  func prepare(in site: inout PlanSite, needs: PassNeeds) throws(GraphError)
}

extension Pass {
  var records: Int? { nil }
  var writesWhole: Bool { false }
  var replaceable: [Int] { [] }

  /// Most passes split into the rows they write.
  func needs(in scope: PassScope) -> PassNeeds { PassNeeds(units: scope.shape(destination).h) }
}

/// The arguments of one kernel call, at a fixed address in a plan: plain data, nothing to release.
protocol KernelCall: BitwiseCopyable {
  /// Runs units begin ..< end of the call that the argument points at.
  static var body: sth_parallel_body { get }
}
