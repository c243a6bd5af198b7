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

  /// dy goes to the first of the nine pixels that is the median: equal ones must not all get it, and a border shows some twice.
  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, x, median) = (site.gradient, site.operands[0], site.node)
    try site.add(to: 0) { (graph) throws(GraphError) in
      // Has x stored, for all to read the same bits: made twice, a number may differ in the last one.
      let stored = try graph.combine(x, x, STH_COMBINE_MAXIMUM)
      let around = try graph.pad2d(stored, Border(1), mode: mode)
      var (rest, given): (sth_node, sth_node?) = (gradient, nil)
      for (row, column) in (0..<9).map({ ($0 / 3, $0 % 3) }) {
        let border = Border(top: -row, left: -column, bottom: row - 2, right: column - 2)
        let neighbour = try graph.pad2d(around, border, mode: STH_PAD_ZERO)
        let distance = try graph.activate(graph.combine(neighbour, median, STH_COMBINE_SUBTRACT), STH_ACTIVATE_ABS)
        let others = try graph.add(Gate(), rest, distance)
        let its = try graph.add(
          PadGradient(top: -row, left: -column, mode: STH_PAD_ZERO),
          graph.combine(rest, others, STH_COMBINE_SUBTRACT), around)
        given = if let given { try graph.sum(given, its) } else { its }
        rest = others
      }
      return try graph.add(PadGradient(top: 1, left: 1, mode: mode), given ?? rest, x)
    }
  }
}
