// conv2d: weighted sums over a window, reading its operand through whatever lens lies before it.
import PluginAPI

/// Convolution without padding; operands: value, constant [out_c][in_c][kh][kw], and perhaps constant [out_c].
struct Conv2D: GraphOperator {
  static let name = "conv2d"
  let strideH: Int, strideW: Int

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    let strides = 1...Int(Int32.max)
    try refuse(unless: strides ~= strideH && strides ~= strideW, subject, "stride \(strideH) x \(strideW) is below 1")
    let x = try value(operands, 0, subject)
    guard let weight = operands[1].constant else { throw .invalid("\(subject): the weight is a value, not a constant") }
    guard weight.dims.count == 4 else {
      throw .invalid("\(subject): weight is \(weight.shapeText), expected [out_c,in_c,kh,kw]")
    }
    guard weight.dims[1] == x.channels else {
      throw .invalid("\(subject): weight is \(weight.shapeText) but the input has \(x.channels) channels")
    }
    if operands.count > 2 { _ = try vector(operands, 2, role: "bias", count: weight.dims[0], subject) }
    return weight.dims[0]
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    guard let dims = operands[1].constant?.dims else { throw .invalid("\(subject): the weight is not a constant") }
    guard sizes[0].h >= dims[2], sizes[0].w >= dims[3] else {
      throw .unsupported(
        "\(subject): the input is \(sizes[0].h) x \(sizes[0].w), smaller than the kernel of \(dims[2]) x \(dims[3]); pad it or use a larger picture"
      )
    }
    return ((sizes[0].h - dims[2]) / strideH + 1, (sizes[0].w - dims[3]) / strideW + 1)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let operands = lowering.operands(node)
    let lens = lowering.lens(operands[0])
    let target = lowering.buffer(lowering.shapes[node])
    lowering.append(
      Conv2DPass(
        name: lowering.nodes[node].subject, destination: target, source: lens, operation: self, weight: operands[1],
        bias: operands.count > 2 ? operands[2] : nil, precision: lowering.precision))
    return ValueLens(buffer: target, region: lowering.shapes[node])
  }
}
