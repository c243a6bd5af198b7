// tanh: the hyperbolic tangent, element by element.
import Glibc
import PluginAPI

/// Operand: value.
struct Tanh: GraphOperator {
  static let name = "tanh"

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) {
    (sizes[0].h, sizes[0].w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let lens = lowering.plain(lowering.operands(node)[0])
    let target = lowering.buffer(lowering.shapes[node])
    lowering.append(TanhPass(name: lowering.nodes[node].subject, destination: target, source: lens.buffer))
    return ValueLens(buffer: target, region: lowering.shapes[node])
  }
}

/// Stores the tangent of a copy.
struct TanhPass: Pass {
  let name: String
  let destination: Int
  let source: Int

  var replaceable: [Int] { [source] }

  func reads(writing shape: ValueShape) -> [BufferRead] { [BufferRead(buffer: source, region: shape)] }

  func prepare(in site: inout PlanSite) {
    let shape = site.shape(destination)
    let call = Call(destination: site.planes(destination, shape), source: site.planes(source, shape))
    let placed = site.append(call, name: name, units: shape.c)
    site.follow(placed, \.destination, destination)
    site.follow(placed, \.source, source)
  }

  struct Call: KernelCall {
    var destination: sth_planes
    var source: sth_planes

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      let (dst, src) = (call.pointee.destination, call.pointee.source)
      guard let to = dst.data, let from = src.data else { return }
      for c in Int(begin)..<Int(end) {
        for y in 0..<Int(dst.h) {
          let (to, from) = (
            to + c * Int(dst.c_stride) + y * Int(dst.h_stride), from + c * Int(src.c_stride) + y * Int(src.h_stride)
          )
          for x in 0..<Int(dst.w) { to[x] = tanhf(from[x]) }
        }
      }
    }
  }
}
