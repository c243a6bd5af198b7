// What a kernel passes back to the one that it was written out of.
import Kernels
import PluginAPI

/// Of the gradient [out, in, kh' * kw'] of a kernel with its groups and gaps written out as zeros what belongs to no zero:
/// [out, in / groups, kh * kw]; operand: value.
struct WrittenOutGradient: LearningOperator {
  static let name = "written_out_gradient"
  let groups: Int
  /// Written out.
  let kernel: (h: Int, w: Int)
  var dilation = (h: 1, w: 1)

  /// Of the kernel without its gaps.
  var taps: (h: Int, w: Int) { ((kernel.h - 1) / dilation.h + 1, (kernel.w - 1) / dilation.w + 1) }

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) {
    (sizes[0].h / groups, taps.h * taps.w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let (lens, target) = (lowering.plain(lowering.operands(node)[0]), lowering.buffer(lowering.shapes[node]))
    lowering.append(
      PickPass(
        name: lowering.nodes[node].subject, destination: target,
        source: BufferRead(buffer: lens.buffer, region: lens.region, reach: .whole), written: self))
    return ValueLens(buffer: target, region: lowering.shapes[node])
  }
}

/// Stores some rows and columns of a value, others for each group of channels.
struct PickPass: Pass {
  let name: String
  let destination: Int
  let source: BufferRead
  let written: WrittenOutGradient
  // Groups lie one below the other in the source, each as high as the destination.
  var writesWhole: Bool { true }

  func reads(writing shape: ValueShape) -> [BufferRead] { [source] }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let taps = written.taps
    let call = Call(
      destination: site.map(destination, site.shape(destination)), source: site.map(source.buffer, source.region),
      groupChannels: source.region.c / written.groups, rowTaps: taps.w, rowStep: written.dilation.h * written.kernel.w,
      step: written.dilation.w)
    let placed = site.append(call, name: name, units: needs.units, unitBytes: 2 * site.rowBytes(destination))
    site.follow(placed, \.destination, destination)
    site.follow(placed, \.source, source.buffer)
  }

  /// Units are rows of the destination: input channels of a group.
  struct Call: KernelCall {
    var destination: sth_map, source: sth_map
    /// Channels that read the same rows.
    let groupChannels: Int
    /// Columns of the destination that lie `step` apart in the source, before the next begin `rowStep` after them.
    let rowTaps: Int, rowStep: Int, step: Int

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self).pointee else { return }
      for row in Int(begin)..<Int(end) { call.pick(row) }
    }

    private func pick(_ row: Int) {
      let (to, from) = (
        destination.data.assumingMemoryBound(to: Float.self), source.data.assumingMemoryBound(to: Float.self)
      )
      let lanes = destination.format == STH_MAP_PLANAR_F32 ? 1 : Int(STH_MAP_LANES)
      let channels = Int(destination.c)
      for channel in 0..<(channels + lanes - 1) / lanes * lanes {
        // Lanes beyond the last channel are zeros in every row.
        let group = min(channel, channels - 1) / groupChannels
        let target =
          to + channel / lanes * Int(destination.c_stride) + row * Int(destination.h_stride) + channel % lanes
        let start = from + channel / lanes * Int(source.c_stride) + channel % lanes
        let origin = start + (group * Int(destination.h) + row) * Int(source.h_stride)
        for tap in 0..<Int(destination.w) {
          target[tap * lanes] = origin[(tap / rowTaps * rowStep + tap % rowTaps * step) * lanes]
        }
      }
    }
  }
}
