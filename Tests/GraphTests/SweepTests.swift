// Plans that run in sweeps, because all of a picture does not fit: the same bytes, in less memory.
import PluginAPI
import Testing

@testable import Graph

@Suite("Sweeps")
struct SweepTests {
  /// A Johnson net and a picture for it.
  private struct Subject {
    let twin: TwinNetwork
    let input: OracleTensor

    init(_ engine: GraphEngine, width: Int, blocks: Int, h: Int, w: Int) throws {
      twin = TwinNetwork(engine, seed: 11)
      try twin.johnson(width: width, blocks: blocks)
      input = twin.tensor(c: 3, h: h, w: w)
    }

    func bits(precision: ComputePrecision = .f32) throws -> [UInt32] {
      try twin.run([input], precision: precision)[0].bits
    }
  }

  @Test("a Johnson net within a third of its memory gives the same bytes", arguments: Engines.levels)
  func johnson(level: UInt32) throws {
    for (h, w) in [(703, 250), (901, 150)] {
      let subject = try Subject(try Engines.make(level: level), width: 8, blocks: 2, h: h, w: w)
      let size = sth_size(h: Int32(h), w: Int32(w))
      for precision in ComputePrecision.allCases {
        subject.twin.graph.engine.limitMemory { nil }
        let whole = try subject.bits(precision: precision)
        let bytes = try subject.twin.graph.compile([size], precision: precision).arenaBytes
        subject.twin.graph.engine.limitMemory { bytes / 3 * 2 }
        let plan = try subject.twin.graph.compile([size], precision: precision)
        #expect(plan.isSwept && plan.arenaBytes <= bytes / 3)
        #expect(try subject.bits(precision: precision) == whole, "\(h)x\(w) \(precision)")
      }
    }
  }

  @Test("what sweeps keep of a Johnson net is its body, and buffers take over each other's memory")
  func kept() throws {
    let engine = try Engines.make()
    let subject = try Subject(engine, width: 8, blocks: 5, h: 803, w: 402)
    let size = sth_size(h: 803, w: 402)
    let whole = try subject.bits()
    var limit = 8 << 20
    var scratch: [Int] = []
    while true {
      engine.limitMemory { [limit] in limit }
      do {
        let plan = try subject.twin.graph.compile([size])
        #expect(plan.isSwept)
        scratch.append(plan.scratchBytes)
        #expect(try subject.bits() == whole)
      } catch let error as GraphError where error.status == STH_ERROR_NO_MEMORY {
        break
      }
      limit = limit * 3 / 4
    }
    let body = 32 * 201 * 101 * 4
    #expect(scratch.last.map { $0 > body && $0 < body * 7 / 2 } == true, "\(scratch), a buffer of the body is \(body)")
  }

  @Test(
    "passes that make rows when asked for them need less than a third of bands of 16 rows, and less the fewer at a time"
  )
  func asked() throws {
    let twin = TwinNetwork(try Engines.make(), seed: 12)
    var x = try twin.input(3)
    var channels = 3
    for (width, convolutions) in [(8, 2), (16, 2), (16, 4)] {
      for _ in 0..<convolutions {
        x = try twin.relu(twin.conv(twin.pad(x, Border(1), STH_PAD_REFLECT), channels, width, 3, 3))
        channels = width
      }
      x = try twin.maxPool(x, 2, stride: 2)
    }
    try twin.output(twin.conv(twin.pad(x, Border(1), STH_PAD_REFLECT), channels, 8, 3, 3))
    let (lowering, needs) = try twin.lowered(h: 800, w: 70)
    let graph = SweepGraph(lowering, needs: needs)
    let kept = graph.choice()
    let sweeps = graph.sweeps(keeping: kept)
    try #require(sweeps.count == 1 && !kept.contains(true))
    let bands = SweepBands(graph, sweeps[0], sweep: 0, keeping: kept, .bands(50)).windows.reduce(0) { sum, window in
      let store = graph.stores[window.key]
      return store.isBanded ? sum + store.bytes / store.height * window.value.rows : sum
    }
    func least(below most: Int) throws -> Int {
      try SweepLayout(lowering, needs: needs, allowance: 0, most: most) { .noMemory("\($0)") }.memory.bytes
    }
    let few = try least(below: .max)
    #expect(few < bands / 3, "\(few) bytes, bands of 16 rows take \(bands)")
    let fewest = try least(below: few - 1)
    #expect(throws: GraphError.self) { try least(below: fewest - 1) }
  }

  @Test("a net too large for its memory is refused at once, whatever the size of the picture")
  func refusal() throws {
    let engine = try Engines.make()
    let twin = TwinNetwork(engine)
    try twin.johnson(width: 32, blocks: 5)
    engine.limitMemory { 40 << 20 }
    let start = ContinuousClock.now
    let error = #expect(throws: GraphError.self) { try twin.graph.compile([sth_size(h: 60000, w: 6000)]) }
    #expect(error?.status == STH_ERROR_NO_MEMORY)
    #expect(ContinuousClock.now - start < .seconds(20))
  }
}
