// What a border passes back: each pixel gets what its copies got.
import PluginAPI

/// The gradient of a border or a crop: for each pixel of x the sum over its copies; operands: value (of the size after), value x.
struct PadGradient: SourceGradient {
  static let name = "pad_gradient"
  let top: Int, left: Int
  /// STH_PAD_*.
  let mode: UInt32

  /// Of what came in: x may be there for its size alone.
  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    _ = try value(operands, 1, subject)
    return try value(operands, 0, subject).channels
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let (operand, shape) = (lowering.operands(node)[0], lowering.shapes[node])
    let given = lowering.shapes[operand]
    if (top, left) == (0, 0), given == shape || mode == STH_PAD_ZERO && given.h >= shape.h && given.w >= shape.w {
      return CropLike().lower(node, in: &lowering)
    }
    let lens = lowering.plain(operand)
    let target = lowering.buffer(shape)
    lowering.append(
      PadPass(
        name: lowering.nodes[node].subject, destination: target,
        source: BufferRead(buffer: lens.buffer, region: lens.region),
        padding: ValueLens.Padding(mode: mode, top: top, left: left), isGradient: true))
    return ValueLens(buffer: target, region: shape)
  }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, given) = (site.gradient, site.operands[0])
    try site.add(to: 0) { (graph) throws(GraphError) in
      try graph.add(PadLike(top: top, left: left, mode: mode), gradient, given)
    }
  }
}

/// A border or a crop to the size of another value; operands: value, value of that size.
struct PadLike: SourceGradient {
  static let name = "pad_like"
  let top: Int, left: Int
  /// STH_PAD_*.
  let mode: UInt32

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let lens = lowering.plain(lowering.operands(node)[0])
    return lowering.bordered(node, lens, ValueLens.Padding(mode: mode, top: top, left: left))
  }
}
