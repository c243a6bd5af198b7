// Sums over the pixels of each channel: of a value, or of the products of two.
import Kernels
import PluginAPI

/// The sum over h w of each channel of a, or of a * b; operands: value a, and perhaps value b of the same shape. Gives [c, 1, 1].
struct ProductSum: LearningOperator {
  static let name = "product_sum"

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    let channels = try value(operands, 0, subject).channels
    if operands.count > 1, try value(operands, 1, subject).channels != channels {
      throw .invalid("\(subject): \(channels) channels do not fit \(operands[1].channels) channels")
    }
    return channels
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int) {
    guard sizes.allSatisfy({ $0 == sizes[0] }) else {
      throw .unsupported("\(subject): \(sizes[0]) does not fit \(sizes[1])")
    }
    return (1, 1)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let operands = lowering.operands(node)
    for operand in operands { _ = lowering.pointwise(operand) }
    let sources = operands.map { PointwiseSource(lowering.lens($0)) }
    return lowering.sum(sources, region: lowering.shapes[operands[0]], label: lowering.nodes[node].subject)
  }
}

extension Lowering {
  /// The sums over the pixels of each channel of one source, or of the products of two, times `scale`.
  mutating func sum(
    _ sources: [PointwiseSource], region: ValueShape, scale: Double = 1, label: String
  ) -> ValueLens {
    let records = buffer(.records, channels: region.c)
    append(ProductsPass(name: label, destination: records, sources: sources, region: region))
    let shape = ValueShape(c: region.c, h: 1, w: 1)
    let target = buffer(shape)
    append(
      JoinPass(
        name: label, destination: target, sums: records, scale: scale,
        reads: sources.flatMap { $0.reads(region, reach: .statistics) }))
    return ValueLens(buffer: target, region: shape)
  }
}

/// One record of sums for each group of rows.
struct ProductsPass: Pass {
  let name: String
  let destination: Int
  /// One or two.
  let sources: [PointwiseSource]
  let region: ValueShape

  var records: Int? { destination }

  func reads(writing shape: ValueShape) -> [BufferRead] { sources.flatMap { $0.reads(region) } }

  func needs(in scope: PassScope) -> PassNeeds {
    var map = scope.map(sources[0].buffer, region)
    return PassNeeds(
      units: Int(scope.kernels.pointee.moments_units(&map)), tiling: UnitTiling(tileRows: Int(STH_MAP_MOMENTS_ROWS)))
  }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let call = Call(
      kernels: site.kernels, records: site.records(destination).data, a: site.source(sources[0], region),
      b: sources.count > 1 ? site.source(sources[1], region) : sth_map_source(), hasB: sources.count > 1)
    let touched = site.rowBytes(sources[0].buffer) * sources.count * Int(STH_MAP_MOMENTS_ROWS)
    let placed = site.append(call, name: "sums \(name)", units: needs.units, unitBytes: touched)
    site.follow(placed, \.a.map, sources[0].buffer)
    if sources.count > 1 { site.follow(placed, \.b.map, sources[1].buffer) }
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_map_kernels>
    let records: UnsafeMutablePointer<Float>
    var a: sth_map_source, b: sth_map_source
    let hasB: Bool

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      withUnsafePointer(to: call.pointee.a) { a in
        withUnsafePointer(to: call.pointee.b) { b in
          call.pointee.kernels.pointee.products(
            call.pointee.records, a, call.pointee.hasB ? b : nil, Int32(begin), Int32(end))
        }
      }
    }
  }
}

/// Joins the records of sums.
struct JoinPass: Pass {
  let name: String
  let destination: Int
  /// Buffer of the records.
  let sums: Int
  let scale: Double
  /// What they are sums of.
  let reads: [BufferRead]

  func reads(writing shape: ValueShape) -> [BufferRead] { reads + [.coefficients(sums, channels: shape.c)] }

  func needs(in scope: PassScope) -> PassNeeds { PassNeeds(units: 1) }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let records = site.records(sums)
    let call = Call(
      kernels: site.kernels, destination: site.map(destination, site.shape(destination)), records: records.data,
      recordCount: Int32(records.units), scale: scale)
    let placed = site.append(call, name: name, units: 1)
    site.follow(placed, \.destination, destination)
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_map_kernels>
    var destination: sth_map
    let records: UnsafePointer<Float>
    let recordCount: Int32
    let scale: Double

    static let body: sth_parallel_body = { argument, _, _, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      withUnsafePointer(to: call.pointee.destination) { destination in
        call.pointee.kernels.pointee.products_join(
          destination, call.pointee.records, call.pointee.recordCount, call.pointee.scale)
      }
    }
  }
}
