// gather: some pixels of a value.
import Kernels
import PluginAPI

/// The pixels at places, in their order; operands: value x, value places [1, h, w]: row * width of x + column of each, as whole numbers. Places
/// outside of x are those of its last pixel. Gives [c, h, w] of the size of the places.
struct Gather: LearningOperator {
  static let name = "gather"

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    let (x, places) = (try value(operands, 0, subject).channels, try value(operands, 1, subject).channels)
    try refuse(unless: places == 1, subject, "places are one number each, these have \(places) channels")
    return x
  }

  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) -> (h: Int, w: Int) {
    (sizes[1].h, sizes[1].w)
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let operands = lowering.operands(node)
    let (source, places) = (lowering.plain(operands[0]), lowering.plain(operands[1]))
    let target = lowering.buffer(lowering.shapes[node])
    lowering.append(
      GatherPass(
        name: lowering.nodes[node].subject, destination: target,
        source: BufferRead(buffer: source.buffer, region: source.region, reach: .whole),
        places: BufferRead(buffer: places.buffer, region: places.region)))
    return ValueLens(buffer: target, region: lowering.shapes[node])
  }

  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    let (gradient, x, places) = (site.gradient, site.operands[0], site.operands[1])
    try site.add(to: 0) { (graph) throws(GraphError) in try graph.add(GatherGradient(), gradient, x, places) }
  }
}

/// What the pixels of x get that were gathered, which may be several times the same, and 0 for the others; operands: value, value x, value
/// places.
struct GatherGradient: SourceGradient {
  static let name = "gather_gradient"

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    _ = try value(operands, 1, subject)
    return try value(operands, 0, subject).channels
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let operands = lowering.operands(node)
    let (source, places) = (lowering.plain(operands[0]), lowering.plain(operands[2]))
    let target = lowering.buffer(lowering.shapes[node])
    lowering.append(
      GatherPass(
        name: lowering.nodes[node].subject, destination: target,
        source: BufferRead(buffer: source.buffer, region: source.region, reach: .whole),
        places: BufferRead(buffer: places.buffer, region: places.region, reach: .whole), isGradient: true))
    return ValueLens(buffer: target, region: lowering.shapes[node])
  }
}

/// Stores pixels that lie at places, or puts pixels there.
struct GatherPass: Pass {
  let name: String
  let destination: Int
  let source: BufferRead, places: BufferRead
  var isGradient = false
  var writesWhole: Bool { isGradient }

  func reads(writing shape: ValueShape) -> [BufferRead] { [source, places] }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let call = Call(
      destination: site.map(destination, site.shape(destination)), source: site.map(source.buffer, source.region),
      places: site.map(places.buffer, places.region), isGradient: isGradient)
    let placed = site.append(call, name: name, units: needs.units, unitBytes: 2 * site.rowBytes(destination))
    site.follow(placed, \.destination, destination)
    site.follow(placed, \.source, source.buffer)
    site.follow(placed, \.places, places.buffer)
  }

  /// Units are rows of the destination.
  struct Call: KernelCall {
    var destination: sth_map, source: sth_map, places: sth_map
    let isGradient: Bool

    static let body: sth_parallel_body = { argument, begin, end, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self).pointee else { return }
      for row in Int(begin)..<Int(end) { if call.isGradient { call.put(row) } else { call.take(row) } }
    }

    private func take(_ row: Int) {
      let (to, from, places) = (MapNumbers(destination), MapNumbers(source), MapNumbers(places))
      for x in 0..<to.width {
        let place = Self.place(places[0, row, x], in: from)
        for c in 0..<to.padded { to[c, row, x] = c < from.padded ? from[c, place.y, place.x] : 0 }
      }
    }

    private func put(_ row: Int) {
      let (to, from, places) = (MapNumbers(destination), MapNumbers(source), MapNumbers(places))
      for c in 0..<to.padded { for x in 0..<to.width { to[c, row, x] = 0 } }
      for y in 0..<places.height {
        for x in 0..<places.width {
          let place = Self.place(places[0, y, x], in: to)
          guard place.y == row else { continue }
          for c in 0..<to.channels { to[c, row, place.x] += from[c, y, x] }
        }
      }
    }

    private static func place(_ number: Float, in map: MapNumbers) -> (y: Int, x: Int) {
      let last = map.height * map.width - 1
      // Whatever is no number is no place either.
      let place = number >= 0 && number <= Float(last) ? min(Int(number), last) : last
      return (place / map.width, place % map.width)
    }
  }
}
