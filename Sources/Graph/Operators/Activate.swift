// activate: a function of each element.
import Kernels
import PluginAPI

/// STH_ACTIVATE_*; operand: value.
struct Activate: GraphOperator {
  static let name = "activate"
  let function: UInt32
  let alpha: Double, beta: Double

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    try refuse(unless: function <= STH_ACTIVATE_FLOOR, subject, "function \(function) does not exist")
    try refuse(unless: alpha.isFinite && beta.isFinite, subject, "alpha \(alpha) or beta \(beta) is no finite number")
    return try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) {
    (sizes[0].h, sizes[0].w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    lowering.activate(node, sth_map_activation(function: function, low: Float(alpha), high: Float(beta)))
  }
}
