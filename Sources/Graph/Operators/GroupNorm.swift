// group_norm: groups of channels brought to mean 0 and variance 1 (Wu and He 2018); one group is a layer norm (Ba et al. 2016).
import Kernels
import PluginAPI

/// Normalisation over h w and the channels of a group; operands: value, and perhaps numbers per channel scale and shift.
public struct GroupNorm: GraphOperator {
  static let name = "group_norm"
  let groups: Int
  let epsilon: Double
  let isUnbiased: Bool
  let isEpsilonOnDeviation: Bool

  /// - Parameters:
  ///   - isUnbiased: the variance is divided by the count less one.
  ///   - isEpsilonOnDeviation: epsilon is added to the deviation instead of the variance.
  public init(groups: Int, epsilon: Double, isUnbiased: Bool = false, isEpsilonOnDeviation: Bool = false) {
    (self.groups, self.epsilon) = (groups, epsilon)
    (self.isUnbiased, self.isEpsilonOnDeviation) = (isUnbiased, isEpsilonOnDeviation)
  }

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    let channels = try checkNorm(operands, epsilon: epsilon, subject)
    try refuse(
      unless: groups >= 1 && channels % groups == 0, subject,
      "\(channels) channels cannot be divided into \(groups) groups")
    return channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    try checkNumbers(sizes, from: 1, operands: operands, subject: subject)
    return (sizes[0].h, sizes[0].w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    lowering.normalise(node, mapNorm)
  }

  private var mapNorm: sth_map_group_norm {
    sth_map_group_norm(
      groups: Int32(groups), unbiased: isUnbiased ? 1 : 0, epsilon_on_deviation: isEpsilonOnDeviation ? 1 : 0,
      epsilon: epsilon)
  }

  /// With n the normalised x, r one over its deviation, g = dy times the scale, and sums over the m elements of a group:
  /// dx = r (g - sum(g) / m - n sum(g n) / m); the gradient of the scale is the sum of dy n over a channel, that of the shift
  /// the sum of dy. The last m is less by 1 where that of the variance is, and n sum(g n) is divided by s r where the deviation
  /// is s + epsilon, s r being 1 - epsilon r.
  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, x, channels) = (site.gradient, site.operands[0], site.channels[0])
    let scale = site.operands.count > 1 ? site.operands[1] : 0
    let normalised = try site.graph.groupNorm(x, self)
    let product = try site.graph.add(ProductSum(), gradient, normalised)
    let sum = try site.graph.add(ProductSum(), gradient)
    try site.add(to: 0) { (graph) throws(GraphError) in
      let inverse = try graph.add(InverseDeviation(norm: mapNorm), x)
      let less = try graph.scaled(inverse, by: -1, channels: channels)
      func share(_ sums: sth_node, less one: Int = 0) throws(GraphError) -> sth_node {
        let ofGroup = try sumOfGroups(graph.affine(sums, scale: scale), channels: channels, in: graph)
        let mean = try graph.add(PerPixel(channels: channels / groups, less: one), ofGroup, x)
        return try graph.combine(less, mean, STH_COMBINE_MULTIPLY)
      }
      var tilt = try share(product, less: isUnbiased ? 1 : 0)
      if isEpsilonOnDeviation {
        let part = try graph.affine(
          inverse, scale: graph.constant(-epsilon, channels: channels), shift: graph.constant(1, channels: channels))
        // Where all of a group is equal, n is 0 and stays it.
        tilt = try graph.combine(tilt, graph.clamp(part, low: 1e-6, high: 1), STH_COMBINE_DIVIDE)
      }
      return try graph.sum(
        graph.affine(gradient, scale: graph.affine(inverse, scale: scale), shift: share(sum)),
        graph.affine(normalised, scale: tilt))
    }
    guard scale != 0 else { return }
    try site.add(to: 1) { _ in product }
    try site.add(to: 2) { _ in sum }
  }

  /// v [c, 1, 1] summed over the channels of each group, for each of them.
  private func sumOfGroups(_ v: sth_node, channels: Int, in graph: ComputeGraph) throws(GraphError) -> sth_node {
    guard groups < channels else { return v }
    let size = channels / groups
    let members = try graph.constant("groups", dims: [channels, channels, 1, 1]) { floats in
      for out in 0..<channels { for its in 0..<size { floats[out * channels + out / size * size + its] = 1 } }
    }
    return try graph.conv2d(v, weight: members)
  }
}
