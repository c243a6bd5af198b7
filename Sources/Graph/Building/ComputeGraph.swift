// A network under construction or in use: its nodes, its first mistake, its plans.
import PluginAPI
import Synchronization

/// A whole network as nodes. Built once, compiled for any number of sizes.
///
/// Nodes are numbers as in graph.h; 0 is none. The first mistake made while building sticks: everything after it gives the
/// same error. Building and compiling from several threads at once is safe, if pointless.
public final class ComputeGraph: Sendable {
  /// For messages and profiles.
  public let name: String
  /// The precision asked for its plans.
  public let precision: ComputePrecision

  let engine: GraphEngine
  /// Added to the index of a node, so that a node of another graph is recognised as such.
  let firstNode: Int32
  let state = Mutex(State())

  struct State: Sendable {
    var nodes: [GraphNode] = []
    var inputs: [Int] = []
    var outputs: [Int] = []
    var mistake: GraphError?
    var isCompiled = false
    var isDestroyed = false
    var plans: [PlanKey: WeakPlan] = [:]
    var packed = PackedWeights()
    /// Of constants that the graph made itself.
    var writtenOutBytes = 0
    /// What has to be made again when variables change.
    var rewritings: [Rewriting] = []
    /// It has nodes that only learning needs, whose kernels know float32 alone.
    var learns = false
  }

  /// A constant that the graph made of a variable.
  struct Rewriting: Sendable {
    let source: Constant, target: Constant
    let make: @Sendable (Constant) throws(GraphError) -> WrittenOutKernel
  }

  /// Nodes one graph may have.
  static let nodeLimit = 1 << 20

  /// A new empty graph that runs on `engine`.
  public init(name: String, engine: GraphEngine, precision: ComputePrecision = .f32) {
    self.name = name
    self.precision = precision
    self.engine = engine
    firstNode = engine.nextFirstNode()
  }

  /// The first mistake made while building, if any.
  public var firstMistake: GraphError? { state.withLock { $0.mistake } }

  /// Adds input number 0, 1, ... with `channels` >= 1 planes.
  public func input(_ name: String, channels: Int) throws(GraphError) -> sth_node {
    try build("input '\(name)'") { (state, _) throws(GraphError) in
      guard channels >= 1, channels <= Int32.max else {
        throw .invalid("input '\(name)': \(channels) channels; there must be at least 1")
      }
      state.inputs.append(state.nodes.count)
      return GraphNode(
        kind: .input(state.inputs.count - 1), operands: [], channels: channels, subject: "input '\(name)'")
    }
  }

  /// Adds a constant whose data is borrowed until the graph is destroyed.
  public func constant(_ name: String, _ tensor: sth_tensor) throws(GraphError) -> sth_node {
    try build("constant '\(name)'") { (_, _) throws(GraphError) in
      GraphNode(
        kind: .constant(try Constant(name: name, tensor: tensor)), operands: [], channels: 0,
        subject: "constant '\(name)'")
    }
  }

  /// Adds numbers that change between runs: as `constant`, but dense float32. See `refresh`.
  public func variable(_ name: String, _ tensor: sth_tensor) throws(GraphError) -> sth_node {
    try build("variable '\(name)'") { (_, _) throws(GraphError) in
      GraphNode(
        kind: .constant(try Constant(name: name, tensor: tensor, isVariable: true)), operands: [], channels: 0,
        subject: "variable '\(name)'")
    }
  }

  /// Has all plans use the numbers that variables hold now: makes anew what was made of those that have changed. Not while one of them runs.
  /// Returns how many packed blocks were written anew.
  @discardableResult public func refresh() -> Int {
    state.withLock { state in
      for node in state.nodes { node.constant?.look() }
      for rewriting in state.rewritings where rewriting.source.watch?.isChanged == true {
        // It was made once, of numbers of the same shape.
        guard let kernel = try? rewriting.make(rewriting.source) else { continue }
        rewriting.target.refill(kernel.fill)
      }
      return state.packed.renew(kernels: engine.mapKernels, pool: engine.pool)
    }
  }

  /// Adds a constant [channels] of one number.
  func constant(_ number: Double, channels: Int) throws(GraphError) -> sth_node {
    try constant("\(number)", dims: [channels]) { floats in
      for index in 0..<channels { floats[index] = Float(number) }
    }
  }

  /// Adds a constant of the graph's own; `fill` writes it to memory that holds zeros.
  func constant(
    _ name: String, dims: [Int], fill: (UnsafeMutablePointer<Float>) -> Void
  ) throws(GraphError) -> sth_node {
    try build("constant '\(name)'") { (_, _) throws(GraphError) in
      GraphNode(
        kind: .constant(try Constant(name: name, dims: dims, fill: fill)), operands: [], channels: 0,
        subject: "constant '\(name)'")
    }
  }

