// Networks that learn: numbers that change between runs, and what a change of them does.
import PluginAPI

/// Numbers of a network that are learnt. They live as long as the graph; write them while no run is in progress, then
/// `BuiltGraph.refresh`.
public struct Variable {
  /// The key of the tensor.
  public let name: String
  /// Sizes, outermost first.
  public let shape: [Int]
  /// In row-major order.
  public let numbers: UnsafeMutableBufferPointer<Float>
  /// Its value in the graph.
  public let value: Value
}

/// What products are divided by.
public enum ProductsDivisor: UInt32, Sendable {
  /// Nothing.
  case one = 0
  /// h w.
  case pixels = 1
  /// c h w, as Johnson et al. 2016 and their followers.
  case elements = 2
}

extension GraphBuilder {
  /// From now on tensors of a file for whose names `learns` holds become variables instead of constants: the code of a network is
  /// the same whether it learns or not.
  public func learn(_ learns: @escaping (String) -> Bool) { handle.learns = learns }

  /// From now on nothing more is learnt.
  public func endLearning() { handle.learns = nil }

  /// What is learnt, in the order in which the network asked for it.
  public var variables: [Variable] { handle.variables }

  /// Numbers that may change between runs, in row-major order; those of an earlier call where the name is known.
  public func variable(_ name: String, shape: [Int], _ floats: [Float]) -> Variable {
    handle.variable(name) {
      let numbers = handle.keep(floats)
      var view = sth_tensor(dense: numbers, shape)
      return Variable(
        name: name, shape: shape, numbers: numbers,
        value: value { name.withCString { api.variable?(graph, $0, &view) } })
    }
  }

  /// What a small change of each number of each node does to `loss` [1, 1, 1]: values of the shapes of the nodes, [c, 1, 1] for a
  /// vector, [out, in, kh * kw] for the weight of a convolution. A node that the loss does not depend on is a mistake.
  public func gradients(of loss: Value, withRespectTo nodes: [Value]) -> [Value] {
    var made = [sth_node](repeating: 0, count: nodes.count)
    _ = api.gradients?(graph, loss.node, nodes.map(\.node), Int32(clamping: nodes.count), &made)
    return made.map { Value(node: $0) }
  }

  /// The products of each channel of `a` with each of `b`, which have equal sizes, summed over the pixels and divided: [c, d, 1].
  public func products(_ a: Value, _ b: Value, _ divisor: ProductsDivisor = .one) -> Value {
    value { api.products?(graph, a.node, b.node, divisor.rawValue) }
  }

  /// The products of each two channels: [c, c, 1] (Gatys et al. 2016).
  public func gram(_ x: Value, _ divisor: ProductsDivisor = .elements) -> Value { products(x, x, divisor) }

  /// The pixels of `x` at `places` [1, i, j], each row * width + column: [c, i, j].
  public func gather(_ x: Value, _ places: Value) -> Value { value { api.gather?(graph, x.node, places.node) } }

  /// The pixels of `x`, of which there are `count`, as channels, and its channels as pixels: [count, 1, c].
  public func transpose(_ x: Value, count: Int) -> Value {
    value { api.transpose?(graph, x.node, Int32(clamping: count)) }
  }

  /// `x`, through which no loss learns.
  public func stopGradient(_ x: Value) -> Value { value { api.stop_gradient?(graph, x.node) } }

  /// The reverse of `depthToSpace`; heights and widths are multiples of `factor`.
  public func spaceToDepth(_ x: Value, factor: Int) -> Value {
    value { api.space_to_depth?(graph, x.node, Int32(clamping: factor)) }
  }
}

extension BuiltGraph {
  /// What is learnt, in the order in which the network asked for it.
  public var variables: [Variable] { handle.variables }

  /// Has all sizes of the network use the numbers that the variables hold now.
  public func refresh() { handle.api.pointee.refresh?(handle.graph) }
}

extension sth_tensor {
  /// float32 in row-major order.
  init(dense floats: UnsafeMutableBufferPointer<Float>, _ shape: [Int]) {
    self.init()
    struct_size = UInt32(MemoryLayout<sth_tensor>.size)
    (dtype, rank, data) = (STH_DTYPE_F32, Int32(shape.count), UnsafeRawPointer(floats.baseAddress))
    withUnsafeMutableBytes(of: &dims) { dims in
      for (i, size) in shape.enumerated() { dims.storeBytes(of: Int64(size), toByteOffset: i * 8, as: Int64.self) }
    }
    withUnsafeMutableBytes(of: &stride_bytes) { strides in
      var stride: Int64 = 4
      for (i, size) in shape.enumerated().reversed() {
        strides.storeBytes(of: stride, toByteOffset: i * 8, as: Int64.self)
        stride *= Int64(size)
      }
    }
  }
}
