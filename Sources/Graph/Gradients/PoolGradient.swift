// What a pool passes back: to the largest of each window, or to all of it.
import Kernels
import PluginAPI

/// The gradient of `pool2d`; operands: value (of the size after), value x.
struct PoolGradient: SourceGradient {
  static let name = "pool_gradient"
  let pool: sth_map_pool

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let operands = lowering.operands(node)
    let (gradient, source) = (lowering.plain(operands[0]), lowering.pointwise(operands[1]))
    let target = lowering.buffer(lowering.shapes[node])
    lowering.append(
      PoolGradientPass(
        name: lowering.nodes[node].subject, destination: target, source: PointwiseSource(source),
        region: source.region, gradient: BufferRead(buffer: gradient.buffer, region: gradient.region, reach: .whole),
        pool: pool))
    return ValueLens(buffer: target, region: lowering.shapes[node])
  }

  /// Of means. Which number is the largest is not to be learnt from.
  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    guard pool.kind == STH_POOL_MEAN else {
      throw .unsupported("\(site.subject): the gradient of a largest number has no gradient of its own")
    }
    let (gradient, given) = (site.gradient, site.operands[0])
    try site.add(to: 0) { (graph) throws(GraphError) in try graph.add(PoolLike(pool: pool), gradient, given) }
  }
}

/// The mean of each window, as many windows as another value has pixels; operands: value, value of that size.
struct PoolLike: SourceGradient {
  static let name = "pool_like"
  let pool: sth_map_pool

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens { lowering.apply(.pool(pool), to: node) }
}

/// Stores what a pool passes back.
struct PoolGradientPass: Pass {
  let name: String
  let destination: Int
  let source: PointwiseSource
  let region: ValueShape
  let gradient: BufferRead
  let pool: sth_map_pool

  func reads(writing shape: ValueShape) -> [BufferRead] { source.reads(region, reach: .whole) + [gradient] }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let call = Call(
      kernels: site.kernels, destination: site.map(destination, site.shape(destination)),
      source: site.source(source, region), gradient: site.map(gradient.buffer, gradient.region), pool: pool)
    let placed = site.append(call, name: name, units: needs.units, unitBytes: 3 * site.rowBytes(destination))
    site.follow(placed, \.destination, destination)
    site.follow(placed, \.source.map, source.buffer)
    site.follow(placed, \.gradient, gradient.buffer)
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_map_kernels>
    var destination: sth_map
    var source: sth_map_source
    var gradient: sth_map
    let pool: sth_map_pool

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      withUnsafePointer(to: call.pointee) { call in
        withUnsafePointer(to: call.pointee.destination) { destination in
          withUnsafePointer(to: call.pointee.source) { source in
            withUnsafePointer(to: call.pointee.gradient) { gradient in
              withUnsafePointer(to: call.pointee.pool) { pool in
                call.pointee.kernels.pointee.pool_gradient(
                  destination, source, gradient, pool, Int32(begin), Int32(end))
              }
            }
          }
        }
      }
    }
  }
}
