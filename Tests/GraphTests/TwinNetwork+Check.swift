// Runs both twins and compares them.
import Kernels
import PluginAPI
import Testing

@testable import Graph

extension TwinNetwork {
  /// Runs the graph on inputs.
  func run(
    _ inputs: [OracleTensor], precision: ComputePrecision = .f32, optimise: Bool = true, slack: Int = 3
  ) throws -> [Picture] {
    let plan = try graph.compile(
      inputs.map { sth_size(h: Int32($0.h), w: Int32($0.w)) }, precision: precision, optimise: optimise)
    let pictures = inputs.map { Picture($0, slack: slack) }
    let results = plan.outputShapes.map { Picture(c: $0.c, h: $0.h, w: $0.w, slack: slack) }
    try plan.run(inputs: pictures.map(\.image), outputs: results.map(\.image))
    for (picture, input) in zip(pictures, inputs) {
      #expect(picture.tensor.distance(to: input) < 1e-7, "an input was written to")
    }
    return results
  }

  /// Expects the graph, fused and unfused, to give what the oracle says for random inputs of these sizes.
  ///
  /// The bound leaves room for a norm of a flat channel: x * s + b with s up to 1 / sqrt(epsilon) = 316 and b = -mean * s
  /// rounded to 24 bits is off by 316 * 2^-24 = 1.9e-5.
  func check(
    _ sizes: [(h: Int, w: Int)], within bound: Double = 3e-5, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let inputs = zip(sizes, inputChannels).map { tensor(c: $1, h: $0.h, w: $0.w) }
    let expected = expected(inputs)
    for optimise in [true, false] {
      for (index, result) in try run(inputs, optimise: optimise).enumerated() {
        let distance = expected[index].distance(to: result.tensor)
        #expect(
          distance <= bound, "output \(index) of sizes \(sizes), optimised \(optimise), is off by \(distance)",
          sourceLocation: sourceLocation)
        #expect(result.guardsHold, "written beside output \(index)", sourceLocation: sourceLocation)
      }
    }
    try checkSweeps(inputs, sourceLocation: sourceLocation)
  }

  /// Expects the same bytes of plans that may take less and less memory, down to the least that is possible.
  private func checkSweeps(_ inputs: [OracleTensor], sourceLocation: SourceLocation) throws {
    let sizes = inputs.map { sth_size(h: Int32($0.h), w: Int32($0.w)) }
    defer { graph.engine.limitMemory { nil } }
    for optimise in [true, false] {
      graph.engine.limitMemory { nil }
      let whole = try run(inputs, optimise: optimise).map(\.bits)
      func wholeBytes() throws -> (arena: Int, all: Int) {
        let plan = try graph.compile(sizes, optimise: optimise)
        return (plan.arenaBytes, plan.arenaBytes + plan.packedBytes)
      }
      let bytes = try wholeBytes()
      var limit = 2 * bytes.all
      var sweeps = 0
      while limit > 0 {
        graph.engine.limitMemory { [limit] in limit }
        do {
          let plan = try graph.compile(sizes, optimise: optimise)
          #expect(plan.arenaBytes <= limit, sourceLocation: sourceLocation)
          sweeps += plan.isSwept ? 1 : 0
          let results = try run(inputs, optimise: optimise)
          #expect(
            results.map(\.bits) == whole,
            "sizes \(inputs.map { ($0.h, $0.w) }) within \(limit) bytes, optimised \(optimise)",
            sourceLocation: sourceLocation)
        } catch let error as GraphError where error.status == STH_ERROR_NO_MEMORY {
          break
        }
        limit = limit * 2 / 3
      }
      // Nets of a few numbers have nothing to run in sweeps.
      #expect(sweeps > 0 || bytes.arena < 1 << 18, "nothing ran in sweeps", sourceLocation: sourceLocation)
    }
  }
}

/// Engines for tests.
enum Engines {
  /// One per CPU level that this machine can run.
  static var levels: [UInt32] { (0...sth_cpu_level_best()).filter { sth_cpu_level_runs($0) != 0 } }

  static func make(threads: Int = 2, level: UInt32? = nil) throws -> GraphEngine {
    try GraphEngine(pool: WorkerPool(threads: threads), cpuLevel: level)
  }
}
