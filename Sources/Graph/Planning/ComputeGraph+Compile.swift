// From a graph and the sizes of its inputs to a plan.
import PluginAPI
import Synchronization

/// What makes two plans of a graph the same.
struct PlanKey: Hashable, Sendable {
  let sizes: [ValueShape]
  let precision: ComputePrecision
  let isOptimised: Bool
}

/// A plan that lives as long as someone else wants it.
struct WeakPlan: @unchecked Sendable {
  // SAFETY: weak references are safe to read and drop from any thread.
  weak var plan: ComputePlan?
}

extension ComputeGraph {
  /// A plan for inputs of these sizes (h, w of each, in the order of the inputs); the same plan again while one lives.
  ///
  /// - Parameters:
  ///   - precision: the graph's own by default; the plan says what it really has.
  ///   - optimise: false runs every operator by itself and stores every value: for tests and for finding faults.
  public func compile(
    _ sizes: [sth_size], precision: ComputePrecision? = nil, optimise: Bool = true
  ) throws(GraphError) -> ComputePlan {
    let precision = (precision ?? self.precision).available(in: engine.mapKernels.pointee)
    let result: Result<ComputePlan, GraphError> = state.withLock { state in
      do throws(GraphError) {
        return .success(try self.compile(sizes, precision: precision, optimise: optimise, in: &state))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private func compile(
    _ sizes: [sth_size], precision: ComputePrecision, optimise: Bool, in state: inout State
  ) throws(GraphError) -> ComputePlan {
    if let mistake = state.mistake { throw mistake }
    let subject = "cannot compile graph '\(name)'"
    guard !state.isDestroyed else { throw .invalid("\(subject): it has been destroyed") }
    guard !state.outputs.isEmpty else { throw .invalid("\(subject): it has no output") }
    guard sizes.count == state.inputs.count else {
      throw .invalid("\(subject): sizes of \(sizes.count) inputs given, it has \(state.inputs.count)")
    }
    var inputs: [ValueShape] = []
    for (size, node) in zip(sizes, state.inputs) {
      let input = state.nodes[node]
      guard size.h >= 1, size.w >= 1 else {
        throw .invalid("\(subject): \(input.subject) of \(size.h) x \(size.w) has no pixels")
      }
      inputs.append(
        try ValueShape(c: input.channels, h: Int(size.h), w: Int(size.w)).checked("\(subject): \(input.subject)"))
    }
    let precision = state.learns ? .f32 : precision
    let key = PlanKey(sizes: inputs, precision: precision, isOptimised: optimise)
    if let plan = state.plans[key]?.plan { return plan }
    state.plans = state.plans.filter { $0.value.plan != nil }
    let shapes = try shapes(of: state, inputs: inputs, subject: subject)
    let lowering = Lowering.lower(
      nodes: state.nodes, shapes: shapes, outputs: state.outputs, precision: precision, optimise: optimise)
    let plan = try assemble(lowering, inputs: inputs, outputs: state.outputs.map { shapes[$0] }, in: &state)
    state.plans[key] = WeakPlan(plan: plan)
    engine.register(plan)
    state.isCompiled = true
    return plan
  }

  /// The shape of every node that an output depends on.
  private func shapes(of state: State, inputs: [ValueShape], subject: String) throws(GraphError) -> [ValueShape] {
    let isLive = Lowering.live(nodes: state.nodes, outputs: state.outputs)
    var shapes = Array(repeating: ValueShape(c: 0, h: 0, w: 0), count: state.nodes.count)
    for (index, node) in state.nodes.enumerated() where isLive[index] {
      switch node.kind {
      case .constant: continue
      case .input(let number): shapes[index] = inputs[number]
      case .operation(let operation):
        let place = "\(subject): \(node.subject)"
        let size = try operation.size(
          of: node.operands.map { shapes[$0] }, operands: node.operands.map { state.nodes[$0] }, subject: place)
        shapes[index] = try ValueShape(c: node.channels, h: size.h, w: size.w).checked(place)
      }
    }
    return shapes
  }

  private func assemble(
    _ lowering: Lowering, inputs: [ValueShape], outputs: [ValueShape], in state: inout State
  ) throws(GraphError) -> ComputePlan {
    let scope = PassScope(nodes: lowering.nodes, buffers: lowering.buffers, kernels: engine.mapKernels)
    let needs = lowering.passes.map { $0.needs(in: scope) }
    var memory = MemoryPlan(lowering, needs: needs)
    let packedBytes = needs.reduce(0) { $0 + $1.packedBytes }
    let workspaceStride = MemoryPlan.apart(bytes: needs.map(\.workspaceBytes).max() ?? 0)
    let fixedBytes = workspaceStride * engine.pool.threadCount + packedBytes
    var sweeps: SweepLayout?
    if let limit = engine.planLimitBytes, memory.bytes + fixedBytes > limit / 2 {
      let layout = try SweepLayout(
        lowering, needs: needs, allowance: limit / 2 - fixedBytes, most: limit - fixedBytes
      ) { bytes in
        self.engine.tooLarge(bytes + fixedBytes, limit: limit, "cannot compile graph '\(self.name)' for \(inputs)")
      }
      (sweeps, memory) = (layout, layout.memory)
    }
    var site = PlanSite(
      scope: scope, memory: memory, arena: try Arena(bytes: memory.bytes + fixedBytes - packedBytes),
      scratch: try sweeps.flatMap { (sweeps) throws(GraphError) in
        sweeps.scratchBytes > 0 ? try engine.scratch.file(bytes: sweeps.scratchBytes) : nil
      }, workspaceStride: workspaceStride, packed: state.packed)
    var steps: [Range<Int>] = []
    for (pass, needs) in zip(lowering.passes, needs) {
      let first = site.program.steps.count
      try pass.prepare(in: &site, needs: needs)
      steps.append(first..<site.program.steps.count)
    }
    site.packed.fill(kernels: engine.mapKernels, pool: engine.pool)
    state.packed = site.packed
    let course = sweeps?.course(steps: steps, inputCount: inputs.count, buffers: lowering.buffers)
    return ComputePlan(
      name: name, engine: engine, site: site, course: course ?? Course(site.program), precision: lowering.precision,
      inputs: inputs, outputs: outputs, work: sweeps?.graph.work(keeping: sweeps?.kept ?? []) ?? 1)
  }
}
