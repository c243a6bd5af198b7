// Numbers per channel on their way from a pixel to many, and back.
import Kernels
import PluginAPI

/// v divided by the number of pixels of x, or of so many channels of it; operands: value v [c, 1, 1], value x.
struct PerPixel: LearningOperator {
  static let name = "per_pixel"
  var channels = 1
  /// Taken off that number, of which 1 at least is left.
  var less = 0

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    _ = try value(operands, 1, subject)
    return try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    try checkNumbers([sizes[1], sizes[0]], from: 1, operands: [operands[1], operands[0]], subject: subject)
    return (1, 1)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let operands = lowering.operands(node)
    let (lens, pixels) = (lowering.pointwise(operands[0]), lowering.shapes[operands[1]])
    return lowering.sum(
      [PointwiseSource(lens)], region: lens.region,
      scale: 1 / max(Double(channels) * Double(pixels.h) * Double(pixels.w) - Double(less), 1),
      label: lowering.nodes[node].subject)
  }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, x) = (site.gradient, site.operands[1])
    try site.add(to: 0) { (graph) throws(GraphError) in
      try graph.add(PerPixel(channels: channels, less: less), gradient, x)
    }
  }
}

/// v at every pixel of x; operands: value v, of which any of c, h, w may be 1, and value x.
struct Spread: SourceGradient {
  static let name = "spread"

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let operand = lowering.operands(node)[0]
    if lowering.shapes[operand] == lowering.shapes[node] { return lowering.lens(operand) }
    let lens = lowering.plain(operand)
    let source = BufferRead(buffer: lens.buffer, region: lens.region)
    let target = lowering.buffer(lowering.shapes[node])
    // The larger of a number and itself.
    lowering.append(
      CombinePass(
        name: lowering.nodes[node].subject, destination: target, a: source, b: source,
        function: STH_COMBINE_MAXIMUM))
    return ValueLens(buffer: target, region: lowering.shapes[node])
  }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, v) = (site.gradient, site.operands[0])
    try site.add(to: 0) { (graph) throws(GraphError) in try graph.summed(gradient, like: v) }
  }
}

/// The sum of v over rows, columns or both where x has one of them; operands: value v, value x. Gives as many channels as v.
struct SumLike: LearningOperator {
  static let name = "sum_like"

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    _ = try value(operands, 1, subject)
    return try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) {
    (min(sizes[0].h, sizes[1].h), min(sizes[0].w, sizes[1].w))
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let (operand, to) = (lowering.operands(node)[0], lowering.shapes[node])
    if lowering.shapes[operand] == to { return lowering.lens(operand) }
    guard to.h == 1, to.w == 1 else {
      // A row or a column that is repeated is its own border.
      return PadGradient(top: 0, left: 0, mode: STH_PAD_REPLICATE).lower(node, in: &lowering)
    }
    let lens = lowering.pointwise(operand)
    return lowering.sum([PointwiseSource(lens)], region: lens.region, label: lowering.nodes[node].subject)
  }
}

extension ComputeGraph {
  /// What x gets of v, for which it was repeated along some axes: the sum of v over these. Where v is thin itself, it is spread.
  func summed(_ v: sth_node, like x: sth_node) throws(GraphError) -> sth_node {
    let channels = channels(of: v)
    let isOne = channels > 1 && self.channels(of: x) == 1
    let v = isOne ? try scaled(channelMean(v), by: Double(channels), channels: 1) : v
    return try add(Spread(), add(SumLike(), v, x), x)
  }
}
