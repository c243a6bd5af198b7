// Plans: their identity, their life, their bill, and that a run allocates nothing.
import AllocationCounter
import Glibc
import PluginAPI
import Synchronization
import Testing

@testable import Graph

/// A body that brings every thread of a pool to the same place.
private final class Rally: Sendable {
  let arrived = Atomic<Int>(0)
  let threads: Int
  let watch: Int32
  init(threads: Int, watch: Int32) { (self.threads, self.watch) = (threads, watch) }

  static func run(_ pool: WorkerPool, watch: Int32) {
    let rally = Rally(threads: pool.threadCount, watch: watch)
    pool.parallelFor(
      count: Int64(pool.threadCount), grain: 1,
      body: { argument, _, _, _ in
        guard let argument else { return }
        let rally = Unmanaged<Rally>.fromOpaque(argument).takeUnretainedValue()
        allocation_counter_watch(rally.watch)
        rally.arrived.add(1, ordering: .sequentiallyConsistent)
        while rally.arrived.load(ordering: .sequentiallyConsistent) < rally.threads { sched_yield() }
      }, argument: Unmanaged.passUnretained(rally).toOpaque())
  }
}

@Suite("Plans")
struct PlanTests {
  private func johnson(_ engine: GraphEngine) throws -> TwinNetwork {
    let twin = TwinNetwork(engine)
    try twin.johnson(width: 4, blocks: 1)
    return twin
  }

  @Test("a run allocates nothing on any thread, profiled or not, in sweeps or not", arguments: [1, 3], [false, true])
  func allocations(threads: Int, isSwept: Bool) throws {
    let engine = try GraphEngine(pool: WorkerPool(threads: threads), shouldAbort: { false })
    let twin = try johnson(engine)
    let (arena, packed) = try Self.bytes(of: twin.graph.compile([sth_size(h: 30, w: 33)]))
    if isSwept { engine.limitMemory { 2 * packed + arena } }
    let plan = try twin.graph.compile([sth_size(h: 30, w: 33)])
    #expect(plan.isSwept == isSwept)
    let (input, output) = (Picture(c: 3, h: 30, w: 33), Picture(c: 3, h: 30, w: 33))
    let (inputs, outputs) = ([input.image], [output.image])
    Rally.run(engine.pool, watch: 1)
    let before = allocation_counter_total()
    allocation_counter_probe()
    #expect(allocation_counter_total() > before, "the counter does not count")
    for profiled in [false, true] {
      plan.setProfiling(profiled)
      try plan.run(inputs: inputs, outputs: outputs)
      // The least of several windows: in a build without optimisation the Swift runtime now and then makes metadata anew
      // when other tests ask for theirs at the same time. What a run itself allocates would be in every window.
      var least = Int64.max
      for _ in 0..<5 {
        let start = allocation_counter_total()
        for _ in 0..<3 { try plan.run(inputs: inputs, outputs: outputs) }
        least = min(least, allocation_counter_total() - start)
      }
      #expect(least == 0)
    }
    Rally.run(engine.pool, watch: 0)
  }

  private static func bytes(of plan: ComputePlan) -> (arena: Int, packed: Int) { (plan.arenaBytes, plan.packedBytes) }

  @Test("the same sizes give the same plan while it lives, and no longer")
  func identity() throws {
    let twin = try johnson(try Engines.make())
    weak var gone: ComputePlan?
    do {
      let plan = try twin.graph.compile([sth_size(h: 20, w: 24)])
      #expect(try twin.graph.compile([sth_size(h: 20, w: 24)]) === plan)
      #expect(try twin.graph.compile([sth_size(h: 24, w: 20)]) !== plan)
      #expect(try twin.graph.compile([sth_size(h: 20, w: 24)], optimise: false) !== plan)
      gone = plan
    }
    #expect(gone == nil)
  }

  @Test("packed weights are shared by the plans of a graph")
  func sharing() throws {
    let twin = try johnson(try Engines.make())
    let small = try twin.graph.compile([sth_size(h: 20, w: 24)])
    let large = try twin.graph.compile([sth_size(h: 200, w: 240)])
    #expect(small.packedBytes == large.packedBytes)
    #expect(twin.graph.state.withLock { $0.packed.bytes } == small.packedBytes)
  }

  @Test("the bill counts multiply-adds, and an arena smaller than all values together")
  func bill() throws {
    let twin = TwinNetwork(try Engines.make())
    try twin.johnson(width: 8, blocks: 5)
    let plan = try twin.graph.compile([sth_size(h: 64, w: 64)])
    let full = 64 * 64 * (81 * 3 * 8 * 2 + 9 * 32 * 16 / 4 + 9 * 16 * 8)
    let half = 32 * 32 * 9 * 8 * 16
    let quarter = 16 * 16 * 9 * (16 * 32 + 10 * 32 * 32)
    #expect(plan.multiplyAdds == full + half + quarter)
    // The widest moment of the fused net is the 32-channel half-size value, enlarged while read, and the 16-channel result.
    let wide = TwinNetwork(try Engines.make())
    try wide.johnson(width: 16, blocks: 1)
    let large = try wide.graph.compile([sth_size(h: 512, w: 512)])
    let unfused = try wide.graph.compile([sth_size(h: 512, w: 512)], optimise: false)
    #expect(large.arenaBytes * 2 < unfused.arenaBytes)
  }

