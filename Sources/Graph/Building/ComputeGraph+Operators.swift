// The operators of graph.h as methods, for Swift.
import PluginAPI

extension ComputeGraph {
  /// Convolution without padding; weight is a constant [out_c][in_c / groups][kh][kw], bias a constant [out_c] or 0.
  public func conv2d(
    _ x: sth_node, weight: sth_node, bias: sth_node = 0, _ options: Conv2D = Conv2D()
  ) throws(GraphError) -> sth_node {
    let written = try options.writtenOut(weight, of: x, in: self)
    return bias == 0 ? try add(options, x, written) : try add(options, x, written, bias)
  }

  /// The transpose of a convolution; weight is a constant [in_c][out_c / groups][kh][kw], bias a constant [out_c] or 0.
  public func convTranspose2d(
    _ x: sth_node, weight: sth_node, bias: sth_node = 0, _ options: ConvTranspose2D
  ) throws(GraphError) -> sth_node {
    let written = try options.writtenOut(weight, of: x, in: self)
    return bias == 0 ? try add(options, x, written) : try add(options, x, written, bias)
  }

  /// Borders of the given widths (top, left, bottom, right), filled by `mode` (STH_PAD_*).
  public func pad2d(_ x: sth_node, _ border: Border, mode: UInt32) throws(GraphError) -> sth_node {
    try add(Pad2D(border: border, mode: mode), x)
  }

  /// Rows and columns at bottom and right until both sizes are multiples of `multiple` >= 1.
  public func padToMultiple(_ x: sth_node, _ multiple: Int, mode: UInt32) throws(GraphError) -> sth_node {
    try add(PadToMultiple(multiple: multiple, mode: mode), x)
  }

  /// The top left part of x with the height and width of `reference`.
  public func cropLike(_ x: sth_node, _ reference: sth_node) throws(GraphError) -> sth_node {
    try add(CropLike(), x, reference)
  }

  /// Each pixel becomes factor x factor equal ones.
  public func upsampleNearest(_ x: sth_node, factor: Int) throws(GraphError) -> sth_node {
    try add(UpsampleNearest(factor: factor), x)
  }

  /// x * scale + shift, numbers per channel; 0 for 1 and 0.
  public func affine(_ x: sth_node, scale: sth_node = 0, shift: sth_node = 0) throws(GraphError) -> sth_node {
    switch (scale, shift) {
    case (0, 0): try add(Affine(hasScale: false, hasShift: false), x)
    case (_, 0): try add(Affine(hasScale: true, hasShift: false), x, scale)
    case (0, _): try add(Affine(hasScale: false, hasShift: true), x, shift)
    default: try add(Affine(hasScale: true, hasShift: true), x, scale, shift)
    }
  }

  /// Instance norm with numbers per channel scale and shift, both or neither (0).
  public func instanceNorm(
    _ x: sth_node, scale: sth_node = 0, shift: sth_node = 0, epsilon: Double
  ) throws(GraphError) -> sth_node {
    let operation = InstanceNorm(epsilon: epsilon)
    return scale == 0 && shift == 0 ? try add(operation, x) : try add(operation, x, scale, shift)
  }

  /// Norm over groups of channels with numbers per channel scale and shift, both or neither (0).
  public func groupNorm(
    _ x: sth_node, scale: sth_node = 0, shift: sth_node = 0, _ operation: GroupNorm
  ) throws(GraphError) -> sth_node {
    scale == 0 && shift == 0 ? try add(operation, x) : try add(operation, x, scale, shift)
  }

  /// max(x, 0)
  public func relu(_ x: sth_node) throws(GraphError) -> sth_node { try add(Relu(), x) }

  /// min(max(x, low), high)
  public func clamp(_ x: sth_node, low: Double, high: Double) throws(GraphError) -> sth_node {
    try add(Clamp(low: low, high: high), x)
  }

  /// The hyperbolic tangent of each element.
  public func tanh(_ x: sth_node) throws(GraphError) -> sth_node { try add(Tanh(), x) }

