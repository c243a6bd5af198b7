// The graph table of the contract: a thin layer of C over ComputeGraph and ComputePlan.
import PluginAPI

/// The C functions of graph.h. Handles are retained objects; every mistake becomes a status and a sentence.
enum GraphTable {
  /// The table, without its context.
  static func make() -> sth_graph_api {
    var api = sth_graph_api()
    api.struct_size = UInt32(MemoryLayout<sth_graph_api>.size)
    fillLifeCycle(&api)
    fillBuilding(&api)
    fillPadding(&api)
    fillPointwise(&api)
    fillFurther(&api)
    fillUsing(&api)
    fillLearning(&api)
    return api
  }

  private static func fillLifeCycle(_ api: inout sth_graph_api) {
    api.create = { api, name, graph, error in
      guard let context = api?.pointee.context, let graph else {
        return GraphTable.report(
          .invalid("cannot create a graph: the table or the place for the handle is NULL"), error)
      }
      let door = Unmanaged<GraphDoor>.fromOpaque(context).takeUnretainedValue()
      let made = ComputeGraph(name: GraphTable.text(name), engine: door.engine, precision: door.precision)
      graph.pointee = OpaquePointer(Unmanaged.passRetained(made).toOpaque())
      return STH_OK
    }
    api.destroy = { handle in
      guard let handle else { return }
      Unmanaged<ComputeGraph>.fromOpaque(UnsafeRawPointer(handle)).takeRetainedValue().destroy()
    }
  }

  private static func fillBuilding(_ api: inout sth_graph_api) {
    api.input = { handle, name, channels in
      GraphTable.build(handle) { (graph) throws(GraphError) in
        try graph.input(GraphTable.text(name), channels: Int(channels))
      }
    }
    api.constant = { handle, name, tensor in
      GraphTable.build(handle) { (graph) throws(GraphError) in
        let tensor = try GraphTable.options(tensor, "constant '\(GraphTable.text(name))'", \.struct_size)
        return try graph.constant(GraphTable.text(name), tensor)
      }
    }
    api.conv2d = { handle, x, weight, bias, given in
      GraphTable.build(handle) { (graph) throws(GraphError) in
        let given = try GraphTable.options(given, "conv2d", \.struct_size)
        let options = Conv2D(
          strideH: Int(given.stride_h), strideW: Int(given.stride_w),
          dilationH: GraphTable.orOne(given.dilation_h), dilationW: GraphTable.orOne(given.dilation_w),
          groups: GraphTable.orOne(given.groups))
        return try graph.conv2d(x, weight: weight, bias: bias, options)
      }
    }
    api.output = { handle, x in
      guard let graph = GraphTable.graph(handle) else { return STH_ERROR_INVALID_ARGUMENT }
      do throws(GraphError) {
        try graph.output(x)
        return STH_OK
      } catch {
        return error.status
      }
    }
  }

  private static func fillPadding(_ api: inout sth_graph_api) {
    api.pad2d = { handle, x, given in
      GraphTable.build(handle) { (graph) throws(GraphError) in
        let given = try GraphTable.options(given, "pad2d", \.struct_size)
        let border = Border(
          top: Int(given.top), left: Int(given.left), bottom: Int(given.bottom), right: Int(given.right))
        return try graph.pad2d(x, border, mode: given.mode)
      }
    }
    api.pad_to_multiple = { handle, x, multiple, mode in
      GraphTable.build(handle) { (graph) throws(GraphError) in try graph.padToMultiple(x, Int(multiple), mode: mode) }
    }
    api.crop_like = { handle, x, reference in
      GraphTable.build(handle) { (graph) throws(GraphError) in try graph.cropLike(x, reference) }
    }
    api.upsample_nearest = { handle, x, factor in
      GraphTable.build(handle) { (graph) throws(GraphError) in try graph.upsampleNearest(x, factor: Int(factor)) }
    }
  }

  private static func fillPointwise(_ api: inout sth_graph_api) {
    api.instance_norm = { handle, x, scale, shift, epsilon in
      GraphTable.build(handle) { (graph) throws(GraphError) in
        try graph.instanceNorm(x, scale: scale, shift: shift, epsilon: epsilon)
      }
    }
    api.relu = { handle, x in
      GraphTable.build(handle) { (graph) throws(GraphError) in try graph.relu(x) }
    }
    api.clamp = { handle, x, low, high in
      GraphTable.build(handle) { (graph) throws(GraphError) in try graph.clamp(x, low: low, high: high) }
    }
    api.tanh = { handle, x in
      GraphTable.build(handle) { (graph) throws(GraphError) in try graph.tanh(x) }
    }
    api.add = { handle, a, b in
      GraphTable.build(handle) { (graph) throws(GraphError) in try graph.sum(a, b) }
    }
  }

  private static func fillUsing(_ api: inout sth_graph_api) {
    api.compile = { handle, sizes, count, plan, place in
      guard let graph = GraphTable.graph(handle), let plan, count >= 0, sizes != nil || count == 0 else {
        return GraphTable.report(
          .invalid("cannot compile: the graph, the sizes or the place for the plan is NULL"), place)
      }
      do throws(GraphError) {
        let made = try graph.compile(Array(UnsafeBufferPointer(start: sizes, count: Int(count))))
        plan.pointee = OpaquePointer(Unmanaged.passRetained(made).toOpaque())
        return STH_OK
      } catch {
        return GraphTable.report(error, place)
      }
    }
    api.release = { handle in
      guard let handle else { return }
      Unmanaged<ComputePlan>.fromOpaque(UnsafeRawPointer(handle)).release()
    }
    api.info = { handle, info in
      guard let handle, let info else { return }
      GraphTable.fill(info, from: Unmanaged<ComputePlan>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue())
    }
    api.run = { handle, inputs, inputCount, outputs, outputCount, place in
      guard let handle else { return GraphTable.report(.invalid("cannot run: the plan is NULL"), place) }
      let plan = Unmanaged<ComputePlan>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
      do throws(GraphError) {
        try plan.run(inputs: inputs, count: Int(inputCount), outputs: outputs, count: Int(outputCount))
        return STH_OK
      } catch {
        return GraphTable.report(error, place)
      }
    }
  }
}
