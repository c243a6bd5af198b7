// The pass of a convolution that keeps channels apart.
import Kernels
import PluginAPI

/// A convolution of each channel by itself.
struct DepthwisePass: Pass {
  let name: String
  let destination: Int
  let source: PointwiseSource
  /// What is read, before its border.
  let region: ValueShape
  let padding: ValueLens.Padding
  let operation: Conv2D
  let weight: Int
  /// Rows of the weight.
  let kernelHeight: Int
  let bias: Int?

  func reads(writing shape: ValueShape) -> [BufferRead] {
    let window = RowWindow(
      size: kernelHeight, stride: operation.strideH, before: padding.top, mode: padding.mode)
    return source.reads(region, reach: .window(window))
  }

  func prepare(in site: inout PlanSite, needs: PassNeeds) throws(GraphError) {
    let dims = site.scope.nodes[weight].constant?.dims ?? [1, 1, 1, 1]
    var shape = sth_map_depthwise()
    (shape.kernel_h, shape.kernel_w) = (Int32(dims[2]), Int32(dims[3]))
    (shape.stride_h, shape.stride_w) = (Int32(operation.strideH), Int32(operation.strideW))
    (shape.pad_top, shape.pad_left, shape.pad_mode) = (Int32(padding.top), Int32(padding.left), padding.mode)
    shape.weights = try site.taps(weight)
    shape.bias = try bias.map { (node) throws(GraphError) in try site.vector(node) }
    let call = Call(
      kernels: site.kernels, destination: site.map(destination, site.shape(destination)),
      source: site.source(source, region), shape: shape)
    let written = site.shape(destination)
    let placed = site.append(
      call, name: "\(name), depthwise", units: needs.units,
      unitBytes: site.rowBytes(destination) + site.rowBytes(source.buffer) * operation.strideH,
      multiplyAdds: written.h * written.w * operation.multiplyAdds(dims))
    site.follow(placed, \.destination, destination)
    site.follow(placed, \.source.map, source.buffer)
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_map_kernels>
    var destination: sth_map
    var source: sth_map_source
    let shape: sth_map_depthwise

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      withUnsafePointer(to: call.pointee.destination) { destination in
        withUnsafePointer(to: call.pointee.source) { source in
          withUnsafePointer(to: call.pointee.shape) { shape in
            call.pointee.kernels.pointee.depthwise(destination, source, shape, Int32(begin), Int32(end))
          }
        }
      }
    }
  }
}

extension Lowering {
  /// The convolution of `node`, channel by channel.
  mutating func depthwise(_ node: Int, _ operation: Conv2D) -> ValueLens {
    let operands = operands(node)
    var lens = lens(operands[0])
    if lens.upsample > 1 { lens = plain(operands[0]) }
    let target = buffer(shapes[node])
    append(
      DepthwisePass(
        name: nodes[node].subject, destination: target, source: PointwiseSource(lens), region: lens.region,
        padding: lens.padding ?? ValueLens.Padding(mode: STH_PAD_ZERO), operation: operation, weight: operands[1],
        kernelHeight: nodes[operands[1]].constant?.dims[2] ?? 1, bias: operands.count > 2 ? operands[2] : nil))
    return ValueLens(buffer: target, region: shapes[node])
  }
}