  @Test("a plan of a destroyed graph refuses to run and gives its memory back")
  func destroyed() throws {
    let twin = try johnson(try Engines.make())
    let plan = try twin.graph.compile([sth_size(h: 8, w: 8)])
    let picture = Picture(c: 3, h: 8, w: 8)
    twin.graph.destroy()
    let error = #expect(throws: GraphError.self) { try plan.run(inputs: [picture.image], outputs: [picture.image]) }
    #expect(error?.description == "cannot run 'twin': its graph has been destroyed")
    #expect(throws: GraphError.self) { try twin.graph.compile([sth_size(h: 8, w: 8)]) }
  }

  @Test("a plan that would not fit into memory is refused with numbers")
  func memory() throws {
    let engine = try GraphEngine(pool: WorkerPool(threads: 1), memoryLimitBytes: 8 << 20)
    let twin = TwinNetwork(engine)
    try twin.johnson(width: 32, blocks: 1)
    let error = #expect(throws: GraphError.self) { try twin.graph.compile([sth_size(h: 4320, w: 7680)]) }
    #expect(error?.status == STH_ERROR_NO_MEMORY)
    #expect(error?.description.contains("MiB of memory, 8 MiB are allowed") == true, "\(String(describing: error))")
    let roomy = TwinNetwork(try Engines.make())
    try roomy.johnson(width: 32, blocks: 1)
    let huge = #expect(throws: GraphError.self) { try roomy.graph.compile([sth_size(h: 30000, w: 30000)]) }
    #expect(huge?.status == STH_ERROR_NO_MEMORY, "\(String(describing: huge))")
  }

  @Test("a run stops between two steps when the host wants to stop")
  func abort() throws {
    final class Switch: Sendable { let questions = Atomic<Int>(0) }
    let asked = Switch()
    let engine = try GraphEngine(pool: WorkerPool(threads: 2)) {
      asked.questions.add(1, ordering: .relaxed).newValue == 5
    }
    let twin = try johnson(engine)
    let input = twin.tensor(c: 3, h: 8, w: 8)
    let error = #expect(throws: GraphError.self) { try twin.run([input]) }
    #expect(error?.status == STH_ERROR_CANCELLED)
    #expect(asked.questions.load(ordering: .relaxed) == 5)
    #expect(try twin.run([input]).count == 1, "the plan cannot be used after a stop")
  }

  @Test("a profile names every step and counts its runs")
  func profile() throws {
    let twin = try johnson(try Engines.make())
    let plan = try twin.graph.compile([sth_size(h: 20, w: 20)])
    let picture = Picture(c: 3, h: 20, w: 20), result = Picture(c: 3, h: 20, w: 20)
    try plan.run(inputs: [picture.image], outputs: [result.image])
    #expect(plan.steps.allSatisfy { $0.runs == 0 && $0.nanoseconds == 0 })
    plan.setProfiling(true)
    // More runs than the medians are taken of.
    for _ in 0..<70 { try plan.run(inputs: [picture.image], outputs: [result.image]) }
    #expect(plan.steps.allSatisfy { $0.runs == 70 && $0.medianNanoseconds > 0 })
    // At least 32 of the 70 runs took as long as the median or longer.
    #expect(plan.steps.allSatisfy { $0.nanoseconds >= 32 * $0.medianNanoseconds })
    #expect(plan.steps.reduce(0) { $0 + $1.multiplyAdds } == plan.multiplyAdds)
    #expect(plan.steps.first?.name.hasPrefix("conv2d 'weight', ") == true)
  }

  @Test("an engine measures all its living plans at once, those to come included")
  func engineProfile() throws {
    let engine = try Engines.make()
    let twin = try johnson(engine)
    let picture = Picture(c: 3, h: 20, w: 20), result = Picture(c: 3, h: 20, w: 20)
    let plan = try twin.graph.compile([sth_size(h: 20, w: 20)])
    do { _ = try twin.graph.compile([sth_size(h: 8, w: 8)]) }
    #expect(engine.plans.count == 1 && engine.plans.first === plan)
    engine.setProfiling(true)
    let unfused = try twin.graph.compile([sth_size(h: 20, w: 20)], optimise: false)
    for plan in [plan, unfused] { try plan.run(inputs: [picture.image], outputs: [result.image]) }
    #expect(engine.plans.count == 2 && engine.plans.allSatisfy { $0.steps.allSatisfy { $0.runs == 1 } })
    engine.setProfiling(false)
    try plan.run(inputs: [picture.image], outputs: [result.image])
    #expect(plan.steps.allSatisfy { $0.runs == 1 })
  }

  @Test("equal sizes in another precision are another plan, whose weights are packed for it")
  func precisions() throws {
    let engine = try Engines.make()
    let twin = try johnson(engine)
    let (fine, coarse) = (
      try twin.graph.compile([sth_size(h: 20, w: 24)]),
      try twin.graph.compile([sth_size(h: 20, w: 24)], precision: .bf16)
    )
    #expect(fine.precision == .f32)
    #expect((fine === coarse) == (coarse.precision == .f32))
    #expect(coarse.precision == ComputePrecision.bf16.available(in: engine.mapKernels.pointee))
  }
}
