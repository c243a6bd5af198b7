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
    lowering.normalise(
      node,
      sth_map_group_norm(
        groups: Int32(groups), unbiased: isUnbiased ? 1 : 0, epsilon_on_deviation: isEpsilonOnDeviation ? 1 : 0,
        epsilon: epsilon))
  }
}
