// A network made ready for one size of picture.
import PluginAPI

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
  public func run(_ input: Image, _ output: MutableImage) throws(PluginError) { try run(input, [], output) }

  /// One frame through a network of several inputs, in their order, and one output. Allocates nothing.
  public func run(_ first: Image, _ others: [Image], _ output: MutableImage) throws(PluginError) {
    var to: UnsafePointer<sth_image>? = output.image.raw
    try withUnsafeTemporaryAllocation(of: UnsafePointer<sth_image>?.self, capacity: others.count + 1) {
      (from) throws(PluginError) in
      from.initializeElement(at: 0, to: first.raw)
      for i in 0..<others.count { from.initializeElement(at: i + 1, to: others[i].raw) }
      try withUnsafePointer(to: &to) { (to) throws(PluginError) in
        try run(UnsafeBufferPointer(from), UnsafeBufferPointer(start: to, count: 1))
      }
    }
  }

  /// Once through a network of any number of inputs and outputs, in their order.
  public func run(_ inputs: [Image], to outputs: [MutableImage]) throws(PluginError) {
    let (from, to) = (inputs.map { Optional($0.raw) }, outputs.map { Optional($0.image.raw) })
    try from.withUnsafeBufferPointer { (from) throws(PluginError) in
      try to.withUnsafeBufferPointer { (to) throws(PluginError) in try run(from, to) }
    }
  }

  private func run(
    _ inputs: UnsafeBufferPointer<UnsafePointer<sth_image>?>, _ outputs: UnsafeBufferPointer<UnsafePointer<sth_image>?>
  ) throws(PluginError) {
    guard let run = handle.api.pointee.run else { throw .missing(STH_EXTENSION_GRAPH, for: "run \(handle.name)") }
    try PluginError.check("running the network") { error in
      run(
        plan, inputs.baseAddress, Int32(clamping: inputs.count), outputs.baseAddress, Int32(clamping: outputs.count),
        error)
    }
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
