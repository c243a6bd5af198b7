// space_to_depth: squares of pixels as channels, the reverse of depth_to_space.
import PluginAPI

/// factor x factor pixels become factor * factor channels; operand: value.
struct SpaceToDepth: GraphOperator {
  static let name = "space_to_depth"
  let factor: Int

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    try refuse(unless: 1...4096 ~= factor, subject, "factor \(factor) is not in 1...4096")
    let channels = try value(operands, 0, subject).channels.multipliedReportingOverflow(by: factor * factor)
    guard !channels.overflow, channels.partialValue <= Int32.max else {
      throw .unsupported("\(subject): the result would have too many channels")
    }
    return channels.partialValue
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    guard sizes[0].h % factor == 0, sizes[0].w % factor == 0 else {
      throw .unsupported("\(subject): \(sizes[0].h) x \(sizes[0].w) is no multiple of \(factor); pad it")
    }
    return (sizes[0].h / factor, sizes[0].w / factor)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    lowering.apply(.spaceToDepth(factor: Int32(factor)), to: node)
  }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, factor) = (site.gradient, factor)
    try site.add(to: 0) { (graph) throws(GraphError) in try graph.depthToSpace(gradient, factor: factor) }
  }
}
