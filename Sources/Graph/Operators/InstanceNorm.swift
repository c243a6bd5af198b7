// instance_norm: each channel brought to mean 0 and variance 1, then scaled and shifted (Ulyanov et al. 2016).
import PluginAPI

/// Normalisation over h w of each channel; operands: value, and perhaps constants scale [c], shift [c].
///
/// It becomes a scale and a shift per channel, which are left to the readers to apply. The statistics they follow from are
/// gathered by the convolution that writes the operand, or else by a pass over it.
struct InstanceNorm: GraphOperator {
  static let name = "instance_norm"
  let epsilon: Double

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    try refuse(unless: epsilon.isFinite && epsilon >= 0, subject, "epsilon \(epsilon) is not a number >= 0")
    let channels = try value(operands, 0, subject).channels
    if operands.count > 1 {
      _ = try vector(operands, 1, role: "scale", count: channels, subject)
      _ = try vector(operands, 2, role: "shift", count: channels, subject)
    }
    return channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) {
    (sizes[0].h, sizes[0].w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let operands = lowering.operands(node)
    let subject = lowering.nodes[node].subject
    // Repetition changes neither mean nor variance, so an enlarged operand may stay small - unless a part is cut off.
    var lens = lowering.lens(operands[0])
    if lens.coefficients != nil || lens.relu || lens.padding != nil { lens = lowering.plain(operands[0]) }
    let source = BufferRead(buffer: lens.buffer, region: lens.region)
    let records = lowering.gatherMoments(of: source) ?? gather(source, subject: subject, in: &lowering)
    let target = lowering.buffer(.coefficients, channels: lens.region.c)
    lowering.append(
      NormPass(
        name: subject, destination: target, moments: records, source: source, epsilon: epsilon,
        scale: operands.count > 1 ? operands[1] : nil, shift: operands.count > 1 ? operands[2] : nil))
    lens.coefficients = target
    return lens
  }

  /// A pass for the statistics alone.
  private func gather(_ source: BufferRead, subject: String, in lowering: inout Lowering) -> Int {
    let records = lowering.buffer(.records, channels: source.region.c)
    lowering.append(MomentsPass(name: subject, destination: records, source: source))
    return records
  }
}
