// concat: the channels of two values, one after the other.
import Kernels
import PluginAPI

/// Operands: value, value.
struct Concat: GraphOperator {
  static let name = "concat"

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    let channels = try value(operands, 0, subject).channels + value(operands, 1, subject).channels
    guard channels <= Int32.max else { throw .unsupported("\(subject): \(channels) channels are too many") }
    return channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    guard sizes[0].h == sizes[1].h, sizes[0].w == sizes[1].w else {
      throw .unsupported("\(subject): \(sizes[0]) and \(sizes[1]) do not fit; crop or pad one of them")
    }
    return (sizes[0].h, sizes[0].w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let parts = lowering.operands(node)
    for part in parts { _ = lowering.pointwise(part) }
    let target = lowering.buffer(lowering.shapes[node])
    lowering.append(
      ConcatPass(
        name: lowering.nodes[node].subject, destination: target,
        parts: parts.map { (PointwiseSource(lowering.lens($0)), lowering.shapes[$0].c) }))
    return ValueLens(buffer: target, region: lowering.shapes[node])
  }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, channels) = (site.gradient, site.channels)
    for operand in 0...1 {
      try site.add(to: operand) { (graph) throws(GraphError) in
        try graph.slice(gradient, first: operand == 0 ? 0 : channels[0], count: channels[operand])
      }
    }
  }
}

/// Copies channels of several sources into one map.
struct ConcatPass: Pass {
  let name: String
  let destination: Int
  /// Each with its number of channels.
  let parts: [(source: PointwiseSource, channels: Int)]

  func reads(writing shape: ValueShape) -> [BufferRead] {
    parts.flatMap { $0.source.reads(ValueShape(c: $0.channels, h: shape.h, w: shape.w)) }
  }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let shape = site.shape(destination)
    var first = 0
    for (source, channels) in parts {
      let region = ValueShape(c: channels, h: shape.h, w: shape.w)
      let call = Call(
        kernels: site.kernels, destination: site.map(destination, shape), source: site.source(source, region),
        first: Int32(first), count: Int32(channels))
      let placed = site.append(
        call, name: name, units: needs.units, unitBytes: 2 * site.rowBytes(source.buffer))
      site.follow(placed, \.destination, destination)
      site.follow(placed, \.source.map, source.buffer)
      first += channels
    }
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_map_kernels>
    var destination: sth_map
    var source: sth_map_source
    let first: Int32, count: Int32

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      withUnsafePointer(to: call.pointee.destination) { destination in
        withUnsafePointer(to: call.pointee.source) { source in
          call.pointee.kernels.pointee.copy_channels(
            destination, call.pointee.first, source, 0, call.pointee.count, Int32(begin), Int32(end))
        }
      }
    }
  }
}
