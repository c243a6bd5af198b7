// conv_transpose2d: every pixel spreads a kernel; done as a convolution of the picture enlarged by zeros.
import PluginAPI

/// The transpose of a convolution; operands: value, constant [out_c][in_c][kh][kw] (turned, see `WrittenOutKernel`), and
/// perhaps constant [out_c].
public struct ConvTranspose2D: GraphOperator {
  static let name = "conv_transpose2d"
  let stride: Int
  /// Cut off the full result.
  let cut: Border
  /// Added at bottom and right.
  let more: (h: Int, w: Int)
  let groups: Int

  /// - Parameters:
  ///   - cut: rows and columns cut off the full result.
  ///   - more: rows and columns added at bottom and right.
  public init(stride: Int, cut: Border = Border(0), more: (h: Int, w: Int) = (0, 0), groups: Int = 1) {
    (self.stride, self.cut, self.more, self.groups) = (stride, cut, more, groups)
  }

  /// The weight as that of a convolution.
  func writtenOut(_ weight: sth_node, of x: sth_node, in graph: ComputeGraph) throws(GraphError) -> sth_node {
    let channels = graph.channels(of: x)
    return try graph.derived(from: weight, subject: Self.name) { (constant) throws(GraphError) in
      let (subject, dims) = ("\(Self.name) '\(constant.name)'", constant.dims)
      try self.refuse(
        unless: dims.count == 4, subject, "weight is \(constant.shapeText), expected [in_c,out_c,kh,kw]")
      try self.refuse(
        unless: self.groups >= 1 && dims[0] == channels && dims[0] % self.groups == 0, subject,
        "weight is \(constant.shapeText) but the input has \(channels) channels in \(self.groups) groups")
      try self.refuse(unless: 1...64 ~= self.stride, subject, "stride \(self.stride) is not in 1...64")
      let least = min(self.cut.top, self.cut.left, self.cut.bottom, self.cut.right, self.more.h, self.more.w)
      try self.refuse(unless: least >= 0, subject, "a border of \(least) is below 0")
      return WrittenOutKernel.transposed(constant, groups: self.groups)
    }
  }

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    _ = try value(operands, 0, subject)
    guard let weight = operands[1].constant else { throw .invalid("\(subject): the weight is a value, not a constant") }
    if operands.count > 2 { _ = try vector(operands, 2, role: "bias", count: weight.dims[0], subject) }
    return weight.dims[0]
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    guard let dims = operands[1].constant?.dims else { throw .invalid("\(subject): the weight is not a constant") }
    return (
      (sizes[0].h - 1) * stride + dims[2] - cut.top - cut.bottom + more.h,
      (sizes[0].w - 1) * stride + dims[3] - cut.left - cut.right + more.w
    )
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let operands = lowering.operands(node)
    let dims = lowering.nodes[operands[1]].constant?.dims ?? [1, 1, 1, 1]
    var lens = lowering.pointwise(operands[0])
    (lens.upsample, lens.isStuffed) = (stride, true)
    // What is cut off beyond the kernel's reach has to be made first.
    let (top, left) = (min(cut.top, dims[2] - 1), min(cut.left, dims[3] - 1))
    lens.padding = ValueLens.Padding(mode: STH_PAD_ZERO, top: dims[2] - 1 - top, left: dims[3] - 1 - left)
    let shape = lowering.shapes[node]
    let whole = ValueShape(c: shape.c, h: shape.h + cut.top - top, w: shape.w + cut.left - left)
    lens.shape = ValueShape(c: lens.region.c, h: whole.h + dims[2] - 1, w: whole.w + dims[3] - 1)
    let result = lowering.convolve(node, lens, Conv2D(groups: groups), shape: whole)
    let excess = ValueLens.Padding(mode: STH_PAD_ZERO, top: top - cut.top, left: left - cut.left)
    return whole == shape ? result : lowering.bordered(node, result, excess)
  }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, x) = (site.gradient, site.operands[0])
    guard let dims = site.graph.dims(of: site.operands[1]) else { return }
    if site.operands.count > 2 {
      try site.add(to: 2) { (graph) throws(GraphError) in try graph.add(ProductSum(), gradient) }
    }
    // What was cut off got nothing, and what was added came from nothing.
    let border = Border(top: cut.top, left: cut.left, bottom: cut.bottom - more.h, right: cut.right - more.w)
    let whole = try site.graph.pad2d(gradient, border, mode: STH_PAD_ZERO)
    let kernel = (h: dims[2], w: dims[3])
    let (weight, origin) = (site.operands[1], site.origin(of: 1))
    try site.add(to: origin) { (graph) throws(GraphError) in
      // The roles are those of the convolution that this is the transpose of: x is what comes of the gradient.
      let dense = try graph.add(ConvGradient(kernel: kernel, stride: (stride, stride), inChannels: dims[0]), x, whole)
      return groups == 1 ? dense : try graph.add(WrittenOutGradient(groups: groups, kernel: kernel), dense)
    }
    try site.add(to: 0) { (graph) throws(GraphError) in
      let turned = try graph.derived(from: weight, subject: Self.name) {
        WrittenOutKernel.transposed($0, groups: 1)
      }
      return try graph.conv2d(whole, weight: turned, Conv2D(strideH: stride, strideW: stride))
    }
  }
}
