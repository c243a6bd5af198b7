// instance_norm: each channel brought to mean 0 and variance 1, then scaled and shifted (Ulyanov et al. 2016).
import PluginAPI

/// Normalisation over h w of each channel; operands: value, and perhaps constants scale [c], shift [c].
///
/// It becomes one pass over the operand that gives a scale and a shift per channel; applying them is left to the readers.
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
    // Repetition changes neither mean nor variance, so an enlarged operand may stay small - unless a part is cut off.
    var lens = lowering.lens(operands[0])
    if lens.coefficients != nil || lens.relu || lens.padding != nil { lens = lowering.plain(operands[0]) }
    let target = lowering.buffer(ValueShape(c: 2, h: 1, w: lens.region.c))
    lowering.append(
      MomentsPass(
        name: lowering.nodes[node].subject, destination: target,
        source: BufferRead(buffer: lens.buffer, region: lens.region), epsilon: epsilon,
        scale: operands.count > 1 ? operands[1] : nil, shift: operands.count > 1 ? operands[2] : nil))
    lens.coefficients = target
    return lens
  }
}

/// Statistics of each channel, turned into the scale and shift that normalise it.
struct MomentsPass: Pass {
  let name: String
  let destination: Int
  let source: BufferRead
  let epsilon: Double
  let scale: Int?, shift: Int?

  func reads(writing shape: ValueShape) -> [BufferRead] { [source] }

  func prepare(in site: inout PlanSite) throws(GraphError) {
    let vectors = site.coefficients(destination)
    let call = Call(
      kernels: site.kernels, source: site.planes(source.buffer, source.region), scale: vectors.scale,
      shift: vectors.shift, gamma: try scale.map { (node) throws(GraphError) in try site.vector(node) },
      beta: try shift.map { (node) throws(GraphError) in try site.vector(node) }, epsilon: epsilon)
    let placed = site.append(call, name: "moments \(name)", units: source.region.c)
    site.follow(placed, \.source, source.buffer)
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_kernels>
    var source: sth_planes
    let scale: UnsafeMutablePointer<Float>
    let shift: UnsafeMutablePointer<Float>
    let gamma: UnsafePointer<Float>?
    let beta: UnsafePointer<Float>?
    let epsilon: Double

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      let (scale, shift) = (call.pointee.scale, call.pointee.shift)
      withUnsafePointer(to: call.pointee.source) { source in
        call.pointee.kernels.pointee.moments_f32(scale, shift, source, Int32(begin), Int32(end))
      }
      // In place: scale holds the mean, shift the variance.
      for channel in Int(begin)..<Int(end) {
        let (mean, variance) = (Double(scale[channel]), Double(shift[channel]))
        let factor = Double(call.pointee.gamma?[channel] ?? 1) / (variance + call.pointee.epsilon).squareRoot()
        scale[channel] = Float(factor)
        shift[channel] = Float(Double(call.pointee.beta?[channel] ?? 0) - mean * factor)
      }
    }
  }
}
