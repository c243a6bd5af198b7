// conv2d: weighted sums over a window, reading its operand through whatever lens lies before it.
import PluginAPI

/// Convolution without padding; operands: value, constant [out_c][in_c][kh][kw], and perhaps constant [out_c].
struct Conv2D: GraphOperator {
  static let name = "conv2d"
  let strideH: Int, strideW: Int

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    let strides = 1...Int(Int32.max)
    try refuse(unless: strides ~= strideH && strides ~= strideW, subject, "stride \(strideH) x \(strideW) is below 1")
    let x = try value(operands, 0, subject)
    guard let weight = operands[1].constant else { throw .invalid("\(subject): the weight is a value, not a constant") }
    guard weight.dims.count == 4 else {
      throw .invalid("\(subject): weight is \(weight.shapeText), expected [out_c,in_c,kh,kw]")
    }
    guard weight.dims[1] == x.channels else {
      throw .invalid("\(subject): weight is \(weight.shapeText) but the input has \(x.channels) channels")
    }
    if operands.count > 2 { _ = try vector(operands, 2, role: "bias", count: weight.dims[0], subject) }
    return weight.dims[0]
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    guard let dims = operands[1].constant?.dims else { throw .invalid("\(subject): the weight is not a constant") }
    guard sizes[0].h >= dims[2], sizes[0].w >= dims[3] else {
      throw .unsupported(
        "\(subject): the input is \(sizes[0].h) x \(sizes[0].w), smaller than the kernel of \(dims[2]) x \(dims[3]); pad it or use a larger picture"
      )
    }
    return ((sizes[0].h - dims[2]) / strideH + 1, (sizes[0].w - dims[3]) / strideW + 1)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let operands = lowering.operands(node)
    let lens = lowering.lens(operands[0])
    let target = lowering.buffer(lowering.shapes[node])
    lowering.append(
      Conv2DPass(
        name: lowering.nodes[node].subject, destination: target, source: lens, operation: self, weight: operands[1],
        bias: operands.count > 2 ? operands[2] : nil))
    return ValueLens(buffer: target, region: lowering.shapes[node])
  }
}

/// One convolution kernel call.
struct Conv2DPass: Pass {
  let name: String
  let destination: Int
  let source: ValueLens
  let operation: Conv2D
  let weight: Int
  let bias: Int?

  func reads(writing shape: ValueShape) -> [BufferRead] {
    var reads = [BufferRead(buffer: source.buffer, region: source.region)]
    if let coefficients = source.coefficients {
      reads.append(.coefficients(coefficients, channels: source.region.c))
    }
    return reads
  }

  func needs(writing shape: ValueShape, nodes: [GraphNode], kernels: UnsafePointer<sth_kernels>) -> PassNeeds {
    guard let dims = nodes[weight].constant?.dims else { return PassNeeds() }
    let needs = PackedWeights.needs(kernelShape(dims: dims, writing: shape), kernels: kernels)
    return PassNeeds(workspaceBytes: Int(needs.workspace_bytes), packedBytes: Int(needs.packed_bytes))
  }

  private func kernelShape(dims: [Int], writing output: ValueShape) -> sth_conv2d {
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
    return shape
  }

  func prepare(in site: inout PlanSite) throws(GraphError) {
    let output = site.shape(destination)
    guard let dims = site.nodes[weight].constant?.dims else { return }
    let shape = kernelShape(dims: dims, writing: output)
    let packed = try site.pack(weight, for: shape)
    let vectors = source.coefficients.map { site.coefficients($0) }
    var operands = sth_conv2d_operands()
    operands.struct_size = UInt32(MemoryLayout<sth_conv2d_operands>.size)
    operands.dst = site.planes(destination, output)
    operands.src = site.planes(source.buffer, source.region)
    operands.packed = UnsafeRawPointer(packed.data)
    if let bias { operands.bias = try site.vector(bias) }
    operands.in_scale = vectors.map { UnsafePointer($0.scale) }
    operands.in_shift = vectors.map { UnsafePointer($0.shift) }
    let call = Call(
      kernels: site.kernels, shape: shape, operands: operands, workspace: site.workspace,
      workspaceStride: site.workspaceStride)
    let placed = site.append(
      call, name: name, units: packed.units, multiplyAdds: multiplyAdds(dims: dims, writing: output))
    site.follow(placed, \.operands.dst, destination)
    site.follow(placed, \.operands.src, source.buffer)
  }

  private func multiplyAdds(dims: [Int], writing shape: ValueShape) -> Int {
    let perPixel = dims.reduce(1, *)
    let product = (shape.h * shape.w).multipliedReportingOverflow(by: perPixel)
    return product.overflow ? Int.max : product.partialValue
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_kernels>
    var shape: sth_conv2d
    var operands: sth_conv2d_operands
    let workspace: UnsafeMutableRawPointer?
    let workspaceStride: Int

    static let body: sth_parallel_body = { argument, begin, end, worker in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      var operands = call.pointee.operands
      operands.workspace = call.pointee.workspace.map { $0 + Int(worker) * call.pointee.workspaceStride }
      withUnsafePointer(to: call.pointee.shape) { shape in
        call.pointee.kernels.pointee.conv2d_f32(&operands, shape, Int32(begin), Int32(end))
      }
    }
  }
}