  /// A function of each element, STH_ACTIVATE_*.
  public func activate(
    _ x: sth_node, _ function: UInt32, alpha: Double = 0, beta: Double = 0
  ) throws(GraphError) -> sth_node {
    try add(Activate(function: function, alpha: alpha, beta: beta), x)
  }

  /// A function of two elements, STH_COMBINE_*; see graph.h for shapes that are not equal.
  public func combine(_ a: sth_node, _ b: sth_node, _ function: UInt32) throws(GraphError) -> sth_node {
    try add(Combine(function: function), a, b)
  }

  /// The largest or the mean of each window.
  public func pool2d(_ x: sth_node, _ pool: Pool2D) throws(GraphError) -> sth_node { try add(pool, x) }

  /// The channels of a, then those of b.
  public func concat(_ a: sth_node, _ b: sth_node) throws(GraphError) -> sth_node { try add(Concat(), a, b) }

  /// Channels first ..< first + count.
  public func slice(_ x: sth_node, first: Int, count: Int) throws(GraphError) -> sth_node {
    try add(Slice(first: first, count: count), x)
  }

  /// The mean of each channel.
  public func mean(_ x: sth_node) throws(GraphError) -> sth_node { try add(Mean(), x) }

  /// The mean over the channels of each pixel.
  public func channelMean(_ x: sth_node) throws(GraphError) -> sth_node { try add(ChannelMean(), x) }

  /// x brought to another size.
  public func resize2d(_ x: sth_node, _ resize: Resize2D) throws(GraphError) -> sth_node { try add(resize, x) }

  /// Blocks of factor * factor channels as squares of pixels.
  public func depthToSpace(_ x: sth_node, factor: Int) throws(GraphError) -> sth_node {
    try add(DepthToSpace(factor: factor), x)
  }

  /// The median of the 3 x 3 pixels around each, those outside by `mode`.
  public func median3(_ x: sth_node, mode: UInt32) throws(GraphError) -> sth_node { try add(Median3(mode: mode), x) }

  /// The products of each channel of a with each of b, summed over the pixels and divided by `divisor` (STH_PRODUCTS_*).
  public func products(_ a: sth_node, _ b: sth_node, divisor: UInt32) throws(GraphError) -> sth_node {
    try add(Products(divisor: divisor, otherChannels: channels(of: b)), a, b)
  }

  /// The pixels of x at places.
  public func gather(_ x: sth_node, places: sth_node) throws(GraphError) -> sth_node { try add(Gather(), x, places) }

  /// The pixels of x, of which there are so many, as channels.
  public func transpose(_ x: sth_node, count: Int) throws(GraphError) -> sth_node {
    try add(Transpose(count: count, operandChannels: channels(of: x)), x)
  }

  /// x, through which no loss learns.
  public func stopGradient(_ x: sth_node) throws(GraphError) -> sth_node { try add(StopGradient(), x) }

  /// Squares of pixels as blocks of factor * factor channels.
  public func spaceToDepth(_ x: sth_node, factor: Int) throws(GraphError) -> sth_node {
    try add(SpaceToDepth(factor: factor), x)
  }

  /// x * number; x has `channels` channels.
  func scaled(_ x: sth_node, by number: Double, channels: Int) throws(GraphError) -> sth_node {
    try affine(x, scale: constant(number, channels: channels))
  }

  /// x * weight, where a weight that was spread over the pixels is taken from where it was thinner.
  func weighted(_ x: sth_node, by weight: sth_node) throws(GraphError) -> sth_node {
    let thin = maker(of: weight).flatMap { $0.operation is Spread ? $0.operands[0] : nil }
    return try combine(x, thin ?? weight, STH_COMBINE_MULTIPLY)
  }

  /// a + b, equal shapes.
  public func sum(_ a: sth_node, _ b: sth_node) throws(GraphError) -> sth_node { try add(Add(), a, b) }
}
