// The C functions of operators beyond those of a plain convolutional network.
import PluginAPI

extension GraphTable {
  static func fillFurther(_ api: inout sth_graph_api) {
    fillTransposed(&api)
    fillNumbers(&api)
    fillChannels(&api)
    fillSizes(&api)
  }

  /// An option of which 0 means 1.
  static func orOne(_ option: Int32) -> Int { option == 0 ? 1 : Int(option) }

  private static func fillTransposed(_ api: inout sth_graph_api) {
    api.conv_transpose2d = { handle, x, weight, bias, given in
      GraphTable.build(handle) { (graph) throws(GraphError) in
        let given = try GraphTable.options(given, "conv_transpose2d", \.struct_size)
        guard given.stride_h == given.stride_w else {
          throw .unsupported(
            "conv_transpose2d: strides of \(given.stride_h) and \(given.stride_w) are not equal")
        }
        let options = ConvTranspose2D(
          stride: Int(given.stride_h),
          cut: Border(top: Int(given.top), left: Int(given.left), bottom: Int(given.bottom), right: Int(given.right)),
          more: (Int(given.more_h), Int(given.more_w)), groups: GraphTable.orOne(given.groups))
        return try graph.convTranspose2d(x, weight: weight, bias: bias, options)
      }
    }
  }

  private static func fillNumbers(_ api: inout sth_graph_api) {
    api.affine = { handle, x, scale, shift in
      GraphTable.build(handle) { (graph) throws(GraphError) in try graph.affine(x, scale: scale, shift: shift) }
    }
    api.group_norm = { handle, x, scale, shift, given in
      GraphTable.build(handle) { (graph) throws(GraphError) in
        let given = try GraphTable.options(given, "group_norm", \.struct_size)
        let norm = GroupNorm(
          groups: Int(given.groups), epsilon: given.epsilon, isUnbiased: given.unbiased != 0,
          isEpsilonOnDeviation: given.epsilon_on_deviation != 0)
        return try graph.groupNorm(x, scale: scale, shift: shift, norm)
      }
    }
    api.activate = { handle, x, function, alpha, beta in
      GraphTable.build(handle) { (graph) throws(GraphError) in
        try graph.activate(x, function, alpha: alpha, beta: beta)
      }
    }
    api.combine = { handle, a, b, function in
      GraphTable.build(handle) { (graph) throws(GraphError) in try graph.combine(a, b, function) }
    }
  }

  private static func fillChannels(_ api: inout sth_graph_api) {
    api.concat = { handle, a, b in
      GraphTable.build(handle) { (graph) throws(GraphError) in try graph.concat(a, b) }
    }
    api.slice = { handle, x, first, count in
      GraphTable.build(handle) { (graph) throws(GraphError) in
        try graph.slice(x, first: Int(first), count: Int(count))
      }
    }
    api.mean = { handle, x in
      GraphTable.build(handle) { (graph) throws(GraphError) in try graph.mean(x) }
    }
    api.channel_mean = { handle, x in
      GraphTable.build(handle) { (graph) throws(GraphError) in try graph.channelMean(x) }
    }
    api.depth_to_space = { handle, x, factor in
      GraphTable.build(handle) { (graph) throws(GraphError) in try graph.depthToSpace(x, factor: Int(factor)) }
    }
  }

  private static func fillSizes(_ api: inout sth_graph_api) {
    api.pool2d = { handle, x, given in
      GraphTable.build(handle) { (graph) throws(GraphError) in
        let given = try GraphTable.options(given, "pool2d", \.struct_size)
        let pool = Pool2D(
          kind: given.kind, size: (Int(given.size_h), Int(given.size_w)),
          stride: (Int(given.stride_h), Int(given.stride_w)),
          padding: Border(
            top: Int(given.top), left: Int(given.left), bottom: Int(given.bottom), right: Int(given.right)),
          isCeiled: given.ceil_mode != 0)
        return try graph.pool2d(x, pool)
      }
    }
    api.resize2d = { handle, x, given in
      GraphTable.build(handle) { (graph) throws(GraphError) in
        let given = try GraphTable.options(given, "resize2d", \.struct_size)
        let resize = Resize2D(
          mode: given.mode, place: given.place, rounding: given.rounding, size: (Int(given.out_h), Int(given.out_w)),
          scale: (given.scale_h, given.scale_w))
        return try graph.resize2d(x, resize)
      }
    }
    api.median3 = { handle, x, mode in
      GraphTable.build(handle) { (graph) throws(GraphError) in try graph.median3(x, mode: mode) }
    }
  }
}
