// The pass of kernels that make one map of another, each pixel from its own neighbourhood.
import Kernels
import PluginAPI

/// What such a pass does.
enum SourceKernel: BitwiseCopyable, Sendable {
  case pool(sth_map_pool)
  case resize(sth_map_resize), resizeGradient(sth_map_resize)
  /// Channels from this one on.
  case slice(first: Int32)
  case channelMean
  case depthToSpace(factor: Int32), spaceToDepth(factor: Int32)
  /// STH_PAD_*.
  case median3(mode: UInt32)

  /// Which rows of the source a row of the destination is made of.
  var reach: RowReach {
    switch self {
    case .pool(let pool):
      .window(
        RowWindow(size: Int(pool.size_h), stride: Int(pool.stride_h), before: Int(pool.top), mode: STH_PAD_ZERO))
    case .resize(let resize): .resized(ratio: resize.ratio_h, isCentred: resize.place == STH_RESIZE_HALF_PIXEL)
    case .resizeGradient: .whole
    case .slice, .channelMean: .same
    case .depthToSpace(let factor): .window(RowWindow(size: 1, mode: STH_PAD_ZERO, upsample: Int(factor)))
    case .spaceToDepth(let factor): .window(RowWindow(size: Int(factor), stride: Int(factor), mode: STH_PAD_ZERO))
    case .median3(let mode): .window(RowWindow(size: 3, before: 1, mode: mode))
    }
  }

  func run(
    _ kernels: UnsafePointer<sth_map_kernels>, _ destination: UnsafePointer<sth_map>,
    _ source: UnsafePointer<sth_map_source>, _ begin: Int32, _ end: Int32
  ) {
    let kernels = kernels.pointee
    switch self {
    case .pool(let pool): withUnsafePointer(to: pool) { kernels.pool(destination, source, $0, begin, end) }
    case .resize(let resize): withUnsafePointer(to: resize) { kernels.resize(destination, source, $0, begin, end) }
    case .resizeGradient(let resize):
      withUnsafePointer(to: resize) { kernels.resize_gradient(destination, source, $0, begin, end) }
    case .slice(let first):
      kernels.copy_channels(destination, 0, source, first, destination.pointee.c, begin, end)
    case .channelMean: kernels.channel_mean(destination, source, begin, end)
    case .depthToSpace(let factor): kernels.depth_to_space(destination, source, factor, begin, end)
    case .spaceToDepth(let factor): kernels.space_to_depth(destination, source, factor, begin, end)
    case .median3(let mode): kernels.median3(destination, source, mode, begin, end)
    }
  }
}

/// Stores what a kernel makes of a pointwise source.
struct SourcePass: Pass {
  let name: String
  let destination: Int
  let source: PointwiseSource
  /// Of the source, all of it.
  let region: ValueShape
  let kernel: SourceKernel
  var writesWhole: Bool {
    // Its size is that of the picture whose places are sought.
    if case .resizeGradient = kernel { true } else { false }
  }

  func reads(writing shape: ValueShape) -> [BufferRead] { source.reads(region, reach: kernel.reach) }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let written = site.shape(destination)
    let call = Call(
      kernels: site.kernels, destination: site.map(destination, written), source: site.source(source, region),
      kernel: kernel)
    let rowsRead = max(region.h / max(written.h, 1), 1)
    let placed = site.append(
      call, name: name, units: needs.units,
      unitBytes: site.rowBytes(destination) + site.rowBytes(source.buffer) * rowsRead)
    site.follow(placed, \.destination, destination)
    site.follow(placed, \.source.map, source.buffer)
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_map_kernels>
    var destination: sth_map
    var source: sth_map_source
    let kernel: SourceKernel

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      withUnsafePointer(to: call.pointee.destination) { destination in
        withUnsafePointer(to: call.pointee.source) { source in
          call.pointee.kernel.run(call.pointee.kernels, destination, source, Int32(begin), Int32(end))
        }
      }
    }
  }
}

extension Lowering {
  /// What a kernel makes of the operand of `node`, stored.
  mutating func apply(_ kernel: SourceKernel, to node: Int) -> ValueLens {
    let lens = pointwise(operands(node)[0])
    let target = buffer(shapes[node])
    append(
      SourcePass(
        name: nodes[node].subject, destination: target, source: PointwiseSource(lens), region: lens.region,
        kernel: kernel))
    return ValueLens(buffer: target, region: shapes[node])
  }
}
