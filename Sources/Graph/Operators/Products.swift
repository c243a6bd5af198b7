// products: those of each channel of one value with each of another, summed over the pixels.
import Kernels
import PluginAPI

/// [c, d, 1] of a [c, h, w] and b [d, h, w]; operands: value a, value b. Of a value with itself it is a Gram matrix (Gatys et al. 2016); of rows
/// that `transpose` made it is a product of matrices.
struct Products: LearningOperator {
  static let name = "products"
  /// STH_PRODUCTS_*.
  let divisor: UInt32
  /// Of b, which become the height of the result.
  let otherChannels: Int

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    try refuse(unless: divisor <= STH_PRODUCTS_ELEMENTS, subject, "divisor \(divisor) does not exist")
    _ = try value(operands, 1, subject)
    return try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    guard (sizes[0].h, sizes[0].w) == (sizes[1].h, sizes[1].w) else {
      throw .unsupported("\(subject): \(sizes[0]) does not fit \(sizes[1])")
    }
    return (otherChannels, 1)
  }

  /// What the sums over all pixels of a are multiplied by.
  func scale(of a: ValueShape) -> Double {
    switch divisor {
    case STH_PRODUCTS_PIXELS: 1 / (Double(a.h) * Double(a.w))
    case STH_PRODUCTS_ELEMENTS: 1 / (Double(a.c) * Double(a.h) * Double(a.w))
    default: 1
    }
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let (operands, subject) = (lowering.operands(node), lowering.nodes[node].subject)
    let stored = (operands[0] == operands[1] ? [operands[0]] : operands).map { operand in
      let lens = lowering.store(lowering.lens(operand), label: subject)
      return BufferRead(buffer: lens.buffer, region: lens.region, reach: .whole)
    }
    let target = lowering.buffer(lowering.shapes[node])
    lowering.append(
      ConvGradientPass(
        name: subject, destination: target, gradient: stored[0], source: stored[stored.count - 1], kernel: (1, 1),
        stride: (1, 1),
        scale: Float(scale(of: lowering.shapes[operands[0]]))))
    return ValueLens(buffer: target, region: lowering.shapes[node])
  }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, a, b) = (site.gradient, site.operands[0], site.operands[1])
    func pass(_ matrix: ProductsGradient.Matrix, _ x: sth_node, to operand: Int) throws(GraphError) {
      try site.add(to: operand) { (graph) throws(GraphError) in
        try graph.add(ProductsGradient(products: self, matrix: matrix), gradient, x, a)
      }
    }
    guard a != b else { return try pass(.both, a, to: 0) }
    try pass(.asItIs, b, to: 0)
    try pass(.transposed, a, to: 1)
  }
}
