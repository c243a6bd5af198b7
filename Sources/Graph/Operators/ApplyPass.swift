// The pointwise pass shared by norms, relu, add and changes of format: dst = source + addend.
import Kernels
import PluginAPI

/// Stores a pointwise source, or the sum of two.
struct ApplyPass: Pass {
  let name: String
  let destination: Int
  let source: PointwiseSource
  let addend: PointwiseSource?

  var replaceable: [Int] { [source.buffer] + (addend.map { [$0.buffer] } ?? []) }

  func reads(writing shape: ValueShape) -> [BufferRead] { source.reads(shape) + (addend?.reads(shape) ?? []) }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let shape = site.shape(destination)
    let call = Call(
      kernels: site.kernels, destination: site.map(destination, shape), source: site.source(source, shape),
      addend: addend.map { site.source($0, shape) } ?? sth_map_source(), hasAddend: addend != nil)
    let placed = site.append(
      call, name: "apply \(name)", units: needs.units,
      unitBytes: site.rowBytes(destination) + site.rowBytes(source.buffer))
    site.follow(placed, \.destination, destination)
    site.follow(placed, \.source.map, source.buffer)
    if let addend { site.follow(placed, \.addend.map, addend.buffer) }
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_map_kernels>
    var destination: sth_map
    var source: sth_map_source
    var addend: sth_map_source
    let hasAddend: Bool

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      withUnsafePointer(to: call.pointee.destination) { destination in
        withUnsafePointer(to: call.pointee.source) { source in
          withUnsafePointer(to: call.pointee.addend) { addend in
            call.pointee.kernels.pointee.apply(
              destination, source, call.pointee.hasAddend ? addend : nil, Int32(begin), Int32(end))
          }
        }
      }
    }
  }
}
