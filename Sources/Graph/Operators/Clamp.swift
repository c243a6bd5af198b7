// clamp: min(max(x, low), high), element by element.
import PluginAPI

/// Operand: value.
struct Clamp: GraphOperator {
  static let name = "clamp"
  let low: Double, high: Double

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    try refuse(unless: !low.isNaN && !high.isNaN, subject, "a bound is not a number")
    return try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) {
    (sizes[0].h, sizes[0].w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let lens = lowering.plain(lowering.operands(node)[0])
    let target = lowering.buffer(lowering.shapes[node])
    lowering.append(
      ClampPass(name: lowering.nodes[node].subject, destination: target, source: lens.buffer, operation: self))
    return ValueLens(buffer: target, region: lowering.shapes[node])
  }
}

/// Stores a clamped copy.
struct ClampPass: Pass {
  let name: String
  let destination: Int
  let source: Int
  let operation: Clamp

  var replaceable: [Int] { [source] }

  func reads(writing shape: ValueShape) -> [BufferRead] { [BufferRead(buffer: source, region: shape)] }

  func prepare(in site: inout PlanSite) {
    let shape = site.shape(destination)
    let call = Call(
      kernels: site.kernels, destination: site.planes(destination, shape), source: site.planes(source, shape),
      low: Float(operation.low), high: Float(operation.high))
    let placed = site.append(call, name: name, units: shape.c)
    site.follow(placed, \.destination, destination)
    site.follow(placed, \.source, source)
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_kernels>
    var destination: sth_planes
    var source: sth_planes
    let low: Float, high: Float

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      withUnsafePointer(to: call.pointee.destination) { destination in
        withUnsafePointer(to: call.pointee.source) { source in
          call.pointee.kernels.pointee.clamp_f32(
            destination, source, call.pointee.low, call.pointee.high, Int32(begin), Int32(end))
        }
      }
    }
  }
}
