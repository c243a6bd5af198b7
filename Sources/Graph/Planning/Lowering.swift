// From operators to passes: walks the graph in order and lets every operator add a lens or a pass.
import Kernels
import PluginAPI

/// The passes that compute a graph for given sizes, and the buffers between them.
///
/// Where a value turns out to be needed as it is by one of its readers, it is stored where it is made, and all its readers
/// use that: the walk is then repeated with this known, until nothing new turns up.
struct Lowering {
  /// A place for a value, not yet an address.
  struct Buffer {
    enum Content: Equatable {
      /// A value in a format of STH_MAP_*.
      case map(format: UInt32)
      /// Scale, then shift, of each channel of a norm.
      case coefficients
      /// Numbers of each channel.
      case vector
      /// What a kernel reads in a form of its own.
      case packed
      /// Statistics of parts of a value.
      case records
    }

    let content: Content
    var shape: ValueShape
    /// Number of the graph's input that this is.
    var input: Int?
    /// Number of the graph's output that this is.
    var output: Int?

    var format: UInt32 { if case .map(let format) = content { format } else { STH_MAP_PLANAR_F32 } }
    var isBlocked: Bool { format != STH_MAP_PLANAR_F32 }
    var elementBytes: Int { format == STH_MAP_BLOCKED_BF16 ? 2 : 4 }
    /// Planes, or blocks of channels.
    var planes: Int { isBlocked ? MemoryPlan.padded(shape.c) / Int(STH_MAP_LANES) : shape.c }
  }

  let nodes: [GraphNode]
  /// Per node.
  let shapes: [ValueShape]
  /// What the plan computes in.
  let precision: ComputePrecision
  /// Whether values may stay unstored and statistics be gathered on the way.
  let isOptimised: Bool
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
  static func lower(
    nodes: [GraphNode], shapes: [ValueShape], outputs: [Int], precision: ComputePrecision, optimise: Bool
  ) -> Lowering {
    var stored: Set<Int> = optimise ? [] : Set(nodes.indices)
    while true {
      var lowering = Lowering(
        nodes: nodes, shapes: shapes, outputs: outputs, precision: precision, optimise: optimise, stored: stored)
      lowering.walk(outputs)
      if lowering.wanted.isSubset(of: stored) {
        lowering.shrinkToNeeds()
        lowering.bindOutputs()
        return lowering
      }
      stored.formUnion(lowering.wanted)
    }
  }

  private init(
    nodes: [GraphNode], shapes: [ValueShape], outputs: [Int], precision: ComputePrecision, optimise: Bool,
    stored: Set<Int>
  ) {
    self.nodes = nodes
    self.shapes = shapes
    self.precision = precision
    isOptimised = optimise
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
      case .input(let number): lenses[node] = input(number, shape: shapes[node], label: nodes[node].subject)
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

  /// The caller's image where that is how a map of so few channels is kept, else a pass that brings it into that form.
  private mutating func input(_ number: Int, shape: ValueShape, label: String) -> ValueLens {
    buffers.append(Buffer(content: .map(format: STH_MAP_PLANAR_F32), shape: shape, input: number))
    let image = ValueLens(buffer: buffers.count - 1, region: shape)
    return format(of: shape) == STH_MAP_PLANAR_F32 ? image : apply(PointwiseSource(image), shape: shape, label: label)
  }

  /// How a value inside the graph is kept.
  private func format(of shape: ValueShape) -> UInt32 {
    if shape.c <= Int(STH_MAP_PLANAR_CHANNELS) { return STH_MAP_PLANAR_F32 }
    if shape.h * shape.w == 1 { return STH_MAP_BLOCKED_F32 }
    return precision == .f32 ? STH_MAP_BLOCKED_F32 : STH_MAP_BLOCKED_BF16
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

  /// A new buffer for a value.
  mutating func buffer(_ shape: ValueShape) -> Int { buffer(.map(format: format(of: shape)), shape) }

  /// A new buffer for what belongs to channels, not to pixels.
  mutating func buffer(_ content: Buffer.Content, channels: Int) -> Int {
    buffer(content, ValueShape(c: channels, h: 1, w: 1))
  }

  private mutating func buffer(_ content: Buffer.Content, _ shape: ValueShape) -> Int {
    buffers.append(Buffer(content: content, shape: shape))
    return buffers.count - 1
  }

  mutating func append(_ pass: any Pass) { passes.append(pass) }

  /// Has the convolution that writes the whole of `read` gather its statistics; nil where that is no convolution.
  mutating func gatherMoments(of read: BufferRead) -> Int? {
    guard isOptimised, buffers[read.buffer].shape == read.region,
      let index = passes.lastIndex(where: { $0.destination == read.buffer }),
      var convolution = passes[index] as? Conv2DPass
    else { return nil }
    if let records = convolution.records { return records }
    convolution.records = buffer(.records, channels: read.region.c)
    passes[index] = convolution
    return convolution.records
  }

  /// A pass that stores what a source shows.
  private mutating func apply(_ source: PointwiseSource, shape: ValueShape, label: String) -> ValueLens {
    let target = buffer(shape)
    append(ApplyPass(name: label, destination: target, source: source, addend: nil))
    return ValueLens(buffer: target, region: shape)
  }

  /// Passes that store what a lens shows, for one reader.
  mutating func store(_ lens: ValueLens, label: String) -> ValueLens {
    if lens.isPlain { return lens }
    var current = lens
    if lens.coefficients != nil || lens.relu {
      current = apply(PointwiseSource(lens), shape: lens.region, label: label)
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
      if !pass.writesWhole { (buffers[target].shape.h, buffers[target].shape.w) = needs[target] }
      pass.reads(writing: buffers[target].shape).forEach(need)
      needed.append(pass)
    }
    passes = needed.reversed()
  }

  /// Lets passes write the caller's output images themselves; copies where that cannot be.
  private mutating func bindOutputs() {
    for (number, read) in outputs.enumerated() {
      let source = buffers[read.buffer]
      if source.input == nil && source.output == nil && source.shape == read.region && !source.isBlocked {
        buffers[read.buffer].output = number
        continue
      }
      let image = PointwiseSource(ValueLens(buffer: read.buffer, region: read.region))
      buffers.append(Buffer(content: .map(format: STH_MAP_PLANAR_F32), shape: read.region, output: number))
      append(ApplyPass(name: "output \(number)", destination: buffers.count - 1, source: image, addend: nil))
    }
  }
}
