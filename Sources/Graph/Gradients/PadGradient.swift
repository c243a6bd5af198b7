// What a border passes back: each pixel gets what its copies got.
import Kernels
import PluginAPI

/// The gradient of a border or a crop: for each pixel of x the sum over its copies; operands: value (of the size after), value x.
struct PadGradient: LearningOperator {
  static let name = "pad_gradient"
  let top: Int, left: Int
  /// STH_PAD_*.
  let mode: UInt32

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    _ = try value(operands, 1, subject)
    return try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) {
    (sizes[1].h, sizes[1].w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let (operand, shape) = (lowering.operands(node)[0], lowering.shapes[node])
    let given = lowering.shapes[operand]
    if (top, left) == (0, 0), given == shape || mode == STH_PAD_ZERO && given.h >= shape.h && given.w >= shape.w {
      return CropLike().lower(node, in: &lowering)
    }
    let lens = lowering.plain(operand)
    let target = lowering.buffer(shape)
    lowering.append(
      PadGradientPass(
        name: lowering.nodes[node].subject, destination: target,
        source: BufferRead(buffer: lens.buffer, region: lens.region, reach: .whole),
        padding: ValueLens.Padding(mode: mode, top: top, left: left)))
    return ValueLens(buffer: target, region: shape)
  }
}

/// Stores, for each pixel, the sum over its copies.
struct PadGradientPass: Pass {
  let name: String
  let destination: Int
  let source: BufferRead
  let padding: ValueLens.Padding

  func reads(writing shape: ValueShape) -> [BufferRead] { [source] }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let call = Call(
      kernels: site.kernels, destination: site.map(destination, site.shape(destination)),
      source: site.map(source.buffer, source.region), top: Int32(padding.top), left: Int32(padding.left),
      mode: padding.mode)
    let placed = site.append(call, name: name, units: needs.units, unitBytes: 2 * site.rowBytes(destination))
    site.follow(placed, \.destination, destination)
    site.follow(placed, \.source, source.buffer)
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_map_kernels>
    var destination: sth_map
    var source: sth_map
    let top: Int32, left: Int32
    let mode: UInt32

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      withUnsafePointer(to: call.pointee.destination) { destination in
        withUnsafePointer(to: call.pointee.source) { source in
          call.pointee.kernels.pointee.pad_gradient(
            destination, source, call.pointee.top, call.pointee.left, call.pointee.mode, Int32(begin), Int32(end))
        }
      }
    }
  }
}
