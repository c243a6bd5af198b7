// A network under construction: values go in, values come out, the host is told what, never how.
import PluginAPI

/// Builds one graph. Mistakes (channels that do not fit, a value of another graph) give a value that makes all that follows
/// a mistake too; `finish` or `BuiltGraph.compile` reports the first, by the name of the operation.
public struct GraphBuilder: ~Copyable {
  let handle: GraphHandle
  var api: sth_graph_api { handle.api.pointee }
  var graph: OpaquePointer { handle.graph }

  /// An empty graph. `name` is for messages and profiles.
  public init(host: PluginHost, name: String) throws(PluginError) { handle = try GraphHandle(host: host, name: name) }

  /// Input number 0, 1, ... in the order of the calls.
  public func input(_ name: String, channels: Int) -> Value {
    value { name.withCString { api.input?(graph, $0, Int32(clamping: channels)) } }
  }

  /// Numbers that do not change. The file they come from stays open until the graph ends.
  public func constant(_ tensor: Tensor) -> Value {
    if handle.learns?(tensor.name) == true { return variable(tensor.name, shape: tensor.shape, tensor.floats()).value }
    handle.keep(tensor.file)
    var view = tensor.view
    return value { tensor.name.withCString { api.constant?(graph, $0, &view) } }
  }

  /// Numbers that do not change, in row-major order; copied.
  public func constant(_ name: String, shape: [Int], _ floats: [Float]) -> Value {
    guard shape.count <= Int(STH_TENSOR_MAX_RANK), shape.allSatisfy({ $0 >= 1 }),
      shape.reduce(floats.count, /) == 1, shape.reduce(1, *) == floats.count
    else {
      handle.keep(
        PluginError(
          .invalidArgument,
          "cannot build the network \(handle.name): constant '\(name)' is \(WeightSet.text(shape)), which does not hold "
            + "\(floats.count) numbers"))
      return Value(node: 0)
    }
    var view = sth_tensor(dense: handle.keep(floats), shape)
    return value { name.withCString { api.constant?(graph, $0, &view) } }
  }

  /// Convolution without padding: pad first. `weight` [out][in / groups][kh][kw], `bias` [out] or nil.
  public func conv2d(
    _ x: Value, weight: Value, bias: Value?, stride: Int = 1, dilation: Int = 1, groups: Int = 1
  ) -> Value {
    conv2d(
      x, weight: weight, bias: bias, stride: (stride, stride), dilation: (dilation, dilation), groups: groups)
  }

  /// The same with steps of their own along each axis.
  public func conv2d(
    _ x: Value, weight: Value, bias: Value?, stride: (height: Int, width: Int), dilation: (height: Int, width: Int),
    groups: Int
  ) -> Value {
    var options = sth_graph_conv2d()
    options.struct_size = UInt32(MemoryLayout<sth_graph_conv2d>.size)
    (options.stride_h, options.stride_w) = (Int32(clamping: stride.height), Int32(clamping: stride.width))
    (options.dilation_h, options.dilation_w) = (Int32(clamping: dilation.height), Int32(clamping: dilation.width))
    options.groups = Int32(clamping: groups)
    return value { api.conv2d?(graph, x.node, weight.node, bias?.node ?? 0, &options) }
  }

  /// `x` with borders; negative ones are cut off.
  public func pad2d(_ x: Value, _ borders: Borders, _ mode: PadMode) -> Value {
    var options = sth_graph_pad2d()
    options.struct_size = UInt32(MemoryLayout<sth_graph_pad2d>.size)
    options.mode = mode.rawValue
    (options.top, options.left) = (Int32(clamping: borders.top), Int32(clamping: borders.left))
    (options.bottom, options.right) = (Int32(clamping: borders.bottom), Int32(clamping: borders.right))
    return value { api.pad2d?(graph, x.node, &options) }
  }

  /// `x` with rows and columns added at bottom and right until both sizes are multiples of `multiple`.
  public func padToMultiple(_ x: Value, _ multiple: Int, _ mode: PadMode) -> Value {
    value { api.pad_to_multiple?(graph, x.node, Int32(clamping: multiple), mode.rawValue) }
  }

  /// The top left part of `x` with the size of `reference`.
  public func cropLike(_ x: Value, _ reference: Value) -> Value {
    value { api.crop_like?(graph, x.node, reference.node) }
  }

  /// Each pixel becomes factor x factor equal ones.
  public func upsampleNearest(_ x: Value, factor: Int) -> Value {
    value { api.upsample_nearest?(graph, x.node, Int32(clamping: factor)) }
  }

  /// (x - mean) / sqrt(variance + epsilon) * scale[c] + shift[c]; statistics over h w of each channel, variance biased.
  /// `scale` and `shift`: constants [c] or values [c, 1, 1], both or neither.
  public func instanceNorm(_ x: Value, scale: Value?, shift: Value?, epsilon: Double = 1e-5) -> Value {
    value { api.instance_norm?(graph, x.node, scale?.node ?? 0, shift?.node ?? 0, epsilon) }
  }

  /// max(x, 0)
  public func relu(_ x: Value) -> Value { value { api.relu?(graph, x.node) } }

  /// min(max(x, low), high)
  public func clamp(_ x: Value, low: Double, high: Double) -> Value { value { api.clamp?(graph, x.node, low, high) } }

  /// Element by element; equal shapes.
  public func add(_ a: Value, _ b: Value) -> Value { value { api.add?(graph, a.node, b.node) } }

  /// The largest of each window of size x size, `stride` pixels apart. With `ceilMode` the last windows may reach out of `x` at
  /// bottom and right and take what exists, so that sizes are divided rounding up.
  public func maxPool2d(_ x: Value, size: Int, stride: Int, ceilMode: Bool = false) -> Value {
    pool2d(x, Pool(.max, size: size, stride: stride, isCeiled: ceilMode))
  }

  /// The hyperbolic tangent of each element.
  public func tanh(_ x: Value) -> Value { value { api.tanh?(graph, x.node) } }

  /// Ends the building: `outputs` become output 0, 1, ...
  public consuming func finish(outputs: Value...) throws(PluginError) -> BuiltGraph { try finish(outputs: outputs) }

  /// The same, with the outputs in a list.
  public consuming func finish(outputs: [Value]) throws(PluginError) -> BuiltGraph {
    if let mistake = handle.mistake { throw mistake }
    for x in outputs { _ = api.output?(graph, x.node) }
    return BuiltGraph(handle: handle)
  }

  /// The node a call of the host made; none where the host has no such operation.
  func value(_ call: () -> sth_node?) -> Value { Value(node: call() ?? 0) }
}
