// The pass of a convolution: one kernel call that reads through all of a lens, and may gather what a norm asks for.
import Kernels
import PluginAPI

/// A convolution of what a lens shows.
struct Conv2DPass: Pass {
  let name: String
  let destination: Int
  let source: ValueLens
  let operation: Conv2D
  let weight: Int
  /// Rows of the weight.
  let kernelHeight: Int
  let bias: Int?
  let precision: ComputePrecision
  var records: Int?

  func reads(writing shape: ValueShape) -> [BufferRead] {
    [BufferRead(buffer: source.buffer, region: source.region, reach: .window(window))]
      + (source.coefficients.map { [.coefficients($0, channels: source.region.c)] } ?? [])
  }

  private var window: RowWindow {
    RowWindow(
      size: kernelHeight, stride: operation.strideH, before: source.padding?.top ?? 0,
      mode: source.padding?.mode ?? STH_PAD_ZERO, upsample: source.upsample)
  }

  func needs(in scope: PassScope) -> PassNeeds {
    var (shape, needs) = (kernelShape(in: scope), sth_map_conv_needs())
    scope.kernels.pointee.conv_query(&needs, &shape)
    return PassNeeds(
      units: Int(needs.units), algorithm: needs.algorithm, algorithmName: String(cString: needs.name),
      workspaceBytes: Int(needs.workspace_bytes), packedBytes: Int(needs.packed_bytes),
      tiling: UnitTiling(
        tileRows: Int(needs.tile_rows), rowTiles: Int(needs.row_tiles), unitTiles: Int(needs.unit_tiles)),
      multiplyAdds: multiplyAdds(in: scope))
  }

  private func kernelShape(in scope: PassScope) -> sth_map_conv {
    let output = scope.shape(destination)
    let dims = scope.nodes[weight].constant?.dims ?? [1, 1, 1, 1]
    var shape = sth_conv2d()
    shape.struct_size = UInt32(MemoryLayout<sth_conv2d>.size)
    shape.pad_mode = source.padding?.mode ?? STH_PAD_ZERO
    (shape.in_c, shape.in_h, shape.in_w) = (Int32(source.region.c), Int32(source.region.h), Int32(source.region.w))
    (shape.out_c, shape.out_h, shape.out_w) = (Int32(output.c), Int32(output.h), Int32(output.w))
    (shape.kernel_h, shape.kernel_w) = (Int32(dims[2]), Int32(dims[3]))
    // Between the pixels of a single row or column there is no step, and room for a long one would be wasted.
    shape.stride_h = output.h == 1 ? 1 : Int32(operation.strideH)
    shape.stride_w = output.w == 1 ? 1 : Int32(operation.strideW)
    (shape.pad_top, shape.pad_left) = (Int32(source.padding?.top ?? 0), Int32(source.padding?.left ?? 0))
    shape.upsample = Int32(source.upsample)
    shape.in_relu = source.relu ? 1 : 0
    let format = scope.buffers[destination].format
    return sth_map_conv(
      conv: shape, src_format: scope.buffers[source.buffer].format, dst_format: format,
      arithmetic: arithmetic(writing: output, format: format), moments: records == nil ? 0 : 1,
      stuffed: source.isStuffed ? 1 : 0)
  }

  /// What is multiplied. Vectors that steer a network stay exact: they cost nothing.
  private func arithmetic(writing output: ValueShape, format: UInt32) -> UInt32 {
    output.h * output.w == 1
      ? STH_ARITHMETIC_F32 : precision.arithmetic(writesPicture: format == STH_MAP_PLANAR_F32)
  }

  func prepare(in site: inout PlanSite, needs: PassNeeds) throws(GraphError) {
    let shape = kernelShape(in: site.scope)
    var operands = sth_map_conv_operands()
    operands.dst = site.map(destination, site.shape(destination))
    operands.src = site.map(source.buffer, source.region)
    operands.packed = UnsafeRawPointer(try site.pack(weight: weight, bias: bias, for: shape, needs: needs))
    if let coefficients = source.coefficients {
      let vectors = site.coefficients(coefficients)
      (operands.in_scale, operands.in_shift) = (UnsafePointer(vectors.scale), UnsafePointer(vectors.shift))
    }
    if let records { operands.moments = site.records(records).data }
    let call = Call(
      kernels: site.kernels, shape: shape, operands: operands, workspace: site.workspace,
      workspaceStride: site.workspaceStride)
    let placed = site.append(
      call, name: "\(name), \(needs.algorithmName)", units: needs.units,
      multiplyAdds: needs.multiplyAdds)
    site.follow(placed, \.operands.dst, destination)
    site.follow(placed, \.operands.src, source.buffer)
  }

  /// Of a direct convolution, whatever the algorithm does; zeros of an enlargement are not counted.
  private func multiplyAdds(in scope: PassScope) -> Int {
    let (shape, dims) = (scope.shape(destination), scope.nodes[weight].constant?.dims ?? [1, 1, 1, 1])
    let product = (shape.h * shape.w).multipliedReportingOverflow(by: operation.multiplyAdds(dims))
    guard !product.overflow else { return Int.max }
    return source.isStuffed ? product.partialValue / (source.upsample * source.upsample) : product.partialValue
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_map_kernels>
    let shape: sth_map_conv
    var operands: sth_map_conv_operands
    let workspace: UnsafeMutableRawPointer?
    let workspaceStride: Int

    static let body: sth_parallel_body = { argument, begin, end, worker in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      var operands = call.pointee.operands
      operands.workspace = call.pointee.workspace.map { $0 + Int(worker) * call.pointee.workspaceStride }
      withUnsafePointer(to: call.pointee.shape) { shape in
        call.pointee.kernels.pointee.conv(&operands, shape, Int32(begin), Int32(end))
      }
    }
  }
}

extension Lowering {
  /// The convolution of `node`, reading what `lens` shows of its first operand, and giving a value of `shape`.
  mutating func convolve(_ node: Int, _ lens: ValueLens, _ operation: Conv2D, shape: ValueShape) -> ValueLens {
    let (operands, target) = (operands(node), buffer(shape))
    append(
      Conv2DPass(
        name: nodes[node].subject, destination: target, source: lens, operation: operation, weight: operands[1],
        kernelHeight: nodes[operands[1]].constant?.dims[2] ?? 1, bias: operands.count > 2 ? operands[2] : nil,
        precision: precision))
    return ValueLens(buffer: target, region: shape)
  }
}
