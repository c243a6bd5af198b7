// relu: max(x, 0), left to the reader where it can.
import PluginAPI

/// Operand: value.
struct Relu: GraphOperator {
  static let name = "relu"

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) {
    (sizes[0].h, sizes[0].w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    // Commutes with repetition and with every border (the zero of a zero border stays zero).
    var lens = lowering.lens(lowering.operands(node)[0])
    lens.relu = true
    return lens
  }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, x) = (site.gradient, site.operands[0])
    try site.add(to: 0) { (graph) throws(GraphError) in try graph.add(Gate(), gradient, x) }
  }
}
