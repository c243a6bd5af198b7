// pad_to_multiple: rows and columns at bottom and right until both sizes suit a network.
import PluginAPI

/// Borders whose widths follow from the size; operand: value.
struct PadToMultiple: GraphOperator {
  static let name = "pad_to_multiple"
  let multiple: Int
  let mode: UInt32

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    try refuse(unless: mode <= STH_PAD_REPLICATE, subject, "pad mode \(mode) does not exist")
    try refuse(unless: 1...Int(Int32.max) ~= multiple, subject, "multiple \(multiple) is below 1")
    return try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) {
    ((sizes[0].h + multiple - 1) / multiple * multiple, (sizes[0].w + multiple - 1) / multiple * multiple)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let operand = lowering.operands(node)[0]
    let (before, after) = (lowering.shapes[operand], lowering.shapes[node])
    let border = Border(top: 0, left: 0, bottom: after.h - before.h, right: after.w - before.w)
    return Pad2D(border: border, mode: mode).lower(node, in: &lowering)
  }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, x) = (site.gradient, site.operands[0])
    try site.add(to: 0) { (graph) throws(GraphError) in
      try graph.add(PadGradient(top: 0, left: 0, mode: mode), gradient, x)
    }
  }
}
