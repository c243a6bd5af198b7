// pad2d: borders around a picture or cut off it, left to the reader where it can.
import Kernels
import PluginAPI

/// Borders of four widths; operand: value.
struct Pad2D: GraphOperator {
  static let name = "pad2d"
  let border: Border
  let mode: UInt32

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    try refuse(unless: mode <= STH_PAD_REPLICATE, subject, "pad mode \(mode) does not exist")
    for (side, width) in [
      ("top", border.top), ("left", border.left), ("bottom", border.bottom), ("right", border.right),
    ] {
      try refuse(
        unless: -Int(Int32.max)...Int(Int32.max) ~= width, subject, "a border of \(width) at the \(side) is not usable")
    }
    return try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    let kept = (
      sizes[0].h + min(border.top, 0) + min(border.bottom, 0), sizes[0].w + min(border.left, 0) + min(border.right, 0)
    )
    guard kept.0 >= 1, kept.1 >= 1 else {
      throw .unsupported("\(subject): nothing is left of \(sizes[0]); cut off less")
    }
    return (sizes[0].h + border.top + border.bottom, sizes[0].w + border.left + border.right)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let operand = lowering.operands(node)[0]
    if border == Border(0) { return lowering.lens(operand) }
    if min(border.top, border.left, border.bottom, border.right) < 0 {
      return lowering.bordered(
        node, lowering.plain(operand), ValueLens.Padding(mode: mode, top: border.top, left: border.left))
    }
    var lens = lowering.lens(operand)
    if lens.padding != nil { lens = lowering.plain(operand) }
    lens.padding = ValueLens.Padding(mode: mode, top: border.top, left: border.left)
    lens.shape = lowering.shapes[node]
    return lens
  }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, x) = (site.gradient, site.operands[0])
    try site.add(to: 0) { (graph) throws(GraphError) in
      try graph.add(PadGradient(top: border.top, left: border.left, mode: mode), gradient, x)
    }
  }

  /// It is a border of zeros, and a kernel of `dims` reaches beyond it everywhere.
  func isZeros(within dims: [Int]) -> Bool {
    mode == STH_PAD_ZERO && 0..<dims[2] ~= border.top && 0..<dims[2] ~= border.bottom && 0..<dims[3] ~= border.left
      && 0..<dims[3] ~= border.right
  }
}

extension Lowering {
  /// The value of `node` stored: what `lens`, which is plain, shows with borders that may be negative.
  mutating func bordered(_ node: Int, _ lens: ValueLens, _ padding: ValueLens.Padding) -> ValueLens {
    let target = buffer(shapes[node])
    append(
      PadPass(
        name: nodes[node].subject, destination: target,
        source: BufferRead(buffer: lens.buffer, region: lens.region), padding: padding))
    return ValueLens(buffer: target, region: shapes[node])
  }
}

/// Stores a padded (or, where the destination is small, cropped) copy, or what such a copy passes back.
struct PadPass: Pass {
  let name: String
  let destination: Int
  let source: BufferRead
  let padding: ValueLens.Padding
  /// The source has the size of the copy: each pixel becomes the sum of its copies.
  var isGradient = false
  // What is mirrored goes to places that count from the other end.
  var writesWhole: Bool { isGradient }

  func reads(writing shape: ValueShape) -> [BufferRead] {
    var source = source
    source.reach = isGradient ? .whole : .window(RowWindow(size: 1, before: padding.top, mode: padding.mode))
    return [source]
  }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let shape = site.shape(destination)
    let call = Call(
      kernels: site.kernels, destination: site.map(destination, shape),
      source: site.map(source.buffer, source.region), top: Int32(padding.top), left: Int32(padding.left),
      mode: padding.mode, isGradient: isGradient)
    let label = isGradient ? name : "pad \(name)"
    let placed = site.append(call, name: label, units: needs.units, unitBytes: 2 * site.rowBytes(destination))
    site.follow(placed, \.destination, destination)
    site.follow(placed, \.source, source.buffer)
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_map_kernels>
    var destination: sth_map
    var source: sth_map
    let top: Int32, left: Int32
    let mode: UInt32
    let isGradient: Bool

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      let kernels = call.pointee.kernels.pointee
      withUnsafePointer(to: call.pointee.destination) { destination in
        withUnsafePointer(to: call.pointee.source) { source in
          (call.pointee.isGradient ? kernels.pad_gradient : kernels.pad)(
            destination, source, call.pointee.top, call.pointee.left, call.pointee.mode, Int32(begin), Int32(end))
        }
      }
    }
  }
}
