// What planning makes of a network, before buffers have addresses.
import Testing

@testable import Graph

extension TwinNetwork {
  /// The passes of the graph, which has one input, for pictures of a size.
  func lowered(
    h: Int, w: Int, precision: ComputePrecision = .f32
  ) throws -> (lowering: Lowering, needs: [PassNeeds]) {
    let (nodes, inputs, outputs) = graph.state.withLock { ($0.nodes, $0.inputs, $0.outputs) }
    try #require(inputs.count == 1)
    var shapes: [ValueShape] = []
    for node in nodes {
      switch node.kind {
      case .constant: shapes.append(ValueShape(c: 0, h: 0, w: 0))
      case .input: shapes.append(ValueShape(c: node.channels, h: h, w: w))
      case .operation(let operation):
        let size = try operation.size(
          of: node.operands.map { shapes[$0] }, operands: node.operands.map { nodes[$0] }, subject: "test")
        shapes.append(ValueShape(c: node.channels, h: size.h, w: size.w))
      }
    }
    let lowering = Lowering.lower(
      nodes: nodes, shapes: shapes, outputs: outputs, precision: precision, optimise: true)
    let scope = PassScope(nodes: nodes, buffers: lowering.buffers, kernels: graph.engine.mapKernels)
    return (lowering, lowering.passes.map { $0.needs(in: scope) })
  }
}
