// Reduced precision: near float32, in every layout and at every level; where it does not exist, float32 itself.
import Kernels
import PluginAPI
import Testing

@testable import Graph

@Suite("Precision")
struct PrecisionTests {
  /// Root mean square of the difference of two runs, over the root mean square of the first.
  private func relativeError(_ fine: OracleTensor, _ coarse: OracleTensor) -> Double {
    let squares = zip(fine.values, coarse.values).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
    return (squares / fine.values.map { $0 * $0 }.reduce(0, +)).squareRoot()
  }

  private func errors(
    _ level: UInt32, _ precision: ComputePrecision, _ build: (TwinNetwork) throws -> Void
  ) throws -> (used: ComputePrecision, error: Double) {
    let twin = TwinNetwork(try Engines.make(level: level), seed: 11)
    try build(twin)
    let input = twin.tensor(c: twin.inputChannels[0], h: 36, w: 41)
    let plan = try twin.graph.compile([sth_size(h: 36, w: 41)], precision: precision)
    let fine = try twin.run([input])[0].tensor, coarse = try twin.run([input], precision: precision)[0].tensor
    return (plan.precision, relativeError(fine, coarse))
  }

  /// A bfloat16 number is off by at most 2^-9 of itself, 1.1e-3 in the mean square of evenly spread ones: so is what one
  /// operator reads or stores; what the 16-bit products of a convolution add is less.
  @Test("one operator in bfloat16 is off by what rounding its maps is", arguments: Engines.levels)
  func operators(level: UInt32) throws {
    for c in [3, 4, 5, 17, 40] {
      let builds: [(TwinNetwork, sth_node) throws -> sth_node] = [
        { twin, x in try twin.conv(try twin.pad(x, Border(1), STH_PAD_REFLECT), c, 20, 3, 3) },
        { twin, x in try twin.conv(try twin.upsample(x, 2), c, 3, 3, 3, strideH: 2, strideW: 2) },
        { twin, x in try twin.relu(try twin.norm(x, c)) },
        { twin, x in try twin.tanh(try twin.maxPool(x, 2, stride: 2, ceil: true)) },
        { twin, x in try twin.add(try twin.pad(x, Border(2), STH_PAD_ZERO), try twin.pad(x, Border(2), 1)) },
      ]
      for (index, build) in builds.enumerated() {
        let (used, error) = try errors(level, .bf16) { twin in try twin.output(try build(twin, try twin.input(c))) }
        #expect(error < 4e-3, "operator \(index) of \(c) channels")
        #expect((error == 0) == (used == .f32 || (c <= 4 && index > 1)), "operator \(index) of \(c) channels")
      }
    }
  }

  /// 127 steps to the largest number: noise is off by about 1 % of itself, twice in a product. Without 8 bits, and where no
  /// picture is written, as bf16.
  @Test("a convolution in 8 bits stays near float32", arguments: Engines.levels)
  func bytes(level: UInt32) throws {
    for (c, out) in [(3, 20), (17, 20), (40, 20), (3, 3), (17, 3), (40, 4)] {
      let (used, error) = try errors(level, .int8) { twin in
        let x = try twin.input(c)
        try twin.output(try twin.conv(try twin.pad(try twin.norm(x, c), Border(1), STH_PAD_REFLECT), c, out, 3, 3))
      }
      #expect(error < (used == .int8 && out <= 4 ? 3e-2 : 4e-3), "\(c) to \(out) channels, \(used)")
    }
  }

  /// Noise through random weights is the hardest case. What pictures through genuine weights lose is tested where the
  /// networks are.
  @Test("a whole net stays near itself in bfloat16", arguments: Engines.levels)
  func net(level: UInt32) throws {
    let (used, error) = try errors(level, .bf16) { try $0.johnson(width: 16, blocks: 5) }
    #expect(error < 0.03)
    #expect((error > 0) == (used == .bf16))
  }

  @Test("what a machine cannot do is done by the next finer precision")
  func fallback() {
    var kernels = sth_map_kernels()
    let cases: [(UInt32, [ComputePrecision])] = [
      (0b001, [.f32, .f32, .f32]), (0b011, [.f32, .bf16, .bf16]), (0b101, [.f32, .f32, .int8]),
      (0b111, [.f32, .bf16, .int8]),
    ]
    for (arithmetics, expected) in cases {
      kernels.arithmetics = arithmetics
      #expect(ComputePrecision.allCases.map { $0.available(in: kernels) } == expected)
    }
  }

  @Test("each table of an engine makes graphs of its precision")
  func tables() throws {
    let engine = try Engines.make()
    for precision in ComputePrecision.allCases {
      let table = engine.api(for: precision)
      var handle: OpaquePointer?
      #expect(table.pointee.create(table, "net", &handle, nil) == STH_OK)
      let graph = try #require(GraphTable.graph(handle))
      #expect(graph.precision == precision && graph.engine === engine)
      table.pointee.destroy(handle)
    }
    #expect(engine.api == engine.api(for: .f32))
  }

  @Test("1, 2 and 7 threads give the same bytes in bfloat16", arguments: Engines.levels)
  func threads(level: UInt32) throws {
    var first: [UInt32]?
    for threads in [1, 2, 7] {
      let twin = TwinNetwork(try Engines.make(threads: threads, level: level), seed: 5)
      try twin.johnson(width: 8, blocks: 1)
      let bits = try twin.run([twin.tensor(c: 3, h: 45, w: 70)], precision: .bf16)[0].bits
      #expect(bits == first ?? bits, "\(threads) threads")
      first = bits
    }
  }
}
