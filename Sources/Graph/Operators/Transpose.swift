// transpose: pixels become channels, and channels pixels.
import Kernels
import PluginAPI

/// [count, 1, c] of x [c, h, w] with count pixels: the channels of each pixel as a row of its own; operand: value.
struct Transpose: LearningOperator {
  static let name = "transpose"
  /// Pixels of x.
  let count: Int
  /// Of x, which become columns.
  let operandChannels: Int

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    _ = try value(operands, 0, subject)
    try refuse(unless: (1...1 << 24).contains(count), subject, "there are no \(count) pixels")
    return count
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    guard sizes[0].h * sizes[0].w == count else {
      throw .unsupported("\(subject): \(sizes[0]) does not have \(count) pixels")
    }
    return (1, operandChannels)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens { lowering.transpose(node) }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, x) = (site.gradient, site.operands[0])
    try site.add(to: 0) { (graph) throws(GraphError) in try graph.add(TransposeGradient(), gradient, x) }
  }
}

/// The way back; operands: value, value x.
struct TransposeGradient: SourceGradient {
  static let name = "transpose_gradient"

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens { lowering.transpose(node) }
}

extension Lowering {
  /// The first operand, whose pixels are the channels of `node`.
  fileprivate mutating func transpose(_ node: Int) -> ValueLens {
    let (lens, target) = (plain(operands(node)[0]), buffer(shapes[node]))
    append(
      TransposePass(
        name: nodes[node].subject, destination: target,
        source: BufferRead(buffer: lens.buffer, region: lens.region, reach: .whole)))
    return ValueLens(buffer: target, region: shapes[node])
  }
}

/// Stores pixels as channels and channels as pixels.
struct TransposePass: Pass {
  let name: String
  let destination: Int
  let source: BufferRead
  var writesWhole: Bool { true }

  func reads(writing shape: ValueShape) -> [BufferRead] { [source] }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let call = Call(
      destination: site.map(destination, site.shape(destination)), source: site.map(source.buffer, source.region))
    let placed = site.append(call, name: name, units: needs.units, unitBytes: 2 * site.rowBytes(destination))
    site.follow(placed, \.destination, destination)
    site.follow(placed, \.source, source.buffer)
  }

  /// Units are rows of the destination.
  struct Call: KernelCall {
    var destination: sth_map, source: sth_map

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self).pointee else { return }
      let (to, from) = (MapNumbers(call.destination), MapNumbers(call.source))
      for row in Int(begin)..<Int(end) {
        for c in 0..<to.padded {
          for x in 0..<to.width {
            to[c, row, x] = c < to.channels ? from[row * to.width + x, c / from.width, c % from.width] : 0
          }
        }
      }
    }
  }
}
