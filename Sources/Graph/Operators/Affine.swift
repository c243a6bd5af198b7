// affine: each channel scaled and shifted, left to the readers to apply.
import Kernels
import PluginAPI

/// x * scale + shift; operands: value, then those of scale and shift that there are, numbers per channel.
struct Affine: GraphOperator {
  static let name = "affine"
  let hasScale: Bool, hasShift: Bool

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    let channels = try value(operands, 0, subject).channels
    for index in 1..<operands.count {
      let role = index == 1 && hasScale ? "scale" : "shift"
      try checkNumbers(operands, index, role: role, count: channels, subject)
    }
    return channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    try checkNumbers(sizes, from: 1, operands: operands, subject: subject)
    return (sizes[0].h, sizes[0].w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let operands = lowering.operands(node)
    guard operands.count > 1 else { return lowering.lens(operands[0]) }
    return lowering.scale(
      node, operands[0], by: hasScale ? operands[1] : nil, shift: hasShift ? operands[operands.count - 1] : nil)
  }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, x) = (site.gradient, site.operands[0])
    let scale = hasScale ? site.operands[1] : 0
    try site.add(to: 0) { (graph) throws(GraphError) in try graph.affine(gradient, scale: scale) }
    if hasScale {
      try site.add(to: 1) { (graph) throws(GraphError) in try graph.add(ProductSum(), gradient, x) }
    }
    if hasShift {
      try site.add(to: site.operands.count - 1) { (graph) throws(GraphError) in
        try graph.add(ProductSum(), gradient)
      }
    }
  }
}

extension Lowering {
  /// The value of `operand` scaled and shifted by what two other nodes hold.
  mutating func scale(_ node: Int, _ operand: Int, by scale: Int?, shift: Int?) -> ValueLens {
    var lens = lens(operand)
    // A border of zeros must stay zeros, and what comes after a relu stays after it.
    if lens.relu || lens.padding != nil { lens = plain(operand) }
    let (scale, shift) = (scale.map { numbers($0) }, shift.map { numbers($0) })
    let target = buffer(.coefficients, channels: lens.region.c)
    append(
      CoefficientsPass(
        name: nodes[node].subject, destination: target, channels: lens.region.c, before: lens.coefficients,
        scale: scale, shift: shift))
    lens.coefficients = target
    return lens
  }
}

/// Makes one scale and shift per channel of two that follow each other.
struct CoefficientsPass: Pass {
  let name: String
  let destination: Int
  let channels: Int
  /// What is applied before: a buffer of scale and shift.
  let before: Int?
  let scale: ChannelNumbers?, shift: ChannelNumbers?

  func reads(writing shape: ValueShape) -> [BufferRead] {
    (before.map { [.coefficients($0, channels: channels)] } ?? []) + (scale?.reads(channels: channels) ?? [])
      + (shift?.reads(channels: channels) ?? [])
  }

  func needs(in scope: PassScope) -> PassNeeds { PassNeeds(units: 1) }

  func prepare(in site: inout PlanSite, needs: PassNeeds) throws(GraphError) {
    let (vectors, first) = (site.coefficients(destination), before.map { site.coefficients($0) })
    let call = Call(
      scale: vectors.scale, shift: vectors.shift, beforeScale: first.map { UnsafePointer($0.scale) },
      beforeShift: first.map { UnsafePointer($0.shift) },
      by: try scale.map { (numbers) throws(GraphError) in try site.numbers(numbers) },
      plus: try shift.map { (numbers) throws(GraphError) in try site.numbers(numbers) }, count: channels,
      paddedCount: MemoryPlan.padded(channels))
    _ = site.append(call, name: "coefficients \(name)", units: 1)
  }

  struct Call: KernelCall {
    let scale: UnsafeMutablePointer<Float>
    let shift: UnsafeMutablePointer<Float>
    let beforeScale: UnsafePointer<Float>?
    let beforeShift: UnsafePointer<Float>?
    let by: UnsafePointer<Float>?
    let plus: UnsafePointer<Float>?
    let count: Int, paddedCount: Int

    static let body: sth_parallel_body = { argument, _, _, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self).pointee else { return }
      for i in 0..<call.count {
        let factor = call.by?[i] ?? 1
        call.scale[i] = (call.beforeScale?[i] ?? 1) * factor
        call.shift[i] = (call.beforeShift?[i] ?? 0) * factor + (call.plus?[i] ?? 0)
      }
      for i in call.count..<call.paddedCount { (call.scale[i], call.shift[i]) = (0, 0) }
    }
  }
}
