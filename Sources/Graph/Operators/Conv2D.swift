// conv2d: weighted sums over a window, reading its operand through whatever lens lies before it.
import Kernels
import PluginAPI

/// Convolution without padding; operands: value, constant [out_c][in_c][kh][kw], and perhaps constant [out_c].
///
/// Groups and gaps are written out as zeros of the constant, but where every channel is a group of its own.
public struct Conv2D: GraphOperator {
  static let name = "conv2d"
  let strideH: Int, strideW: Int
  let dilationH: Int, dilationW: Int
  let groups: Int

  /// Strides, steps between taps and groups, each >= 1.
  public init(strideH: Int = 1, strideW: Int = 1, dilationH: Int = 1, dilationW: Int = 1, groups: Int = 1) {
    (self.strideH, self.strideW) = (strideH, strideW)
    (self.dilationH, self.dilationW, self.groups) = (dilationH, dilationW, groups)
  }

  /// The weight without groups and gaps, unless there are none, or something about it is a mistake that `channels` will name.
  func writtenOut(_ weight: sth_node, of x: sth_node, in graph: ComputeGraph) throws(GraphError) -> sth_node {
    guard groups != 1 || dilationH != 1 || dilationW != 1 else { return weight }
    let channels = graph.channels(of: x)
    return try graph.derived(from: weight, subject: Self.name) { (constant) throws(GraphError) in
      let (subject, dims) = ("\(Self.name) '\(constant.name)'", constant.dims)
      try self.refuse(
        unless: self.dilationH >= 1 && self.dilationW >= 1, subject,
        "dilation \(self.dilationH) x \(self.dilationW) is below 1")
      try self.refuse(unless: dims.count == 4, subject, "weight is \(constant.shapeText), expected [out_c,in_c,kh,kw]")
      try self.refuse(
        unless: self.groups >= 1 && dims[0] % self.groups == 0
          && dims[1].multipliedReportingOverflow(by: self.groups) == (channels, false), subject,
        "weight is \(constant.shapeText) but the input has \(channels) channels in \(self.groups) groups")
      let limit = WrittenOutKernel.extentLimit
      guard dims[2] <= limit, dims[3] <= limit, self.dilationH <= limit, self.dilationW <= limit,
        WrittenOutKernel.extent(dims[2], self.dilationH) <= limit,
        WrittenOutKernel.extent(dims[3], self.dilationW) <= limit
      else {
        throw .unsupported(
          "\(subject): a kernel of \(dims[2]) x \(dims[3]) with dilation \(self.dilationH) x \(self.dilationW) reaches further than \(limit) pixels"
        )
      }
      return WrittenOutKernel.convolution(
        constant, groups: self.groups, dilation: (self.dilationH, self.dilationW),
        isDepthwise: self.isDepthwise(constant, channels: channels))
    }
  }

