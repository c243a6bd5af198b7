// The pass that turns statistics into the scale and shift of a norm.
import Kernels
import PluginAPI

/// All records of a value, joined; units are blocks of 16 channels.
struct NormPass: Pass {
  let name: String
  let destination: Int
  /// Buffer of the records.
  let moments: Int
  /// What they are the statistics of: all of it, whatever else is read of it.
  let source: BufferRead
  let epsilon: Double
  let scale: Int?, shift: Int?

  func reads(writing shape: ValueShape) -> [BufferRead] {
    [source, BufferRead(buffer: moments, region: ValueShape(c: source.region.c, h: 1, w: 1))]
  }

  func needs(in scope: PassScope) -> PassNeeds {
    PassNeeds(units: MemoryPlan.padded(source.region.c) / Int(STH_MAP_LANES))
  }

  func prepare(in site: inout PlanSite, needs: PassNeeds) throws(GraphError) {
    let (vectors, records) = (site.coefficients(destination), site.records(moments))
    let call = Call(
      kernels: site.kernels, scale: vectors.scale, shift: vectors.shift, records: records.data,
      recordCount: Int32(records.units), channels: Int32(source.region.c),
      gamma: try scale.map { (node) throws(GraphError) in try site.vector(node) },
      beta: try shift.map { (node) throws(GraphError) in try site.vector(node) }, epsilon: epsilon)
    // Joining a record takes longer than reading it: counted like eight times the memory.
    let touched = records.units * Int(STH_MAP_LANES) * 2 * MemoryLayout<Float>.size * 8
    _ = site.append(call, name: "norm \(name)", units: needs.units, unitBytes: touched)
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_map_kernels>
    let scale: UnsafeMutablePointer<Float>
    let shift: UnsafeMutablePointer<Float>
    let records: UnsafePointer<Float>
    let recordCount: Int32, channels: Int32
    let gamma: UnsafePointer<Float>?
    let beta: UnsafePointer<Float>?
    let epsilon: Double

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      call.pointee.kernels.pointee.moments_finish(
        call.pointee.scale, call.pointee.shift, call.pointee.records, call.pointee.recordCount, call.pointee.channels,
        call.pointee.gamma, call.pointee.beta, call.pointee.epsilon, Int32(begin), Int32(end))
    }
  }
}
