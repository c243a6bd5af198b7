// A network that is built, for any size of picture.
import PluginAPI

/// A network of any size of picture.
public struct BuiltGraph: ~Copyable {
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
  public func compile(_ sizes: Size...) throws(PluginError) -> CompiledGraph { try compile(sizes) }

  /// The same, with the sizes in a list.
  public func compile(_ sizes: [Size]) throws(PluginError) -> CompiledGraph {
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
