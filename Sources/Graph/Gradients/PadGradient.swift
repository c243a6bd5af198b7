// What a border passes back: each pixel gets what its copies got.
import PluginAPI

/// The gradient of a border or a crop: for each pixel of x the sum over its copies; operands: value (of the size after), value x.
struct PadGradient: LearningOperator {
  static let name = "pad_gradient"
  let top: Int, left: Int
  /// STH_PAD_*.
  let mode: UInt32

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    _ = try value(operands, 1, subject)
    return try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) {
    (sizes[1].h, sizes[1].w)
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
}
