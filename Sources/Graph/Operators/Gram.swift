// gram: the products of each two channels, summed over the pixels (Gatys et al. 2016).
import Kernels
import PluginAPI

/// The Gram matrix [c, c, 1]; operand: value.
struct Gram: GraphOperator {
  static let name = "gram"
  /// STH_GRAM_*.
  let divisor: UInt32
  /// Of the operand, which becomes the height of the result.
  let operandChannels: Int

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    try refuse(unless: divisor <= STH_GRAM_ELEMENTS, subject, "divisor \(divisor) does not exist")
    return try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) {
    (operandChannels, 1)
  }

  /// What the sums over all pixels of x are multiplied by.
  func scale(of x: ValueShape) -> Double {
    switch divisor {
    case STH_GRAM_PIXELS: 1 / (Double(x.h) * Double(x.w))
    case STH_GRAM_ELEMENTS: 1 / (Double(x.c) * Double(x.h) * Double(x.w))
    default: 1
    }
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let (operand, subject) = (lowering.operands(node)[0], lowering.nodes[node].subject)
    let lens = lowering.store(lowering.lens(operand), label: subject)
    let source = BufferRead(buffer: lens.buffer, region: lens.region, reach: .whole)
    let target = lowering.buffer(lowering.shapes[node])
    lowering.append(
      ConvGradientPass(
        name: subject, destination: target, gradient: source, source: source, kernel: (1, 1), stride: (1, 1),
        scale: Float(scale(of: lowering.shapes[operand]))))
    return ValueLens(buffer: target, region: lowering.shapes[node])
  }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, x) = (site.gradient, site.operands[0])
    try site.add(to: 0) { (graph) throws(GraphError) in try graph.add(GramGradient(gram: self), gradient, x) }
  }
}