  /// Every channel is a group of its own, and stays one channel.
  func isDepthwise(_ weight: Constant, channels: Int) -> Bool {
    groups > 1 && groups == channels && weight.dims[0] == channels && weight.dims[1] == 1
  }

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    let strides = 1...Int(Int32.max)
    try refuse(unless: strides ~= strideH && strides ~= strideW, subject, "stride \(strideH) x \(strideW) is below 1")
    let x = try value(operands, 0, subject)
    guard let weight = operands[1].constant else { throw .invalid("\(subject): the weight is a value, not a constant") }
    guard weight.dims.count == 4 else {
      throw .invalid("\(subject): weight is \(weight.shapeText), expected [out_c,in_c,kh,kw]")
    }
    guard weight.dims[1] == x.channels || isDepthwise(weight, channels: x.channels) else {
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

  /// Multiplications of one output pixel of all channels, with a kernel of these extents: zeros that were written out are
  /// not counted.
  func multiplyAdds(_ dims: [Int]) -> Int {
    let taps = ((dims[2] - 1) / dilationH + 1) * ((dims[3] - 1) / dilationW + 1)
    return dims[0] * (dims[1] == 1 ? 1 : dims[1] / groups) * taps
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let operands = lowering.operands(node)
    if let weight = lowering.nodes[operands[1]].constant,
      isDepthwise(weight, channels: lowering.nodes[operands[0]].channels)
    {
      return lowering.depthwise(node, self)
    }
    return lowering.convolve(node, lowering.lens(operands[0]), self, shape: lowering.shapes[node])
  }

  /// y[o, p] = sum of w[o, i, t] x[i, p + t]  =>  dx[i, q] = sum of w[o, i, t] dy[o, q - t], dw[o, i, t] = sum of dy[o, p] x[i, p + t].
  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, x, weight, channels) = (site.gradient, site.operands[0], site.operands[1], site.channels[0])
    guard let constant = site.graph.known(weight)?.constant else { return }
    let dims = constant.dims
    if site.operands.count > 2 {
      try site.add(to: 2) { (graph) throws(GraphError) in try graph.add(ProductSum(), gradient) }
    }
    try site.add(to: site.origin(of: 1)) { (graph) throws(GraphError) in
      let rule = ConvGradient(kernel: (dims[2], dims[3]), stride: (strideH, strideW), inChannels: channels)
      let whole = try graph.add(rule, gradient, x)
      guard groups != 1 || dilationH != 1 || dilationW != 1 else { return whole }
      return try graph.add(
        WrittenOutGradient(groups: groups, kernel: (dims[2], dims[3]), dilation: (dilationH, dilationW)), whole)
    }
    guard site.wants(0) else { return }
    let isDepthwise = isDepthwise(constant, channels: channels)
    if isDepthwise || strideH != strideW {
      return try site.add(to: 0) { (graph) throws(GraphError) in
        let kernel = try graph.derived(from: weight, subject: Self.name) {
          isDepthwise ? WrittenOutKernel.turned($0) : WrittenOutKernel.transposed($0, groups: 1)
        }
        let border = Border(top: dims[2] - 1, left: dims[3] - 1, bottom: 0, right: 0)
        let wide = try graph.pad2d(apart(gradient, like: x, in: graph), border, mode: STH_PAD_ZERO)
        return try graph.conv2d(wide, weight: kernel, Conv2D(groups: isDepthwise ? groups : 1))
      }
    }
    if let pad = site.maker(of: 0), let zeros = pad.operation as? Pad2D, zeros.isZeros(within: dims),
      !site.isAskedFor(0)
    {
      // Nobody wants the gradient of the border itself: that of the picture without it is made at once. With a stride
      // the last rows and columns may lie anywhere in the border.
      let isDense = strideH == 1
      let cut = Border(
        top: zeros.border.top, left: zeros.border.left, bottom: isDense ? zeros.border.bottom : 0,
        right: isDense ? zeros.border.right : 0)
      return try site.add(to: pad.operands[0]) { (graph) throws(GraphError) in
        try spread(gradient, weight, cut: cut, like: pad.operands[0], in: graph)
      }
    }
    try site.add(to: 0) { (graph) throws(GraphError) in
      try spread(gradient, weight, cut: Border(0), like: x, in: graph)
    }
  }

  /// The gradient of what the convolution read: each pixel of `gradient` spreads the kernel.
  private func spread(
    _ gradient: sth_node, _ weight: sth_node, cut: Border, like x: sth_node, in graph: ComputeGraph
  ) throws(GraphError) -> sth_node {
    guard strideH == 2, cut == Border(0), let dims = graph.dims(of: weight), dims[2...].allSatisfy({ $0 == 3 }) else {
      let whole = try graph.convTranspose2d(gradient, weight: weight, ConvTranspose2D(stride: strideH, cut: cut))
      // Rows and columns that no tap reached.
      return try graph.add(PadGradient(top: 0, left: 0, mode: STH_PAD_ZERO), whole, x)
    }
    // One pixel of zeros around the gradient and one cut off the result is what the fast kernels take; the picture begins one
    // further in.
    let wider = try graph.pad2d(gradient, Border(1), mode: STH_PAD_ZERO)
    let whole = try graph.convTranspose2d(wider, weight: weight, ConvTranspose2D(stride: 2, cut: Border(1)))
    return try graph.add(PadGradient(top: 1, left: 1, mode: STH_PAD_ZERO), whole, x)
  }

  /// The pixels of `gradient` where the kernel lay for them in a picture of the size of x, zeros between.
  private func apart(_ gradient: sth_node, like x: sth_node, in graph: ComputeGraph) throws(GraphError) -> sth_node {
    let wide = try graph.add(PadGradient(top: 0, left: 0, mode: STH_PAD_ZERO), gradient, x)
    guard strideH > 1 || strideW > 1 else { return wide }
    // What windows of one pixel pass back.
    let pixel = sth_map_pool(
      kind: STH_POOL_MEAN, size_h: 1, size_w: 1, stride_h: Int32(strideH), stride_w: Int32(strideW), top: 0, left: 0,
      bottom: 0, right: 0)
    return try graph.add(PoolGradient(pool: pixel), gradient, wide)
  }
}
