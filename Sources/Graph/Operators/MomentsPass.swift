// The pass that gathers statistics of a value that no convolution of this plan writes.
import Kernels
import PluginAPI

/// One record of statistics for each group of rows.
struct MomentsPass: Pass {
  let name: String
  let destination: Int
  let source: BufferRead

  var records: Int? { destination }

  func reads(writing shape: ValueShape) -> [BufferRead] { [source] }

  func needs(in scope: PassScope) -> PassNeeds {
    var map = scope.map(source.buffer, source.region)
    return PassNeeds(
      units: Int(scope.kernels.pointee.moments_units(&map)), tiling: UnitTiling(tileRows: Int(STH_MAP_MOMENTS_ROWS)))
  }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let call = Call(
      kernels: site.kernels, records: site.records(destination).data,
      source: site.map(source.buffer, source.region))
    let touched = site.rowBytes(source.buffer) * source.region.h / max(needs.units, 1)
    let placed = site.append(call, name: "moments \(name)", units: needs.units, unitBytes: touched)
    site.follow(placed, \.source, source.buffer)
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_map_kernels>
    let records: UnsafeMutablePointer<Float>
    var source: sth_map

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      withUnsafePointer(to: call.pointee.source) { source in
        call.pointee.kernels.pointee.moments(call.pointee.records, source, Int32(begin), Int32(end))
      }
    }
  }
}
