// slice: some of the channels of a value.
import PluginAPI

/// Channels first ..< first + count; operand: value.
struct Slice: GraphOperator {
  static let name = "slice"
  let first: Int, count: Int

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    let channels = try value(operands, 0, subject).channels
    try refuse(
      unless: first >= 0 && count >= 1 && first <= channels - count, subject,
      "there are no \(count) channels from \(first) on in \(channels)")
    return count
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) {
    (sizes[0].h, sizes[0].w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    lowering.apply(.slice(first: Int32(first)), to: node)
  }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, x, channels) = (site.gradient, site.operands[0], site.channels[0])
    try site.add(to: 0) { (graph) throws(GraphError) in
      // What was left out gets nothing: between 0 and 0 lies 0, whatever is clamped.
      let zero = try graph.clamp(graph.channelMean(gradient), low: 0, high: 0)
      var whole = gradient
      if first > 0 {
        whole = try graph.concat(graph.add(Spread(), zero, graph.slice(x, first: 0, count: first)), whole)
      }
      let rest = channels - first - count
      guard rest > 0 else { return whole }
      return try graph.concat(whole, graph.add(Spread(), zero, graph.slice(x, first: first + count, count: rest)))
    }
  }
}
