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

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, y, channels) = (site.gradient, site.node, site.channels[0])
    try site.add(to: 0) { (graph) throws(GraphError) in
      let square = try graph.combine(y, y, STH_COMBINE_MULTIPLY)
      let slope = try graph.affine(
        square, scale: graph.constant(-1, channels: channels), shift: graph.constant(1, channels: channels))
      return try graph.combine(gradient, slope, STH_COMBINE_MULTIPLY)
    }
  }
}
