// Numbers per channel on their way from a pixel to many, and back.
import Kernels
import PluginAPI

/// v divided by the number of pixels of x; operands: value v [c, 1, 1], value x.
struct PerPixel: LearningOperator {
  static let name = "per_pixel"

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    _ = try value(operands, 1, subject)
    return try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    try checkNumbers([sizes[1], sizes[0]], from: 1, operands: [operands[1], operands[0]], subject: subject)
    return (1, 1)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let operands = lowering.operands(node)
    let (lens, pixels) = (lowering.pointwise(operands[0]), lowering.shapes[operands[1]])
    return lowering.sum(
      [PointwiseSource(lens)], region: lens.region, scale: 1 / (Double(pixels.h) * Double(pixels.w)),
      label: lowering.nodes[node].subject)
  }
}

/// v at every pixel of x; operands: value v, of which any of c, h, w may be 1, and value x.
struct Spread: LearningOperator {
  static let name = "spread"

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    _ = try value(operands, 0, subject)
    return try value(operands, 1, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) {
    (sizes[1].h, sizes[1].w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let operand = lowering.operands(node)[0]
    if lowering.shapes[operand] == lowering.shapes[node] { return lowering.lens(operand) }
    let lens = lowering.plain(operand)
    let source = BufferRead(buffer: lens.buffer, region: lens.region)
    let target = lowering.buffer(lowering.shapes[node])
    // The larger of a number and itself.
    lowering.append(
      CombinePass(
        name: lowering.nodes[node].subject, destination: target, a: source, b: source,
        function: STH_COMBINE_MAXIMUM))
    return ValueLens(buffer: target, region: lowering.shapes[node])
  }
}

/// The sum of v over the axes along which x was repeated to become of its shape; operands: value v, value x.
struct SumLike: LearningOperator {
  static let name = "sum_like"

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    _ = try value(operands, 0, subject)
    return try value(operands, 1, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    let (v, x) = (sizes[0], sizes[1])
    let isOnePixel = x.h == 1 && x.w == 1
    guard x == v || isOnePixel && (x.c == v.c || x.c == 1) else {
      throw .unsupported("\(subject): what was repeated from \(x) to \(v) has no gradient")
    }
    return (x.h, x.w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let operand = lowering.operands(node)[0]
    let (from, to) = (lowering.shapes[operand], lowering.shapes[node])
    if from == to { return lowering.lens(operand) }
    let label = lowering.nodes[node].subject
    var lens = lowering.pointwise(operand)
    if (from.h, from.w) != (to.h, to.w) {
      lens = lowering.sum([PointwiseSource(lens)], region: lens.region, label: label)
    }
    guard from.c != to.c else { return lens }
    let mean = lowering.buffer(to)
    lowering.append(
      SourcePass(
        name: label, destination: mean, source: PointwiseSource(lens), region: lens.region, kernel: .channelMean))
    // One number: times the channels that the mean was divided by.
    return lowering.sum(
      [PointwiseSource(ValueLens(buffer: mean, region: to))], region: to, scale: Double(from.c), label: label)
  }
}
