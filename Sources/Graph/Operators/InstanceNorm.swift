// instance_norm: each channel brought to mean 0 and variance 1, then scaled and shifted (Ulyanov et al. 2016).
import Kernels
import PluginAPI

/// Normalisation over h w of each channel; operands: value, and perhaps numbers per channel scale and shift.
///
/// It becomes a scale and a shift per channel, which are left to the readers to apply. The statistics they follow from are
/// gathered by the convolution that writes the operand, or else by a pass over it.
struct InstanceNorm: GraphOperator {
  static let name = "instance_norm"
  let epsilon: Double

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    try checkNorm(operands, epsilon: epsilon, subject)
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    try checkNumbers(sizes, from: 1, operands: operands, subject: subject)
    return (sizes[0].h, sizes[0].w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    lowering.normalise(node, mapNorm(channels: lowering.shapes[node].c))
  }

  private func mapNorm(channels: Int) -> sth_map_group_norm {
    sth_map_group_norm(groups: Int32(channels), unbiased: 0, epsilon_on_deviation: 0, epsilon: epsilon)
  }

  /// With n the normalised x, r one over its deviation and g the scale:
  /// dx = g r (dy - mean(dy) - n mean(dy n)); the gradient of the scale is the sum of dy n, that of the shift the sum of dy.
  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, x, channels) = (site.gradient, site.operands[0], site.channels[0])
    let scale = site.operands.count > 1 ? site.operands[1] : 0
    let normalised = try site.graph.instanceNorm(x, epsilon: epsilon)
    let product = try site.graph.add(ProductSum(), gradient, normalised)
    let sum = try site.graph.add(ProductSum(), gradient)
    try site.add(to: 0) { (graph) throws(GraphError) in
      let factor = try graph.affine(graph.add(InverseDeviation(norm: mapNorm(channels: channels)), x), scale: scale)
      let less = try graph.scaled(graph.add(PerPixel(), factor, x), by: -1, channels: channels)
      let (shift, tilt) = (
        try graph.combine(less, sum, STH_COMBINE_MULTIPLY), try graph.combine(less, product, STH_COMBINE_MULTIPLY)
      )
      return try graph.sum(
        graph.affine(gradient, scale: factor, shift: shift), graph.affine(normalised, scale: tilt))
    }
    guard scale != 0 else { return }
    try site.add(to: 1) { _ in product }
    try site.add(to: 2) { _ in sum }
  }
}
