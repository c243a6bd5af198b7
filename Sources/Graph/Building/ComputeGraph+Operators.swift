// The operators of graph.h as methods, for Swift.
import PluginAPI

extension ComputeGraph {
  /// Convolution without padding; weight is a constant [out_c][in_c][kh][kw], bias a constant [out_c] or 0.
  public func conv2d(
    _ x: sth_node, weight: sth_node, bias: sth_node = 0, strideH: Int = 1, strideW: Int = 1
  ) throws(GraphError) -> sth_node {
    let operation = Conv2D(strideH: strideH, strideW: strideW)
    return bias == 0 ? try add(operation, x, weight) : try add(operation, x, weight, bias)
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

  /// Instance norm with constants scale and shift [c], both or neither (0).
  public func instanceNorm(
    _ x: sth_node, scale: sth_node = 0, shift: sth_node = 0, epsilon: Double
  ) throws(GraphError) -> sth_node {
    let operation = InstanceNorm(epsilon: epsilon)
    return scale == 0 && shift == 0 ? try add(operation, x) : try add(operation, x, scale, shift)
  }

  /// max(x, 0)
  public func relu(_ x: sth_node) throws(GraphError) -> sth_node { try add(Relu(), x) }

  /// min(max(x, low), high)
  public func clamp(_ x: sth_node, low: Double, high: Double) throws(GraphError) -> sth_node {
    try add(Clamp(low: low, high: high), x)
  }

  /// The hyperbolic tangent of each element.
  public func tanh(_ x: sth_node) throws(GraphError) -> sth_node { try add(Tanh(), x) }

  /// The largest of each window of size x size; see graph.h for the size of the result.
  public func maxPool2d(
    _ x: sth_node, size: Int, stride: Int, isCeiled: Bool = false
  ) throws(GraphError) -> sth_node {
    try add(MaxPool2D(size: size, stride: stride, isCeiled: isCeiled), x)
  }

  /// a + b, equal shapes.
  public func sum(_ a: sth_node, _ b: sth_node) throws(GraphError) -> sth_node { try add(Add(), a, b) }
}