  /// Adds a constant of the graph's own, made of another one. All of them together must fit into memory.
  func derived(
    from node: sth_node, subject: String,
    _ make: @escaping @Sendable (Constant) throws(GraphError) -> WrittenOutKernel
  ) throws(GraphError) -> sth_node {
    try build(subject) { (state, _) throws(GraphError) in
      let index = try self.index(of: node, in: state, subject: subject)
      guard let constant = state.nodes[index].constant else {
        throw .invalid("\(subject): the weight is a value, not a constant")
      }
      let kernel = try make(constant)
      state.writtenOutBytes += 4 * (try Constant.count(name: constant.name, dims: kernel.dims))
      try self.engine.checkBudget(state.writtenOutBytes) { "\(subject) '\(constant.name)' with its zeros written out" }
      let written = try Constant(
        name: constant.name, dims: kernel.dims, watch: constant.watch, fill: kernel.fill)
      if constant.isVariable { state.rewritings.append(Rewriting(source: constant, target: written, make: make)) }
      return GraphNode(kind: .constant(written), operands: [index], channels: 0, subject: state.nodes[index].subject)
    }
  }

  /// Planes of a value; 0 for a constant and for what is no node of this graph.
  func channels(of node: sth_node) -> Int { known(node)?.channels ?? 0 }

  /// Extents of a constant; nil for a value.
  func dims(of node: sth_node) -> [Int]? { known(node)?.constant?.dims }

  /// What a number stands for; nil for what is no node of this graph.
  func known(_ node: sth_node) -> GraphNode? {
    state.withLock { state in
      let index = Int(node) - Int(firstNode)
      return state.nodes.indices.contains(index) ? state.nodes[index] : nil
    }
  }

  /// Names output number 0, 1, ...
  public func output(_ node: sth_node) throws(GraphError) {
    try change("output") { (state) throws(GraphError) in
      let index = try self.index(of: node, in: state, subject: "output")
      guard state.nodes[index].constant == nil else {
        throw .invalid("output: \(state.nodes[index].subject) is not a value")
      }
      state.outputs.append(index)
    }
  }

  /// Adds an operator on nodes of this graph.
  func add<Operator: GraphOperator>(_ operation: Operator, _ operands: sth_node...) throws(GraphError) -> sth_node {
    try build(Operator.name) { (state, number) throws(GraphError) in
      var nodes: [GraphNode] = []
      var indices: [Int] = []
      for operand in operands {
        let index = try self.index(of: operand, in: state, subject: "\(Operator.name) (node \(number))")
        indices.append(index)
        nodes.append(state.nodes[index])
      }
      let label = nodes.lazy.compactMap(\.constant).first.map { "'\($0.name)'" } ?? "(node \(number))"
      let subject = "\(Operator.name) \(label)"
      let channels = try operation.channels(of: nodes, subject: subject)
      if operation is any LearningOperator { state.learns = true }
      return GraphNode(kind: .operation(operation), operands: indices, channels: channels, subject: subject)
    }
  }

  /// Ends the graph: no more plans; the caller's constants are not looked at again.
  public func destroy() {
    state.withLock { state in
      state.isDestroyed = true
      state.nodes = []
      for plan in state.plans.values { plan.plan?.end() }
      state.plans = [:]
      state.rewritings = []
      state.packed = PackedWeights()
    }
  }

  /// Makes a mistake noticed outside stick, unless there was one before.
  func keep(_ mistake: GraphError) {
    state.withLock { state in
      if state.mistake == nil { state.mistake = GraphError(mistake.status, "graph '\(name)': \(mistake.description)") }
    }
  }

  func index(of node: sth_node, in state: State, subject: String) throws(GraphError) -> Int {
    guard node != 0 else { throw .invalid("\(subject): an operand is node 0, which is none") }
    let index = Int(node) - Int(firstNode)
    guard index >= 0, index < state.nodes.count else {
      throw .invalid("\(subject): node \(node) does not belong to graph '\(name)'")
    }
    return index
  }

  private func build(
    _ subject: String, _ make: (inout State, Int) throws(GraphError) -> GraphNode
  ) throws(GraphError) -> sth_node {
    var made: sth_node = 0
    try change(subject) { (state) throws(GraphError) in
      guard state.nodes.count < Self.nodeLimit else {
        throw .unsupported("\(subject): a graph may have \(Self.nodeLimit) nodes")
      }
      let index = state.nodes.count
      let inputs = state.inputs.count
      do throws(GraphError) {
        state.nodes.append(try make(&state, index + 1))
      } catch {
        state.inputs.removeSubrange(inputs...)
        throw error
      }
      made = self.firstNode + Int32(index)
    }
    return made
  }

  /// Runs a change unless a mistake was made before; keeps the mistake it makes.
  private func change(_ subject: String, _ body: (inout State) throws(GraphError) -> Void) throws(GraphError) {
    let mistake: GraphError? = state.withLock { state in
      if let mistake = state.mistake { return mistake }
      do throws(GraphError) {
        guard !state.isDestroyed else { throw .invalid("\(subject): graph '\(self.name)' has been destroyed") }
        guard !state.isCompiled else {
          throw .invalid("\(subject): graph '\(self.name)' has been compiled; build it completely before")
        }
        try body(&state)
        return nil
      } catch {
        state.mistake = GraphError(error.status, "graph '\(self.name)': \(error.description)")
        return state.mistake
      }
    }
    if let mistake { throw mistake }
  }
}
