// add: the sum of two equal shapes in one pass, with the norm and relu of both.
import PluginAPI

/// Operands: value, value.
struct Add: GraphOperator {
  static let name = "add"

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    let (a, b) = (try value(operands, 0, subject), try value(operands, 1, subject))
    guard a.channels == b.channels else {
      throw .invalid("\(subject): \(a.channels) channels and \(b.channels) channels cannot be added")
    }
    return a.channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    guard sizes[0] == sizes[1] else {
      throw .unsupported("\(subject): \(sizes[0]) and \(sizes[1]) cannot be added; crop or pad one of them")
    }
    return (sizes[0].h, sizes[0].w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let operands = lowering.operands(node)
    for operand in operands { _ = lowering.pointwise(operand) }
    let target = lowering.buffer(lowering.shapes[node])
    lowering.append(
      ApplyPass(
        name: lowering.nodes[node].subject, destination: target,
        source: PointwiseSource(lowering.lens(operands[0])), addend: PointwiseSource(lowering.lens(operands[1]))))
    return ValueLens(buffer: target, region: lowering.shapes[node])
  }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let gradient = site.gradient
    for operand in 0...1 { try site.add(to: operand) { _ in gradient } }
  }
}
