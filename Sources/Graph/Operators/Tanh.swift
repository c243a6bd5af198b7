// tanh: the hyperbolic tangent, element by element.
import Kernels
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
    lowering.activate(node, sth_map_activation(function: STH_MAP_TANH, low: 0, high: 0))
  }
}
