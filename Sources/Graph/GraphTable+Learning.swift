// The part of the graph table that learning needs.
import PluginAPI

extension GraphTable {
  static func fillLearning(_ api: inout sth_graph_api) {
    api.variable = { handle, name, tensor in
      GraphTable.build(handle) { (graph) throws(GraphError) in
        let tensor = try GraphTable.options(tensor, "variable '\(GraphTable.text(name))'", \.struct_size)
        return try graph.variable(GraphTable.text(name), tensor)
      }
    }
    api.products = { handle, a, b, divisor in
      GraphTable.build(handle) { (graph) throws(GraphError) in try graph.products(a, b, divisor: divisor) }
    }
    api.gather = { handle, x, places in
      GraphTable.build(handle) { (graph) throws(GraphError) in try graph.gather(x, places: places) }
    }
    api.transpose = { handle, x, count in
      GraphTable.build(handle) { (graph) throws(GraphError) in try graph.transpose(x, count: Int(count)) }
    }
    api.stop_gradient = { handle, x in
      GraphTable.build(handle) { (graph) throws(GraphError) in try graph.stopGradient(x) }
    }
    api.space_to_depth = { handle, x, factor in
      GraphTable.build(handle) { (graph) throws(GraphError) in try graph.spaceToDepth(x, factor: Int(factor)) }
    }
    api.gradients = { handle, loss, nodes, count, gradients in
      guard let graph = GraphTable.graph(handle), count >= 0, nodes != nil && gradients != nil || count == 0 else {
        return STH_ERROR_INVALID_ARGUMENT
      }
      let nodes = Array(UnsafeBufferPointer(start: nodes, count: Int(count)))
      let places = UnsafeMutableBufferPointer(start: gradients, count: Int(count))
      places.update(repeating: 0)
      do throws(GraphError) {
        _ = places.update(from: try graph.gradients(of: loss, withRespectTo: nodes))
        return STH_OK
      } catch {
        return error.status
      }
    }
    api.refresh = { handle in _ = GraphTable.graph(handle)?.refresh() }
  }
}
