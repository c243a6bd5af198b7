// Where the way back begins: the change of a loss for a change of itself.
import Kernels
import PluginAPI

/// 1, of the shape of a loss; operand: value [1, 1, 1].
struct LossSeed: LearningOperator {
  static let name = "gradients"

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    let channels = try value(operands, 0, subject).channels
    try refuse(unless: channels == 1, subject, "a loss is one number, this has \(channels) channels")
    return 1
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    guard sizes[0].h == 1, sizes[0].w == 1 else {
      throw .unsupported("\(subject): a loss is one number, this is \(sizes[0])")
    }
    return (1, 1)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let target = lowering.buffer(lowering.shapes[node])
    lowering.append(OnePass(destination: target))
    return ValueLens(buffer: target, region: lowering.shapes[node])
  }

  /// It is 1 whatever the loss is.
  func differentiate(_ site: inout GradientSite) {}
}

/// Writes the number 1.
struct OnePass: Pass {
  let name = "loss seed"
  let destination: Int

  func reads(writing shape: ValueShape) -> [BufferRead] { [] }

  func needs(in scope: PassScope) -> PassNeeds { PassNeeds(units: 1) }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let placed = site.append(
      Call(destination: site.map(destination, site.shape(destination))), name: name, units: 1)
    site.follow(placed, \.destination, destination)
  }

  struct Call: KernelCall {
    var destination: sth_map

    static let body: sth_parallel_body = { argument, _, _, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      call.pointee.destination.data?.storeBytes(of: 1, as: Float.self)
    }
  }
}
