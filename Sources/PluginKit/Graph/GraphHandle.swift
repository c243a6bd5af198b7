// Who owns a graph of the host, and what must live as long as it.
import PluginAPI

/// Owns one graph of the host; shared by the builder, the built graph and all its plans, so that it ends after the last.
final class GraphHandle {
  let api: UnsafePointer<sth_graph_api>
  let graph: OpaquePointer
  let name: String
  /// The first mistake of the building that the host has not seen.
  private(set) var mistake: PluginError?
  /// Names of tensors that are learnt instead of being fixed; nil while nothing is.
  var learns: ((String) -> Bool)?
  /// What is learnt, in the order in which the network asked for it.
  private(set) var variables: [Variable] = []
  private var files: [WeightSet] = []
  private var numbers: [UnsafeMutableBufferPointer<Float>] = []

  init(host: PluginHost, name: String) throws(PluginError) {
    guard let api = host.table(STH_EXTENSION_GRAPH, as: sth_graph_api.self), let create = api.pointee.create else {
      throw .missing(STH_EXTENSION_GRAPH, for: "build the network \(name)")
    }
    var graph: OpaquePointer?
    try PluginError.check("creating a graph") { error in name.withCString { create(api, $0, &graph, error) } }
    guard let graph else {
      throw PluginError(.internalFailure, "cannot build the network \(name): the host made no graph")
    }
    self.api = api
    self.graph = graph
    self.name = name
  }

  deinit {
    api.pointee.destroy?(graph)
    // SAFETY: the graph that borrowed these numbers has just ended.
    for buffer in numbers { buffer.deallocate() }
  }

  /// Makes a mistake stick, unless there was one before.
  func keep(_ mistake: PluginError) { if self.mistake == nil { self.mistake = mistake } }

  /// Keeps a file open until the graph ends.
  func keep(_ file: WeightSet) { if !files.contains(where: { $0 === file }) { files.append(file) } }

  /// What is learnt under this name, made where it is new.
  func variable(_ name: String, _ make: () -> Variable) -> Variable {
    if let known = variables.first(where: { $0.name == name }) { return known }
    let made = make()
    variables.append(made)
    return made
  }

  /// Copies numbers to memory that stays until the graph ends.
  func keep(_ floats: [Float]) -> UnsafeMutableBufferPointer<Float> {
    // SAFETY: freed in deinit, after the graph.
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(1, floats.count))
    _ = buffer.initialize(from: floats)
    numbers.append(buffer)
    return buffer
  }
}
