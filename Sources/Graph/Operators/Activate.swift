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

  /// dy times the slope at x, which for some follows from y.
  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (y, x, dy, channels) = (site.node, site.operands[0], site.gradient, site.channels[0])
    let (function, alpha, beta, subject) = (function, alpha, beta, site.subject)
    try site.add(to: 0) { (graph) throws(GraphError) in
      func times(_ a: sth_node, _ b: sth_node) throws(GraphError) -> sth_node {
        try graph.combine(a, b, STH_COMBINE_MULTIPLY)
      }
      func scaled(_ node: sth_node, _ number: Double) throws(GraphError) -> sth_node {
        try graph.scaled(node, by: number, channels: channels)
      }
      func below() throws(GraphError) -> sth_node { try graph.add(Gate(), dy, scaled(x, -1)) }
      func above() throws(GraphError) -> sth_node { try graph.add(Gate(), dy, x) }
      switch function {
      case STH_ACTIVATE_SIGMOID:
        return try times(dy, graph.combine(y, times(y, y), STH_COMBINE_SUBTRACT))
      case STH_ACTIVATE_LEAKY_RELU: return try graph.sum(above(), scaled(below(), alpha))
      case STH_ACTIVATE_ELU:
        // Below zero the slope is y + alpha.
        let slope = try graph.affine(y, shift: graph.constant(alpha, channels: channels))
        return try graph.sum(above(), times(below(), slope))
      case STH_ACTIVATE_HARD_SIGMOID:
        let line = try graph.affine(
          x, scale: graph.constant(alpha, channels: channels), shift: graph.constant(beta, channels: channels))
        return try scaled(graph.gated(dy, where: line, isBetween: 0, and: 1, channels: channels), alpha)
      case STH_ACTIVATE_SOFTPLUS: return try times(dy, graph.activate(x, STH_ACTIVATE_SIGMOID))
      case STH_ACTIVATE_EXP: return try times(dy, y)
      case STH_ACTIVATE_LOG: return try graph.combine(dy, x, STH_COMBINE_DIVIDE)
      case STH_ACTIVATE_SQRT: return try scaled(graph.combine(dy, y, STH_COMBINE_DIVIDE), 0.5)
      case STH_ACTIVATE_ABS: return try graph.combine(above(), below(), STH_COMBINE_SUBTRACT)
      case STH_ACTIVATE_RECIPROCAL: return try scaled(times(dy, times(y, y)), -1)
      case STH_ACTIVATE_POWER:
        return try scaled(times(dy, graph.activate(x, STH_ACTIVATE_POWER, alpha: alpha - 1)), alpha)
      case STH_ACTIVATE_ERF:
        let bell = try graph.activate(scaled(times(x, x), -1), STH_ACTIVATE_EXP)
        return try scaled(times(dy, bell), 2 / Double.pi.squareRoot())
      default:
        throw .unsupported("\(subject): function \(function) goes up in steps, which have no gradient to learn from")
      }
    }
  }
}
