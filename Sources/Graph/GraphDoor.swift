// A graph table with what it stands for: an engine, and the precision of the graphs made through it.
import PluginAPI

/// What the context of a table of the contract points at. The engine owns it.
final class GraphDoor: @unchecked Sendable {
  // SAFETY: constant after init.

  let precision: ComputePrecision
  let table: UnsafePointer<sth_graph_api>
  unowned let engine: GraphEngine
  private let memory: UnsafeMutablePointer<sth_graph_api>

  init(_ engine: GraphEngine, precision: ComputePrecision) {
    self.engine = engine
    self.precision = precision
    memory = .allocate(capacity: 1)
    memory.initialize(to: GraphTable.make())
    table = UnsafePointer(memory)
    memory.pointee.context = Unmanaged.passUnretained(self).toOpaque()
  }

  deinit { memory.deallocate() }
}
