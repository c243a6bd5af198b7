// median3: the median of the 3 x 3 pixels around each.
import PluginAPI

/// Pixels outside by `mode` (STH_PAD_*); operand: value.
struct Median3: GraphOperator {
  static let name = "median3"
  let mode: UInt32

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    try refuse(unless: mode <= STH_PAD_REPLICATE, subject, "pad mode \(mode) does not exist")
    return try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) {
    (sizes[0].h, sizes[0].w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens { lowering.apply(.median3(mode: mode), to: node) }
}
