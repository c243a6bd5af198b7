// clamp: min(max(x, low), high), element by element.
import Kernels
import PluginAPI

/// Operand: value.
struct Clamp: GraphOperator {
  static let name = "clamp"
  let low: Double, high: Double

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    try refuse(unless: !low.isNaN && !high.isNaN, subject, "a bound is not a number")
    return try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) {
    (sizes[0].h, sizes[0].w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    lowering.activate(node, sth_map_activation(function: STH_MAP_CLAMP, low: Float(low), high: Float(high)))
  }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, x, channels) = (site.gradient, site.operands[0], site.channels[0])
    try site.add(to: 0) { (graph) throws(GraphError) in
      try graph.gated(gradient, where: x, isBetween: low, and: high, channels: channels)
    }
  }
}
