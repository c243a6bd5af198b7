// From operators to passes: walks the graph in order and lets every operator add a lens or a pass.
import PluginAPI

/// The passes that compute a graph for given sizes, and the buffers between them.
///
/// Where a value turns out to be needed as it is by one of its readers, it is stored where it is made, and all its readers
/// use that: the walk is then repeated with this known, until nothing new turns up.
struct Lowering {
  /// A place for a value, not yet an address.
  struct Buffer {
    var shape: ValueShape
    /// Number of the graph's input that this is.
    var input: Int?
    /// Number of the graph's output that this is.
    var output: Int?
  }

  let nodes: [GraphNode]
  /// Per node.
  let shapes: [ValueShape]
  private(set) var buffers: [Buffer] = []
  private(set) var passes: [any Pass] = []
  /// The parts of buffers that are the graph's outputs.
  private(set) var outputs: [BufferRead] = []

  private var lenses: [ValueLens?]
  private let isLive: [Bool]
  private var stored: Set<Int>
  private var wanted: Set<Int> = []

  /// Lowers the nodes that `outputs` depend on.
  /// - Parameter optimise: false stores every value, which is what tests compare with.
  static func lower(nodes: [GraphNode], shapes: [ValueShape], outputs: [Int], optimise: Bool) -> Lowering {
    var stored: Set<Int> = optimise ? [] : Set(nodes.indices)
    while true {
      var lowering = Lowering(nodes: nodes, shapes: shapes, outputs: outputs, stored: stored)
      lowering.walk(outputs)
      if lowering.wanted.isSubset(of: stored) {
        lowering.shrinkToNeeds()
        lowering.bindOutputs()
        return lowering
      }
      stored.formUnion(lowering.wanted)
    }
  }

  private init(nodes: [GraphNode], shapes: [ValueShape], outputs: [Int], stored: Set<Int>) {
    self.nodes = nodes
    self.shapes = shapes
    self.stored = stored
    lenses = Array(repeating: nil, count: nodes.count)
    isLive = Self.live(nodes: nodes, outputs: outputs)
  }

  /// Which nodes the outputs depend on.
  static func live(nodes: [GraphNode], outputs: [Int]) -> [Bool] {
    var live = Array(repeating: false, count: nodes.count)
    for output in outputs { live[output] = true }
    for node in nodes.indices.reversed() where live[node] {
      for operand in nodes[node].operands { live[operand] = true }
    }
    return live
  }

  private mutating func walk(_ outputs: [Int]) {
    for node in nodes.indices where isLive[node] {
      switch nodes[node].kind {
      case .constant: continue
      case .input(let number):
        buffers.append(Buffer(shape: shapes[node], input: number))
        lenses[node] = ValueLens(buffer: buffers.count - 1, region: shapes[node])
      case .operation(let operation):
        let lens = operation.lower(node, in: &self)
        lenses[node] = stored.contains(node) ? store(lens, label: nodes[node].subject) : lens
      }
    }
    for node in outputs {
      let lens = plain(node)
      self.outputs.append(BufferRead(buffer: lens.buffer, region: lens.region))
    }
  }

  // MARK: What operators ask for

  /// The operands of a node.
  func operands(_ node: Int) -> [Int] { nodes[node].operands }

  /// The value of a node as it is at hand.
  func lens(_ node: Int) -> ValueLens {
    lenses[node] ?? ValueLens(buffer: 0, region: shapes[node])
  }

  /// The value of a node, stored.
  mutating func plain(_ node: Int) -> ValueLens {
    let lens = lens(node)
    if lens.isPlain { return lens }
    wanted.insert(node)
    let kept = store(lens, label: nodes[node].subject)
    lenses[node] = kept
    return kept
  }

  /// The value of a node with no more than scale, shift and relu to be done.
  mutating func pointwise(_ node: Int) -> ValueLens { lens(node).isPointwise ? lens(node) : plain(node) }

  /// A new buffer.
  mutating func buffer(_ shape: ValueShape) -> Int {
    buffers.append(Buffer(shape: shape))
    return buffers.count - 1
  }

  mutating func append(_ pass: any Pass) { passes.append(pass) }

  /// How many operators and outputs read a node, for choosing what to store.
  func readers(_ node: Int) -> Int {
    nodes.indices.reduce(0) { sum, other in
      isLive[other] ? sum + nodes[other].operands.count { $0 == node } : sum
    }
  }

  /// Passes that store what a lens shows.
  private mutating func store(_ lens: ValueLens, label: String) -> ValueLens {
    if lens.isPlain { return lens }
    var current = lens
    if lens.coefficients != nil || lens.relu {
      let target = buffer(lens.region)
      append(
        ApplyPass(
          name: label, destination: target, source: BufferRead(buffer: lens.buffer, region: lens.region),
          coefficients: lens.coefficients, relu: lens.relu, addend: nil))
      current = ValueLens(buffer: target, region: lens.region)
    }
    if lens.upsample > 1 {
      var shape = ValueShape(c: lens.region.c, h: lens.region.h * lens.upsample, w: lens.region.w * lens.upsample)
      if lens.padding == nil { shape = lens.shape }
      let target = buffer(shape)
      append(
        UpsamplePass(
          name: label, destination: target, source: BufferRead(buffer: current.buffer, region: current.region),
          factor: lens.upsample))
      current = ValueLens(buffer: target, region: shape)
    }
    if let padding = lens.padding {
      let target = buffer(lens.shape)
      append(
        PadPass(
          name: label, destination: target, source: BufferRead(buffer: current.buffer, region: current.region),
          padding: padding))
      current = ValueLens(buffer: target, region: lens.shape)
    }
    return current
  }

  /// Where all readers of a buffer look at a part of it only (a crop), only that part is made; what nobody reads is not.
  private mutating func shrinkToNeeds() {
    var needs = [(h: Int, w: Int)](repeating: (0, 0), count: buffers.count)
    func need(_ read: BufferRead) {
      needs[read.buffer] = (max(needs[read.buffer].h, read.region.h), max(needs[read.buffer].w, read.region.w))
    }
    outputs.forEach(need)
    var needed: [any Pass] = []
    for pass in passes.reversed() where needs[pass.destination].h > 0 {
      let target = pass.destination
      buffers[target].shape.h = needs[target].h
      buffers[target].shape.w = needs[target].w
      pass.reads(writing: buffers[target].shape).forEach(need)
      needed.append(pass)
    }
    passes = needed.reversed()
  }

  /// Lets passes write the caller's output images themselves; copies where that cannot be.
  private mutating func bindOutputs() {
    for (number, read) in outputs.enumerated() {
      let source = buffers[read.buffer]
      if source.input == nil && source.output == nil && source.shape == read.region {
        buffers[read.buffer].output = number
        continue
      }
      let target = buffer(read.region)
      buffers[target].output = number
      append(
        ApplyPass(
          name: "output \(number)", destination: target, source: read, coefficients: nil, relu: false, addend: nil))
    }
  }
}
