// stop_gradient: a value that a loss does not learn through.
import PluginAPI

/// x; operand: value. It passes nothing back.
struct StopGradient: GraphOperator {
  static let name = "stop_gradient"

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) {
    (sizes[0].h, sizes[0].w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens { lowering.lens(lowering.operands(node)[0]) }

  func differentiate(_ site: inout GradientSite) {}
}
