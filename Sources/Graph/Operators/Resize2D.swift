// resize2d: a picture brought to another size.
import Kernels
import PluginAPI

/// Nearest, linear or cubic; operand: value.
public struct Resize2D: GraphOperator {
  static let name = "resize2d"
  let mode: UInt32, place: UInt32, rounding: UInt32
  /// Of the output; 0: by the scale.
  let height: Int, width: Int
  /// Output pixels for an input pixel; 0: by the size.
  let scale: (h: Double, w: Double)

  /// STH_RESIZE_*, STH_RESIZE_*, STH_ROUND_*, and a size or a scale or both along each axis.
  public init(
    mode: UInt32, place: UInt32, rounding: UInt32 = STH_ROUND_FLOOR, size: (h: Int, w: Int) = (0, 0),
    scale: (h: Double, w: Double) = (0, 0)
  ) {
    (self.mode, self.place, self.rounding) = (mode, place, rounding)
    (height, width, self.scale) = (size.h, size.w, scale)
  }

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    try refuse(unless: mode <= STH_RESIZE_CUBIC, subject, "mode \(mode) does not exist")
    try refuse(unless: place <= STH_RESIZE_ASYMMETRIC, subject, "place \(place) does not exist")
    try refuse(unless: rounding <= STH_ROUND_PREFER_CEIL, subject, "rounding \(rounding) does not exist")
    for (extent, scale) in [(height, scale.h), (width, scale.w)] {
      try refuse(
        unless: 0...Int(Int32.max) ~= extent && scale.isFinite && scale >= 0 && (extent > 0 || scale > 0), subject,
        "a size of \(extent) with a scale of \(scale) is not usable; give one of them")
    }
    return try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    func extent(_ wanted: Int, _ scale: Double, _ extent: Int) -> Int? {
      wanted > 0 ? wanted : Int(exactly: (Double(extent) * scale).rounded(.down))
    }
    guard let h = extent(height, scale.h, sizes[0].h), let w = extent(width, scale.w, sizes[0].w) else {
      throw .unsupported("\(subject): \(sizes[0]) times \(scale.h) and \(scale.w) is too large")
    }
    return (h, w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let (from, to) = (lowering.shapes[lowering.operands(node)[0]], lowering.shapes[node])
    if let factor = repetition(from, to) {
      return UpsampleNearest(factor: factor).lower(node, in: &lowering)
    }
    return lowering.apply(.resize(mapResize(from, to)), to: node)
  }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, x) = (site.gradient, site.operands[0])
    try site.add(to: 0) { (graph) throws(GraphError) in try graph.add(ResizeGradient(resize: self), gradient, x) }
  }

  /// How a picture of one size is made of one of another.
  func mapResize(_ from: ValueShape, _ to: ValueShape) -> sth_map_resize {
    sth_map_resize(
      mode: mode, place: place, rounding: rounding, ratio_h: ratio(from.h, to.h, scale.h),
      ratio_w: ratio(from.w, to.w, scale.w))
  }

  /// Input pixels for an output pixel.
  private func ratio(_ from: Int, _ to: Int, _ scale: Double) -> Double {
    if place == STH_RESIZE_ALIGN_CORNERS { return to > 1 ? Double(from - 1) / Double(to - 1) : 0 }
    return scale > 0 ? 1 / scale : Double(from) / Double(to)
  }

  /// The whole factor by which this only repeats pixels, if it does: the place of a pixel then never lies halfway.
  private func repetition(_ from: ValueShape, _ to: ValueShape) -> Int? {
    let factor = to.h / from.h
    guard mode == STH_RESIZE_NEAREST, factor >= 1, to.h == from.h * factor, to.w == from.w * factor,
      [0, Double(factor)].contains(scale.h), [0, Double(factor)].contains(scale.w)
    else { return nil }
    switch (place, rounding) {
    case (STH_RESIZE_ASYMMETRIC, STH_ROUND_FLOOR), (STH_RESIZE_HALF_PIXEL, STH_ROUND_PREFER_FLOOR),
      (STH_RESIZE_HALF_PIXEL, STH_ROUND_PREFER_CEIL):
      return factor
    default: return nil
    }
  }
}
