// mean, channel_mean: over the pixels of each channel, and over the channels of each pixel.
import Kernels
import PluginAPI

/// The mean of each channel; operand: value.
struct Mean: GraphOperator {
  static let name = "mean"

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    try value(operands, 0, subject).channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) { (1, 1) }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let lens = lowering.plain(lowering.operands(node)[0])
    let (subject, source) = (
      lowering.nodes[node].subject, BufferRead(buffer: lens.buffer, region: lens.region, reach: .statistics)
    )
    let records = lowering.moments(of: source, label: subject)
    let target = lowering.buffer(lowering.shapes[node])
    lowering.append(MeanPass(name: subject, destination: target, moments: records, source: source))
    return ValueLens(buffer: target, region: lowering.shapes[node])
  }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, x) = (site.gradient, site.operands[0])
    try site.add(to: 0) { (graph) throws(GraphError) in
      try graph.add(Spread(), graph.add(PerPixel(), gradient, x), x)
    }
  }
}

/// The mean over the channels of each pixel; operand: value.
struct ChannelMean: GraphOperator {
  static let name = "channel_mean"

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    _ = try value(operands, 0, subject)
    return 1
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) {
    (sizes[0].h, sizes[0].w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens { lowering.apply(.channelMean, to: node) }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, x, channels) = (site.gradient, site.operands[0], site.channels[0])
    try site.add(to: 0) { (graph) throws(GraphError) in
      try graph.add(Spread(), graph.scaled(gradient, by: 1 / Double(channels), channels: 1), x)
    }
  }
}

/// Joins all records of a value into the mean of each channel.
struct MeanPass: Pass {
  let name: String
  let destination: Int
  /// Buffer of the records.
  let moments: Int
  /// What they are the statistics of.
  let source: BufferRead

  func reads(writing shape: ValueShape) -> [BufferRead] {
    [source, .coefficients(moments, channels: source.region.c)]
  }

  func needs(in scope: PassScope) -> PassNeeds { PassNeeds(units: 1) }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let records = site.records(moments)
    let call = Call(
      kernels: site.kernels, destination: site.map(destination, site.shape(destination)), records: records.data,
      recordCount: Int32(records.units))
    let placed = site.append(call, name: name, units: 1)
    site.follow(placed, \.destination, destination)
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_map_kernels>
    var destination: sth_map
    let records: UnsafePointer<Float>
    let recordCount: Int32

    static let body: sth_parallel_body = { argument, _, _, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      withUnsafePointer(to: call.pointee.destination) { destination in
        call.pointee.kernels.pointee.moments_mean(destination, call.pointee.records, call.pointee.recordCount)
      }
    }
  }
}
