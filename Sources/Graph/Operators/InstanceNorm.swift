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
    let channels = Int32(lowering.shapes[node].c)
    return lowering.normalise(
      node, sth_map_group_norm(groups: channels, unbiased: 0, epsilon_on_deviation: 0, epsilon: epsilon))
  }
}
