// A network that is built, and the same network made ready for one size of picture.
import PluginAPI

/// A network of any size of picture.
public struct Graph: ~Copyable {
  let handle: GraphHandle

  /// Pixels of one input.
  public struct Size: Sendable, Equatable {
    /// Pixels, >= 1.
    public var height, width: Int

    /// A size from its parts.
    public init(height: Int, width: Int) { (self.height, self.width) = (height, width) }
  }

  /// Makes the network ready for inputs of these sizes, one per input. Packed weights are shared by all sizes.
  /// Throws what was wrong in the building, `noMemory` with the numbers where the size needs more than there is.
  public func compile(_ sizes: Size...) throws(PluginError) -> CompiledGraph {
    guard let compile = handle.api.pointee.compile else {
      throw .missing(STH_EXTENSION_GRAPH, for: "compile \(handle.name)")
    }
    let inputs = sizes.map { sth_size(h: Int32(clamping: $0.height), w: Int32(clamping: $0.width)) }
    var plan: OpaquePointer?
    try PluginError.check("compiling the network") { error in
      compile(handle.graph, inputs, Int32(clamping: inputs.count), &plan, error)
    }
    guard let plan else { throw PluginError(.internalFailure, "cannot compile \(handle.name): the host made no plan") }
    return CompiledGraph(handle: handle, plan: plan)
  }
}

/// A network ready for one size. Running it allocates nothing.
public struct CompiledGraph: ~Copyable {
  private let handle: GraphHandle
  private let plan: OpaquePointer

  init(handle: GraphHandle, plan: OpaquePointer) {
    self.handle = handle
    self.plan = plan
  }

  deinit { handle.api.pointee.release?(plan) }

  /// What a run costs, and the shape of the first output.
  public var info: PlanInfo {
    var info = sth_plan_info()
    info.struct_size = UInt32(MemoryLayout<sth_plan_info>.size)
    handle.api.pointee.info?(plan, &info)
    return PlanInfo(raw: info)
  }

  /// One frame through a network of one input and one output, both exactly of the compiled shapes.
  public func run(_ input: Image, _ output: MutableImage) throws(PluginError) {
    guard let run = handle.api.pointee.run else { throw .missing(STH_EXTENSION_GRAPH, for: "run \(handle.name)") }
    var from: UnsafePointer<sth_image>? = input.raw
    var to: UnsafePointer<sth_image>? = output.image.raw
    try PluginError.check("running the network") { error in run(plan, &from, 1, &to, 1, error) }
  }
}

/// What a plan costs.
public struct PlanInfo: Sendable {
  let raw: sth_plan_info

  /// Shape of the first output.
  public var output: (channels: Int, height: Int, width: Int) {
    (Int(raw.output_c), Int(raw.output_h), Int(raw.output_w))
  }
  /// Working memory of a run.
  public var arenaBytes: Int { Int(raw.arena_bytes) }
  /// Weights in the form the kernels read.
  public var packedBytes: Int { Int(raw.packed_bytes) }
  /// Of a run, in convolutions.
  public var multiplyAdds: Int { Int(raw.multiply_adds) }
}
