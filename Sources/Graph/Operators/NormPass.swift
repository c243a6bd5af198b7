// The pass that turns statistics into the scale and shift of a norm.
import Kernels
import PluginAPI

/// All records of a value, joined; units are blocks of 16 channels, or all of them where channels share their statistics.
struct NormPass: Pass {
  let name: String
  let destination: Int
  /// Buffer of the records.
  let moments: Int
  /// What they are the statistics of: all of it, whatever else is read of it.
  let source: BufferRead
  let norm: sth_map_group_norm
  let scale: ChannelNumbers?, shift: ChannelNumbers?

  private var isGrouped: Bool {
    norm.groups != Int32(source.region.c) || norm.unbiased != 0 || norm.epsilon_on_deviation != 0
  }

  func reads(writing shape: ValueShape) -> [BufferRead] {
    let channels = source.region.c
    return [source, .coefficients(moments, channels: channels)] + (scale?.reads(channels: channels) ?? [])
      + (shift?.reads(channels: channels) ?? [])
  }

  func needs(in scope: PassScope) -> PassNeeds {
    PassNeeds(units: isGrouped ? 1 : MemoryPlan.padded(source.region.c) / Int(STH_MAP_LANES))
  }

  func prepare(in site: inout PlanSite, needs: PassNeeds) throws(GraphError) {
    let (vectors, records) = (site.coefficients(destination), site.records(moments))
    let call = Call(
      kernels: site.kernels, scale: vectors.scale, shift: vectors.shift, records: records.data,
      recordCount: Int32(records.units), channels: Int32(source.region.c),
      gamma: try scale.map { (numbers) throws(GraphError) in try site.numbers(numbers) },
      beta: try shift.map { (numbers) throws(GraphError) in try site.numbers(numbers) }, norm: norm,
      isGrouped: isGrouped)
    // Joining a record takes longer than reading it: counted like eight times the memory.
    let touched = records.units * Int(STH_MAP_LANES) * 2 * MemoryLayout<Float>.size * 8
    _ = site.append(call, name: "norm \(name)", units: needs.units, unitBytes: touched)
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_map_kernels>
    let scale: UnsafeMutablePointer<Float>
    let shift: UnsafeMutablePointer<Float>
    let records: UnsafePointer<Float>
    let recordCount: Int32, channels: Int32
    let gamma: UnsafePointer<Float>?
    let beta: UnsafePointer<Float>?
    let norm: sth_map_group_norm
    let isGrouped: Bool

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self).pointee else { return }
      guard call.isGrouped else {
        return call.kernels.pointee.moments_finish(
          call.scale, call.shift, call.records, call.recordCount, call.channels, call.gamma, call.beta,
          call.norm.epsilon, Int32(begin), Int32(end))
      }
      withUnsafePointer(to: call.norm) { norm in
        call.kernels.pointee.moments_finish_groups(
          call.scale, call.shift, call.records, call.recordCount, call.channels, call.gamma, call.beta, norm)
      }
    }
  }
}

extension GraphOperator {
  /// The planes of the value that a norm is given, once it and the numbers per channel behind it fit.
  func checkNorm(_ operands: [GraphNode], epsilon: Double, _ subject: String) throws(GraphError) -> Int {
    try refuse(unless: epsilon.isFinite && epsilon >= 0, subject, "epsilon \(epsilon) is not a number >= 0")
    let channels = try value(operands, 0, subject).channels
    if operands.count > 1 {
      try checkNumbers(operands, 1, role: "scale", count: channels, subject)
      try checkNumbers(operands, 2, role: "shift", count: channels, subject)
    }
    return channels
  }
}

extension Lowering {
  /// The norm of the operand of `node`: a scale and a shift per channel, left to the readers to apply.
  mutating func normalise(_ node: Int, _ norm: sth_map_group_norm) -> ValueLens {
    let (operands, subject) = (operands(node), nodes[node].subject)
    // Repetition changes neither mean nor variance, so an enlarged operand may stay small - unless a part is cut off, or the
    // count itself matters.
    var lens = lens(operands[0])
    if lens.coefficients != nil || lens.relu || lens.padding != nil || (norm.unbiased != 0 && lens.upsample > 1) {
      lens = plain(operands[0])
    }
    let source = BufferRead(buffer: lens.buffer, region: lens.region, reach: .statistics)
    let records = moments(of: source, label: subject)
    let scale = operands.count > 1 ? numbers(operands[1]) : nil
    let shift = operands.count > 1 ? numbers(operands[2]) : nil
    let target = buffer(.coefficients, channels: lens.region.c)
    append(
      NormPass(
        name: subject, destination: target, moments: records, source: source, norm: norm, scale: scale, shift: shift))
    lens.coefficients = target
    return lens
  }

  /// The statistics of what lies in a buffer: gathered by the convolution that writes it, else by a pass over it.
  mutating func moments(of source: BufferRead, label: String) -> Int {
    if let records = gatherMoments(of: source) { return records }
    let records = buffer(.records, channels: source.region.c)
    append(
      MomentsPass(name: label, destination: records, source: BufferRead(buffer: source.buffer, region: source.region)))
    return records
  }
}
