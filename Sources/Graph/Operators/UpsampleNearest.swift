// upsample_nearest: each pixel repeated, left to the reader where it can.
import Kernels
import PluginAPI

/// Enlargement by a whole factor; operand: value.
struct UpsampleNearest: GraphOperator {
  static let name = "upsample_nearest"
  let factor: Int

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    try refuse(unless: 1...Int(Int32.max) ~= factor, subject, "factor \(factor) is below 1")
    return try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) {
    (sizes[0].h * factor, sizes[0].w * factor)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let operand = lowering.operands(node)[0]
    var lens = lowering.lens(operand)
    if lens.padding != nil { lens = lowering.plain(operand) }
    lens.upsample *= factor
    lens.shape = lowering.shapes[node]
    return lens
  }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, channels) = (site.gradient, site.channels[0])
    try site.add(to: 0) { (graph) throws(GraphError) in
      // The sum over the copies of a pixel.
      let mean = try graph.pool2d(
        gradient, Pool2D(kind: STH_POOL_MEAN, size: (factor, factor), stride: (factor, factor)))
      return try graph.scaled(mean, by: Double(factor * factor), channels: channels)
    }
  }
}

/// Stores an enlarged copy.
struct UpsamplePass: Pass {
  let name: String
  let destination: Int
  let source: BufferRead
  let factor: Int

  func reads(writing shape: ValueShape) -> [BufferRead] {
    var source = source
    source.reach = .window(RowWindow(size: 1, mode: STH_PAD_ZERO, upsample: factor))
    return [source]
  }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let shape = site.shape(destination)
    let call = Call(
      kernels: site.kernels, destination: site.map(destination, shape),
      source: site.map(source.buffer, source.region), factor: Int32(factor))
    let placed = site.append(
      call, name: "upsample \(name)", units: needs.units, unitBytes: 2 * site.rowBytes(destination))
    site.follow(placed, \.destination, destination)
    site.follow(placed, \.source, source.buffer)
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_map_kernels>
    var destination: sth_map
    var source: sth_map
    let factor: Int32

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      withUnsafePointer(to: call.pointee.destination) { destination in
        withUnsafePointer(to: call.pointee.source) { source in
          call.pointee.kernels.pointee.upsample_nearest(
            destination, source, call.pointee.factor, Int32(begin), Int32(end))
        }
      }
    }
  }
}
