// combine: a function of two elements, one of which may be repeated along an axis.
import Kernels
import PluginAPI

/// STH_COMBINE_*; operands: value, value.
struct Combine: GraphOperator {
  static let name = "combine"
  let function: UInt32

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    try refuse(unless: function <= STH_COMBINE_SUBTRACT, subject, "function \(function) does not exist")
    let (a, b) = (try value(operands, 0, subject).channels, try value(operands, 1, subject).channels)
    guard let channels = Self.common(a, b) else {
      throw .invalid("\(subject): \(a) channels and \(b) channels cannot be combined")
    }
    return channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    guard let h = Self.common(sizes[0].h, sizes[1].h), let w = Self.common(sizes[0].w, sizes[1].w) else {
      throw .unsupported("\(subject): \(sizes[0]) and \(sizes[1]) cannot be combined; crop or pad one of them")
    }
    return (h, w)
  }

  /// The extent of both once one of 1 has been repeated.
  private static func common(_ a: Int, _ b: Int) -> Int? { a == b || b == 1 ? a : a == 1 ? b : nil }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let operands = lowering.operands(node)
    if function == STH_COMBINE_MULTIPLY {
      // One number per channel: left to the readers.
      for (x, scale) in [(operands[0], operands[1]), (operands[1], operands[0])] {
        let (shape, numbers) = (lowering.shapes[x], lowering.shapes[scale])
        if numbers.h * numbers.w == 1, shape.h * shape.w > 1, numbers.c == shape.c {
          return lowering.scale(node, x, by: scale, shift: nil)
        }
      }
    }
    let (a, b) = (lowering.plain(operands[0]), lowering.plain(operands[1]))
    let target = lowering.buffer(lowering.shapes[node])
    lowering.append(
      CombinePass(
        name: lowering.nodes[node].subject, destination: target, a: BufferRead(buffer: a.buffer, region: a.region),
        b: BufferRead(buffer: b.buffer, region: b.region), function: function))
    return ValueLens(buffer: target, region: lowering.shapes[node])
  }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, a, b) = (site.gradient, site.operands[0], site.operands[1])
    switch function {
    case STH_COMBINE_MULTIPLY:
      for (operand, its, other) in [(0, a, b), (1, b, a)] {
        try site.add(to: operand) { (graph) throws(GraphError) in
          try graph.summed(graph.weighted(other, by: gradient), like: its)
        }
      }
    case STH_COMBINE_SUBTRACT:
      try site.add(to: 0) { (graph) throws(GraphError) in try graph.summed(gradient, like: a) }
      let channels = site.graph.channels(of: site.node)
      try site.add(to: 1) { (graph) throws(GraphError) in
        try graph.summed(graph.scaled(gradient, by: -1, channels: channels), like: b)
      }
    case STH_COMBINE_DIVIDE:
      let (quotient, channels) = (site.node, site.graph.channels(of: site.node))
      let share = try site.graph.combine(gradient, b, STH_COMBINE_DIVIDE)
      try site.add(to: 0) { (graph) throws(GraphError) in try graph.summed(share, like: a) }
      try site.add(to: 1) { (graph) throws(GraphError) in
        let less = try graph.scaled(share, by: -1, channels: channels)
        return try graph.summed(graph.combine(less, quotient, STH_COMBINE_MULTIPLY), like: b)
      }
    case STH_COMBINE_MINIMUM, STH_COMBINE_MAXIMUM:
      // Above zero where a is taken; b gets what a does not.
      let (more, less) = function == STH_COMBINE_MAXIMUM ? (a, b) : (b, a)
      let taken = try site.graph.add(
        Gate(), gradient, site.graph.combine(more, less, STH_COMBINE_SUBTRACT))
      try site.add(to: 0) { (graph) throws(GraphError) in try graph.summed(taken, like: a) }
      try site.add(to: 1) { (graph) throws(GraphError) in
        try graph.summed(graph.combine(gradient, taken, STH_COMBINE_SUBTRACT), like: b)
      }
    default: try differentiatePower(&site)
    }
  }

  /// y = a^b  =>  da = dy b a^(b - 1), nothing where b is zero; db = dy y ln(a), nothing where a is not above zero.
  private func differentiatePower(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, power, a, b, channels) = (
      site.gradient, site.node, site.operands[0], site.operands[1], site.channels
    )
    try site.add(to: 0) { (graph) throws(GraphError) in
      let less = try graph.affine(b, shift: graph.constant(-1, channels: channels[1]))
      let slope = try graph.combine(b, graph.combine(a, less, STH_COMBINE_POWER), STH_COMBINE_MULTIPLY)
      let gated = try graph.add(Gate(), slope, graph.add(Spread(), graph.combine(b, b, STH_COMBINE_MULTIPLY), power))
      return try graph.summed(graph.combine(gradient, gated, STH_COMBINE_MULTIPLY), like: a)
    }
    try site.add(to: 1) { (graph) throws(GraphError) in
      let product = try graph.combine(power, graph.activate(a, STH_ACTIVATE_LOG), STH_COMBINE_MULTIPLY)
      let slope = try graph.add(Gate(), product, graph.add(Spread(), a, power))
      return try graph.summed(graph.combine(gradient, slope, STH_COMBINE_MULTIPLY), like: b)
    }
  }
}

/// Stores a function of two maps.
struct CombinePass: Pass {
  let name: String
  let destination: Int
  let a: BufferRead, b: BufferRead
  let function: UInt32

  func reads(writing shape: ValueShape) -> [BufferRead] {
    [a, b].map { read in
      BufferRead(buffer: read.buffer, region: read.region, reach: read.region.h == 1 && shape.h > 1 ? .whole : .same)
    }
  }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let call = Call(
      kernels: site.kernels, destination: site.map(destination, site.shape(destination)),
      a: site.map(a.buffer, a.region), b: site.map(b.buffer, b.region), function: function)
    let placed = site.append(call, name: name, units: needs.units, unitBytes: 3 * site.rowBytes(destination))
    site.follow(placed, \.destination, destination)
    site.follow(placed, \.a, a.buffer)
    site.follow(placed, \.b, b.buffer)
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_map_kernels>
    var destination: sth_map
    var a: sth_map, b: sth_map
    let function: UInt32

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      withUnsafePointer(to: call.pointee.destination) { destination in
        withUnsafePointer(to: call.pointee.a) { a in
          withUnsafePointer(to: call.pointee.b) { b in
            call.pointee.kernels.pointee.combine(destination, a, b, call.pointee.function, Int32(begin), Int32(end))
          }
        }
      }
    }
  }
}
