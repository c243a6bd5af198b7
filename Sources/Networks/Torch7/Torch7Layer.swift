// What the modules of a Torch7 network do.
import PluginKit

/// A module, ready to be put into a graph. Values go through in lists: most modules take and give one, tables several.
indirect enum Torch7Layer {
  /// A convolution with zeros around the picture, transposed or not.
  struct Convolution {
    var weight: Tensor
    var bias: Tensor?
    var stride: (height: Int, width: Int)
    var padding: (height: Int, width: Int)
    var groups = 1
    /// Rows and columns added to a transposed convolution's result.
    var more = (height: 0, width: 0)
  }

  /// One after the other.
  case sequence([Torch7Layer])
  /// Each of the same value.
  case branches([Torch7Layer])
  case sum
  case idle
  /// Borders; negative ones are cut off.
  case pad(Borders, PadMode)
  case convolution(Convolution)
  case transposed(Convolution)
  case instanceNorm(scale: [Float], shift: [Float], epsilon: Double)
  /// Numbers per plane.
  case affine(scale: [Float], shift: [Float])
  case relu
  case tanh
  case activate(Activation)
  case nearest(Int)
  case pool(Pool)

  /// Puts the module into the graph.
  func callAsFunction(_ values: [Value], in g: borrowing GraphBuilder) -> [Value] {
    guard let x = values.first else { return [] }
    switch self {
    case .sequence(let layers): return layers.reduce(values) { $1($0, in: g) }
    case .branches(let layers): return layers.flatMap { $0([x], in: g) }
    case .sum: return [values.dropFirst().reduce(x) { g.add($0, $1) }]
    case .idle: return values
    default: return [single(x, in: g)]
    }
  }

  private func single(_ x: Value, in g: borrowing GraphBuilder) -> Value {
    switch self {
    case .pad(let borders, let mode): return g.pad2d(x, borders, mode)
    case .convolution(let layer): return convolve(x, layer, in: g)
    case .transposed(let layer):
      let cut = Borders(
        top: layer.padding.height, left: layer.padding.width, bottom: layer.padding.height, right: layer.padding.width)
      return g.convTranspose2d(
        x, weight: g.constant(layer.weight), bias: bias(of: layer, in: g), stride: layer.stride.height, cut: cut,
        more: layer.more)
    case .instanceNorm(let scale, let shift, let epsilon):
      return g.instanceNorm(
        x, scale: g.constant("scale", shape: [scale.count], scale),
        shift: g.constant("shift", shape: [shift.count], shift), epsilon: epsilon)
    case .affine(let scale, let shift):
      return g.affine(
        x, scale: g.constant("scale", shape: [scale.count], scale),
        shift: g.constant("shift", shape: [shift.count], shift))
    case .relu: return g.relu(x)
    case .tanh: return g.tanh(x)
    case .activate(let function): return g.activate(x, function)
    case .nearest(let factor): return g.upsampleNearest(x, factor: factor)
    case .pool(let pool): return g.pool2d(x, pool)
    case .sequence, .branches, .sum, .idle: return x
    }
  }

  private func convolve(_ x: Value, _ layer: Convolution, in g: borrowing GraphBuilder) -> Value {
    let (h, w) = layer.padding
    let padded = (h, w) == (0, 0) ? x : g.pad2d(x, Borders(top: h, left: w, bottom: h, right: w), .zero)
    return g.conv2d(
      padded, weight: g.constant(layer.weight), bias: bias(of: layer, in: g), stride: layer.stride, dilation: (1, 1),
      groups: layer.groups)
  }

  private func bias(of layer: Convolution, in g: borrowing GraphBuilder) -> Value? {
    guard let bias = layer.bias else { return nil }
    return g.constant(bias)
  }
}
