// What a convolution passes back to its weights: each tap's products of what it saw with what came of it.
import Kernels
import PluginAPI

/// The gradient of the weight of `conv2d`: for each tap the sum over the pixels of dy times what the tap saw of x; operands: value
/// dy [out_c, h, w], value x [in_c, ...]. Gives [out_c, in_c, kh * kw].
struct ConvGradient: LearningOperator {
  static let name = "conv_gradient"
  let kernel: (h: Int, w: Int)
  let stride: (h: Int, w: Int)
  /// Of x, whose number of channels becomes the height of the result.
  let inChannels: Int

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    _ = try value(operands, 1, subject)
    return try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) {
    (inChannels, kernel.h * kernel.w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let operands = lowering.operands(node)
    let (gradient, subject) = (lowering.plain(operands[0]), lowering.nodes[node].subject)
    // What the forward convolution read through its lens is made again here: keeping it would cost more memory than time.
    let source = lowering.store(lowering.lens(operands[1]), label: subject)
    let target = lowering.buffer(lowering.shapes[node])
    lowering.append(
      ConvGradientPass(
        name: subject, destination: target,
        gradient: BufferRead(buffer: gradient.buffer, region: gradient.region, reach: .whole),
        source: BufferRead(buffer: source.buffer, region: source.region, reach: .whole), kernel: kernel,
        stride: stride, scale: 1))
    return ValueLens(buffer: target, region: lowering.shapes[node])
  }
}

/// Stores the gradient of a convolution's weight, or a Gram matrix.
struct ConvGradientPass: Pass {
  let name: String
  let destination: Int
  let gradient: BufferRead, source: BufferRead
  let kernel: (h: Int, w: Int)
  let stride: (h: Int, w: Int)
  let scale: Float
  var writesWhole: Bool { true }

  func reads(writing shape: ValueShape) -> [BufferRead] { [gradient, source] }

  private var shape: sth_map_conv_gradient {
    sth_map_conv_gradient(
      out_c: Int32(gradient.region.c), in_c: Int32(source.region.c), h: Int32(gradient.region.h),
      w: Int32(gradient.region.w), kernel_h: Int32(kernel.h), kernel_w: Int32(kernel.w), stride_h: Int32(stride.h),
      stride_w: Int32(stride.w), scale: scale)
  }

  func needs(in scope: PassScope) -> PassNeeds {
    var (shape, needs) = (shape, sth_map_conv_gradient_needs())
    scope.kernels.pointee.conv_gradient_query(&needs, &shape)
    let products = gradient.region.c * source.region.c * kernel.h * kernel.w
    // Units are parts of the sums, not rows: no row is complete before all are made.
    return PassNeeds(
      units: Int(needs.units), workspaceBytes: Int(needs.workspace_bytes),
      tiling: UnitTiling(tileRows: scope.shape(destination).h, rowTiles: Int(needs.units)),
      multiplyAdds: products * gradient.region.h * gradient.region.w)
  }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let call = Call(
      kernels: site.kernels, destination: site.map(destination, site.shape(destination)),
      gradient: site.map(gradient.buffer, gradient.region), source: site.map(source.buffer, source.region),
      shape: shape, workspace: site.workspace, workspaceStride: site.workspaceStride)
    let placed = site.append(call, name: name, units: needs.units, multiplyAdds: needs.multiplyAdds)
    site.follow(placed, \.destination, destination)
    site.follow(placed, \.gradient, gradient.buffer)
    site.follow(placed, \.source, source.buffer)
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_map_kernels>
    var destination: sth_map
    var gradient: sth_map, source: sth_map
    let shape: sth_map_conv_gradient
    let workspace: UnsafeMutableRawPointer?
    let workspaceStride: Int

    static let body: sth_parallel_body = { argument, begin, end, worker in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      let workspace = call.pointee.workspace.map { $0 + Int(worker) * call.pointee.workspaceStride }
      withUnsafePointer(to: call.pointee.destination) { destination in
        withUnsafePointer(to: call.pointee.gradient) { gradient in
          withUnsafePointer(to: call.pointee.source) { source in
            withUnsafePointer(to: call.pointee.shape) { shape in
              call.pointee.kernels.pointee.conv_gradient(
                destination, gradient, source, shape, workspace, Int32(begin), Int32(end))
            }
          }
        }
      }
    }
  }
}
