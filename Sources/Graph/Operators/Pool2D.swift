// pool2d: the largest or the mean of each window.
import Kernels
import PluginAPI

/// Windows that slide over a picture; operand: value.
public struct Pool2D: GraphOperator {
  static let name = "pool2d"
  let kind: UInt32
  let size: (h: Int, w: Int), stride: (h: Int, w: Int)
  /// Never taken; counted by STH_POOL_MEAN_PADDED only.
  let padding: Border
  /// The last window may reach out at bottom and right, and takes what exists.
  let isCeiled: Bool

  /// Windows of `size`, the first of each row and column `padding` outside, the next ones `stride` further.
  public init(
    kind: UInt32 = STH_POOL_MAX, size: (h: Int, w: Int), stride: (h: Int, w: Int), padding: Border = Border(0),
    isCeiled: Bool = false
  ) {
    (self.kind, self.size, self.stride) = (kind, size, stride)
    (self.padding, self.isCeiled) = (padding, isCeiled)
  }

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    let extents = 1...Int(Int32.max)
    try refuse(unless: kind <= STH_POOL_MEAN_PADDED, subject, "pool kind \(kind) does not exist")
    try refuse(
      unless: extents ~= size.h && extents ~= size.w, subject, "a window of \(min(size.h, size.w)) is below 1")
    try refuse(
      unless: extents ~= stride.h && extents ~= stride.w, subject, "stride \(min(stride.h, stride.w)) is below 1")
    try refuse(
      unless: 0..<size.h ~= padding.top && 0..<size.h ~= padding.bottom && 0..<size.w ~= padding.left
        && 0..<size.w ~= padding.right, subject,
      "a padding is not in 0 ..< \(size.h) and 0 ..< \(size.w), the size of the window")
    return try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    guard let h = windows(in: sizes[0].h, padding.top, padding.bottom, size.h, stride.h),
      let w = windows(in: sizes[0].w, padding.left, padding.right, size.w, stride.w)
    else {
      let window = size.h == size.w ? "\(size.h)" : "\(size.h) x \(size.w)"
      throw .unsupported(
        "\(subject): the input is \(sizes[0].h) x \(sizes[0].w), smaller than the window of \(window); use a larger picture"
      )
    }
    return (h, w)
  }

  /// Windows along an axis, or nil where not one fits.
  private func windows(in extent: Int, _ before: Int, _ after: Int, _ size: Int, _ stride: Int) -> Int? {
    let padded = before + extent + after
    guard isCeiled else { return padded < size ? nil : (padded - size) / stride + 1 }
    guard padded + stride > size else { return nil }
    let count = (padded - size + stride - 1) / stride + 1
    return (count - 1) * stride < before + extent ? count : count - 1
  }

  /// Means from pixel to pixel pass back as they take: y = sum of x over a window / n  =>  dx = sum of dy over the windows that hold it / n.
  /// nil for windows further apart, and for those that are divided by what exists of them.
  private var mirrored: Pool2D? {
    let isPadded = kind == STH_POOL_MEAN_PADDED
    guard isPadded || kind == STH_POOL_MEAN && padding == Border(0), stride == (1, 1), !isCeiled else { return nil }
    return Pool2D(
      kind: STH_POOL_MEAN_PADDED, size: size, stride: (1, 1),
      padding: Border(
        top: size.h - 1 - padding.top, left: size.w - 1 - padding.left, bottom: size.h - 1 - padding.bottom,
        right: size.w - 1 - padding.right))
  }

  private var mapPool: sth_map_pool {
    sth_map_pool(
      kind: kind, size_h: Int32(size.h), size_w: Int32(size.w), stride_h: Int32(stride.h), stride_w: Int32(stride.w),
      top: Int32(padding.top), left: Int32(padding.left), bottom: Int32(padding.bottom), right: Int32(padding.right))
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens { lowering.apply(.pool(mapPool), to: node) }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, x, pool) = (site.gradient, site.operands[0], mapPool)
    if let mirrored {
      return try site.add(to: 0) { (graph) throws(GraphError) in try graph.pool2d(gradient, mirrored) }
    }
    try site.add(to: 0) { (graph) throws(GraphError) in try graph.add(PoolGradient(pool: pool), gradient, x) }
  }
}
