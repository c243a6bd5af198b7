// What a norm multiplies with, as numbers per channel that the way back computes with.
import Kernels
import PluginAPI

/// One over the deviation of each channel of x, as a norm takes it; operand: value x. Gives [c, 1, 1].
struct InverseDeviation: LearningOperator {
  static let name = "inverse_deviation"
  let norm: sth_map_group_norm

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) { (1, 1) }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let shape = lowering.shapes[node]
    let target = lowering.buffer(shape)
    guard let coefficients = lowering.normalise(node, norm).coefficients else {
      return ValueLens(buffer: target, region: shape)
    }
    lowering.append(
      DeviationPass(
        name: lowering.nodes[node].subject, destination: target, coefficients: coefficients))
    return ValueLens(buffer: target, region: shape)
  }
}

/// Brings the scales of a norm into the form of a value [c, 1, 1].
struct DeviationPass: Pass {
  let name: String
  let destination: Int
  let coefficients: Int

  func reads(writing shape: ValueShape) -> [BufferRead] { [.coefficients(coefficients, channels: shape.c)] }

  func needs(in scope: PassScope) -> PassNeeds { PassNeeds(units: 1) }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let call = Call(
      destination: site.map(destination, site.shape(destination)),
      scale: UnsafePointer(site.coefficients(coefficients).scale))
    let placed = site.append(call, name: name, units: 1)
    site.follow(placed, \.destination, destination)
  }

  struct Call: KernelCall {
    var destination: sth_map
    let scale: UnsafePointer<Float>

    static let body: sth_parallel_body = { argument, _, _, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self).pointee else { return }
      let numbers = call.destination.data.assumingMemoryBound(to: Float.self)
      let (channels, step) = (Int(call.destination.c), Int(call.destination.c_stride))
      guard call.destination.format != STH_MAP_PLANAR_F32 else {
        for c in 0..<channels { numbers[c * step] = call.scale[c] }
        return
      }
      // The scales of lanes beyond the last channel are zero, as those of a map must be.
      let lanes = Int(STH_MAP_LANES)
      for c in 0..<MemoryPlan.padded(channels) { numbers[c / lanes * step + c % lanes] = call.scale[c] }
    }
  }
}
