// Where passes become kernel calls with addresses.
import Kernels
import PluginAPI

/// A plan being put together: passes ask it for addresses and hand it their calls.
struct PlanSite {
  let scope: PassScope
  let memory: MemoryPlan
  let inputCount: Int
  let arena: Arena
  let scratch: ScratchFile?
  /// Of worker 0; the others follow at multiples of the stride.
  let workspace: UnsafeMutableRawPointer?
  let workspaceStride: Int

  var packed: PackedWeights
  private(set) var used: [ObjectIdentifier: PackedBlock] = [:]
  private(set) var program = PlanProgram()

  init(
    scope: PassScope, memory: MemoryPlan, arena: Arena, scratch: ScratchFile?, workspaceStride: Int,
    packed: PackedWeights
  ) {
    self.scope = scope
    self.memory = memory
    inputCount = scope.nodes.count { if case .input = $0.kind { true } else { false } }
    self.arena = arena
    self.scratch = scratch
    workspace = workspaceStride > 0 ? arena.base + memory.bytes : nil
    self.workspaceStride = workspaceStride
    self.packed = packed
  }

  var kernels: UnsafePointer<sth_map_kernels> { scope.kernels }

  func shape(_ buffer: Int) -> ValueShape { scope.shape(buffer) }

  /// Where a buffer begins that stays where it is.
  private func address(_ buffer: Int) -> UnsafeMutableRawPointer? {
    switch memory.places[buffer] {
    case .arena(let offset): arena.base + offset
    case .scratch(let offset): scratch.map { $0.base + offset }
    case .input, .output, .window: nil
    }
  }

  /// The top left part of a buffer; without an address where that comes with a run.
  func map(_ buffer: Int, _ region: ValueShape) -> sth_map {
    let strides = memory.strides[buffer]
    var map = scope.map(buffer, region)
    map.data = address(buffer)
    (map.c_stride, map.h_stride) = (Int64(strides.c), Int64(strides.h))
    return map
  }

  /// The scale and shift of a norm; always in the arena.
  func coefficients(_ buffer: Int) -> (scale: UnsafeMutablePointer<Float>, shift: UnsafeMutablePointer<Float>) {
    let scale = (address(buffer) ?? arena.base).assumingMemoryBound(to: Float.self)
    return (scale, scale + MemoryPlan.padded(shape(buffer).c))
  }

  /// Records of statistics, and how many there are; always in the arena.
  func records(_ buffer: Int) -> (data: UnsafeMutablePointer<Float>, units: Int) {
    ((address(buffer) ?? arena.base).assumingMemoryBound(to: Float.self), memory.recordUnits[buffer] ?? 0)
  }

  /// A vector constant as float32, padded with zeros.
  mutating func vector(_ node: Int) throws(GraphError) -> UnsafePointer<Float> {
    let block = try packed.vector(node, nodes: scope.nodes)
    used[ObjectIdentifier(block)] = block
    return UnsafePointer(block.data.assumingMemoryBound(to: Float.self))
  }

  /// The taps of a convolution that keeps channels apart.
  mutating func taps(_ node: Int) throws(GraphError) -> UnsafePointer<Float> {
    let block = try packed.taps(node, nodes: scope.nodes)
    used[ObjectIdentifier(block)] = block
    return UnsafePointer(block.data.assumingMemoryBound(to: Float.self))
  }

  /// Numbers per channel, padded to whole vectors; of a buffer always in the arena.
  mutating func numbers(_ numbers: ChannelNumbers) throws(GraphError) -> UnsafePointer<Float> {
    switch numbers {
    case .constant(let node): try vector(node)
    case .vector(let buffer): UnsafePointer(self.vector(inBuffer: buffer))
    }
  }

  /// A buffer of numbers per channel; always in the arena.
  func vector(inBuffer buffer: Int) -> UnsafeMutablePointer<Float> {
    (address(buffer) ?? arena.base).assumingMemoryBound(to: Float.self)
  }

  /// Weight and bias as the kernel of `shape` reads them: written when the site is complete.
  mutating func pack(
    weight: Int, bias: Int?, for shape: sth_map_conv, needs: PassNeeds
  ) throws(GraphError) -> UnsafeMutableRawPointer {
    let block = try packed.convolution(weight: weight, bias: bias, for: shape, needs: needs, nodes: scope.nodes)
    used[ObjectIdentifier(block)] = block
    return block.data
  }

  /// Appends a step that makes `call`.
  /// - Parameter unitBytes: memory that one unit touches, where units are so small that some belong together.
  mutating func append<Call: KernelCall>(
    _ call: Call, name: String, units: Int, unitBytes: Int = .max, multiplyAdds: Int = 0
  ) -> UnsafeMutablePointer<Call> {
    let grain = max(Self.partBytes / max(unitBytes, 1), 1)
    return program.append(call, name: name, units: units, grain: grain, multiplyAdds: multiplyAdds)
  }

  /// What one part of a step should touch at least: handing out a part costs about as much as 2 KiB of memory traffic.
  private static let partBytes = 64 << 10

  /// Bytes of all channels of one row of a buffer.
  func rowBytes(_ buffer: Int) -> Int { memory.rowBytes(scope.buffers[buffer]) }

  /// Has a field of a call follow the caller's image or the window at every run, if that is where the buffer lives.
  mutating func follow<Call: KernelCall>(
    _ call: UnsafeMutablePointer<Call>, _ field: WritableKeyPath<Call, sth_map>, _ buffer: Int
  ) {
    guard let offset = MemoryLayout<Call>.offset(of: field) else { return }
    let map = (UnsafeMutableRawPointer(call) + offset).assumingMemoryBound(to: sth_map.self)
    switch memory.places[buffer] {
    case .arena, .scratch: return
    case .window(let number): program.follow(map, window: number)
    case .input(let number): program.follow(map, slot: number)
    case .output(let number): program.follow(map, slot: inputCount + number)
    }
  }
}
