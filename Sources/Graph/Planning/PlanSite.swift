// Where passes become kernel calls with addresses.
import PluginAPI

/// A plan being put together: passes ask it for addresses and hand it their calls.
struct PlanSite {
  let kernels: UnsafePointer<sth_kernels>
  let nodes: [GraphNode]
  let buffers: [Lowering.Buffer]
  let memory: MemoryPlan
  let inputCount: Int
  let arena: Arena
  /// Of worker 0; the others follow at multiples of the stride.
  let workspace: UnsafeMutableRawPointer?
  let workspaceStride: Int

  var packed: PackedWeights
  private(set) var used: [ObjectIdentifier: PackedBlock] = [:]
  private(set) var program: PlanProgram

  init(
    lowering: Lowering, memory: MemoryPlan, arena: Arena, workspaceStride: Int, packed: PackedWeights,
    engine: GraphEngine
  ) {
    kernels = engine.kernels
    nodes = lowering.nodes
    buffers = lowering.buffers
    self.memory = memory
    inputCount = lowering.nodes.count { if case .input = $0.kind { true } else { false } }
    self.arena = arena
    workspace = workspaceStride > 0 ? arena.base + memory.bytes : nil
    self.workspaceStride = workspaceStride
    self.packed = packed
    program = PlanProgram()
  }

  func shape(_ buffer: Int) -> ValueShape { buffers[buffer].shape }

  /// The top left part of a buffer; without an address as long as that is the caller's image.
  func planes(_ buffer: Int, _ region: ValueShape) -> sth_planes {
    let strides = memory.strides[buffer]
    var planes = sth_planes()
    if case .arena(let offset) = memory.places[buffer] {
      planes.data = (arena.base + offset).assumingMemoryBound(to: Float.self)
    }
    (planes.c_stride, planes.h_stride) = (Int64(strides.c), Int64(strides.h))
    (planes.c, planes.h, planes.w) = (Int32(region.c), Int32(region.h), Int32(region.w))
    return planes
  }

  /// The scale and shift of a norm; always in the arena.
  func coefficients(_ buffer: Int) -> (scale: UnsafeMutablePointer<Float>, shift: UnsafeMutablePointer<Float>) {
    var offset = 0
    if case .arena(let place) = memory.places[buffer] { offset = place }
    let scale = (arena.base + offset).assumingMemoryBound(to: Float.self)
    return (scale, scale + memory.strides[buffer].c)
  }

  /// A vector constant as dense float32.
  mutating func vector(_ node: Int) throws(GraphError) -> UnsafePointer<Float> {
    guard let constant = nodes[node].constant else { throw .invalid("\(nodes[node].subject) is not a constant") }
    let block = try packed.vector(constant, index: node)
    used[ObjectIdentifier(block)] = block
    return UnsafePointer(block.data.assumingMemoryBound(to: Float.self))
  }

  /// A weight as the kernel of `shape` reads it, and the number of units of that kernel.
  mutating func pack(
    _ node: Int, for shape: sth_conv2d
  ) throws(GraphError) -> (data: UnsafeMutableRawPointer, units: Int) {
    guard let constant = nodes[node].constant else { throw .invalid("\(nodes[node].subject) is not a constant") }
    let block = try packed.weight(constant, index: node, for: shape, kernels: kernels)
    used[ObjectIdentifier(block)] = block
    return (block.data, Int(PackedWeights.needs(shape, kernels: kernels).units))
  }

  /// Appends a step that makes `call`.
  mutating func append<Call: KernelCall>(
    _ call: Call, name: String, units: Int, multiplyAdds: Int = 0
  ) -> UnsafeMutablePointer<Call> {
    program.append(call, name: name, units: units, multiplyAdds: multiplyAdds)
  }

  /// Has a field of a call follow the caller's image at every run, if that is where the buffer lives.
  mutating func follow<Call: KernelCall>(
    _ call: UnsafeMutablePointer<Call>, _ field: WritableKeyPath<Call, sth_planes>, _ buffer: Int
  ) {
    guard let offset = MemoryLayout<Call>.offset(of: field) else { return }
    let planes = (UnsafeMutableRawPointer(call) + offset).assumingMemoryBound(to: sth_planes.self)
    switch memory.places[buffer] {
    case .arena: return
    case .input(let number): program.follow(planes, slot: number)
    case .output(let number): program.follow(planes, slot: inputCount + number)
    }
  }
}
