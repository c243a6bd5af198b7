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
}
