// Where the time of a frame goes. Not a test of a bound (machines differ): run with STYLEHOST_BENCH=1, best with -c release.
import Foundation
import PluginAPI
import Testing

@testable import Graph

@Suite("Benchmark", .serialized, .enabled(if: ProcessInfo.processInfo.environment["STYLEHOST_BENCH"] != nil))
struct JohnsonBenchmark {
  @Test("the width-32 Johnson net at 512x512, step by step", arguments: [1, 2], [true, false])
  func johnson(threads: Int, optimise: Bool) throws {
    let twin = TwinNetwork(try GraphEngine(pool: WorkerPool(threads: threads)))
    try twin.johnson(width: 32, blocks: 5)
    let start = PlanProfile.now()
    let plan = try twin.graph.compile([sth_size(h: 512, w: 512)], optimise: optimise)
    let compiled = Double(PlanProfile.now() - start) / 1e6
    let picture = Picture(twin.tensor(c: 3, h: 512, w: 512), slack: 0), result = Picture(c: 3, h: 512, w: 512, slack: 0)
    try plan.run(inputs: [picture.image], outputs: [result.image])
    plan.setProfiling(true)
    var times: [Double] = []
    let cpuStart = clock()
    for _ in 0..<5 {
      let start = PlanProfile.now()
      try plan.run(inputs: [picture.image], outputs: [result.image])
      times.append(Double(PlanProfile.now() - start) / 1e6)
    }
    let cpu = Double(clock() - cpuStart) / Double(CLOCKS_PER_SEC) * 1000 / Double(times.count)
    times.sort()
    print(
      "threads \(threads) optimised \(optimise): median \(times[2]) ms, min \(times[0]) ms, CPU \(cpu) ms, compile \(compiled) ms,",
      "arena \(plan.arenaBytes >> 20) MiB, packed \(plan.packedBytes >> 10) KiB, \(plan.multiplyAdds / 1_000_000) MMAC")
    for step in plan.steps {
      let milliseconds = Double(step.nanoseconds) / 1e6 / Double(step.runs)
      print("  ", String(format: "%8.3f ms %7.1f GFLOP/s ", milliseconds, step.gigaflops), step.name)
    }
    #expect(result.tensor.values.allSatisfy { $0.isFinite })
  }

  @Test("the width-32 Johnson net in sweeps, against all of it in memory", arguments: [1024, 2048])
  func sweeps(size: Int) throws {
    let engine = try GraphEngine(pool: WorkerPool(threads: 2))
    let twin = TwinNetwork(engine)
    try twin.johnson(width: 32, blocks: 5)
    let sizes = [sth_size(h: Int32(size), w: Int32(size))]
    let picture = Picture(twin.tensor(c: 3, h: size, w: size), slack: 0)
    let results = [Picture(c: 3, h: size, w: size, slack: 0), Picture(c: 3, h: size, w: size, slack: 0)]
    let whole = try twin.graph.compile(sizes, precision: .f32)
    var medians: [Double] = []
    for share in [1, 4, 16] {
      let graph = TwinNetwork(engine)
      try graph.johnson(width: 32, blocks: 5)
      engine.limitMemory { share == 1 ? nil : 2 * (whole.arenaBytes / share + whole.packedBytes) }
      let plan = try graph.graph.compile(sizes)
      var times: [Double] = []
      for _ in 0..<4 {
        let start = PlanProfile.now()
        try plan.run(inputs: [picture.image], outputs: [results[share == 1 ? 0 : 1].image])
        times.append(Double(PlanProfile.now() - start) / 1e6)
      }
      medians.append(times.sorted()[1])
      print(
        "\(size): 1/\(share) of the memory: \(times.map { Int($0) }) ms, \(medians[medians.count - 1] / medians[0]) of whole,",
        "estimate \(plan.work), arena \(plan.arenaBytes >> 20) MiB, scratch \(plan.scratchBytes >> 20) MiB, legs \(plan.legCount)"
      )
      if share == 16 {
        plan.setProfiling(true)
        try plan.run(inputs: [picture.image], outputs: [results[1].image])
        for step in plan.steps { print("   \(step.nanoseconds / 1_000_000) ms \(step.name)") }
      }
    }
    #expect(results[0].bits == results[1].bits)
  }
}
