// gate: a value where another one is above zero.
import Kernels
import PluginAPI

/// x where gate > 0, else 0: what a relu passes back; operands: value x, value gate of the same shape.
struct Gate: LearningOperator {
  static let name = "gate"

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    let (x, gate) = (try value(operands, 0, subject).channels, try value(operands, 1, subject).channels)
    guard x == gate else { throw .invalid("\(subject): \(x) channels do not fit \(gate) channels") }
    return x
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    guard sizes[0] == sizes[1] else { throw .unsupported("\(subject): \(sizes[0]) does not fit \(sizes[1])") }
    return (sizes[0].h, sizes[0].w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let operands = lowering.operands(node)
    for operand in operands { _ = lowering.pointwise(operand) }
    let target = lowering.buffer(lowering.shapes[node])
    lowering.append(
      GatePass(
        name: lowering.nodes[node].subject, destination: target,
        source: PointwiseSource(lowering.lens(operands[0])), gate: PointwiseSource(lowering.lens(operands[1]))))
    return ValueLens(buffer: target, region: lowering.shapes[node])
  }

  /// The gate itself is flat wherever it has a slope.
  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, gate) = (site.gradient, site.operands[1])
    try site.add(to: 0) { (graph) throws(GraphError) in try graph.add(Gate(), gradient, gate) }
  }
}

extension ComputeGraph {
  /// v where x, of `channels` channels as v, lies between two numbers, else 0.
  func gated(
    _ v: sth_node, where x: sth_node, isBetween low: Double, and high: Double, channels: Int
  ) throws(GraphError) -> sth_node {
    let aboveLow = try affine(x, shift: constant(-low, channels: channels))
    let belowHigh = try affine(
      x, scale: constant(-1, channels: channels), shift: constant(high, channels: channels))
    return try add(Gate(), add(Gate(), v, aboveLow), belowHigh)
  }
}

/// Stores a pointwise source where another one is above zero.
struct GatePass: Pass {
  let name: String
  let destination: Int
  let source: PointwiseSource, gate: PointwiseSource

  var replaceable: [Int] { [source.buffer] }

  func reads(writing shape: ValueShape) -> [BufferRead] { source.reads(shape) + gate.reads(shape) }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let shape = site.shape(destination)
    let call = Call(
      kernels: site.kernels, destination: site.map(destination, shape), source: site.source(source, shape),
      gate: site.source(gate, shape))
    let placed = site.append(call, name: name, units: needs.units, unitBytes: 3 * site.rowBytes(destination))
    site.follow(placed, \.destination, destination)
    site.follow(placed, \.source.map, source.buffer)
    site.follow(placed, \.gate.map, gate.buffer)
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_map_kernels>
    var destination: sth_map
    var source: sth_map_source, gate: sth_map_source

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      withUnsafePointer(to: call.pointee.destination) { destination in
        withUnsafePointer(to: call.pointee.source) { source in
          withUnsafePointer(to: call.pointee.gate) { gate in
            call.pointee.kernels.pointee.gate(destination, source, gate, Int32(begin), Int32(end))
          }
        }
      }
    }
  }
}
