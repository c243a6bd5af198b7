// depth_to_space: blocks of channels as squares of pixels (Shi et al. 2016).
import PluginAPI

/// factor * factor channels become one of factor x factor times the pixels; operand: value.
struct DepthToSpace: GraphOperator {
  static let name = "depth_to_space"
  let factor: Int

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    let channels = try value(operands, 0, subject).channels
    try refuse(unless: 1...4096 ~= factor, subject, "factor \(factor) is not in 1...4096")
    try refuse(
      unless: channels % (factor * factor) == 0, subject,
      "\(channels) channels cannot be divided into squares of \(factor) x \(factor)")
    return channels / (factor * factor)
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) {
    (sizes[0].h * factor, sizes[0].w * factor)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    lowering.apply(.depthToSpace(factor: Int32(factor)), to: node)
  }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, factor) = (site.gradient, factor)
    try site.add(to: 0) { (graph) throws(GraphError) in try graph.spaceToDepth(gradient, factor: factor) }
  }
}
