// The operators of a graph beyond those of a plain convolutional network.
import PluginAPI

extension GraphBuilder {
  /// The transpose of a convolution, PyTorch's `ConvTranspose2d`. `weight` [in][out / groups][kh][kw], `bias` [out] or nil.
  /// `cut`: rows and columns cut off each side of the full result (PyTorch's padding); `more`: added at bottom and right
  /// (output_padding). Gives (h - 1) * stride + kh - 2 * cut + more rows, likewise columns.
  public func convTranspose2d(
    _ x: Value, weight: Value, bias: Value?, stride: Int, cut: Borders, more: (height: Int, width: Int) = (0, 0),
    groups: Int = 1
  ) -> Value {
    var options = sth_graph_conv_transpose2d()
    options.struct_size = UInt32(MemoryLayout<sth_graph_conv_transpose2d>.size)
    (options.stride_h, options.stride_w) = (Int32(clamping: stride), Int32(clamping: stride))
    (options.top, options.left) = (Int32(clamping: cut.top), Int32(clamping: cut.left))
    (options.bottom, options.right) = (Int32(clamping: cut.bottom), Int32(clamping: cut.right))
    (options.more_h, options.more_w) = (Int32(clamping: more.height), Int32(clamping: more.width))
    options.groups = Int32(clamping: groups)
    return value { api.conv_transpose2d?(graph, x.node, weight.node, bias?.node ?? 0, &options) }
  }

  /// x * scale[c] + shift[c]. Numbers per channel are a constant [c] or a value [c, 1, 1]; nil means 1 and 0.
  public func affine(_ x: Value, scale: Value?, shift: Value?) -> Value {
    value { api.affine?(graph, x.node, scale?.node ?? 0, shift?.node ?? 0) }
  }

  /// x * factor + addend, the same for all of so many channels.
  public func scaled(_ x: Value, by factor: Double = 1, plus addend: Double = 0, channels: Int) -> Value {
    func numbers(_ number: Double) -> Value {
      constant("\(number)", shape: [channels], [Float](repeating: Float(number), count: channels))
    }
    return affine(x, scale: factor == 1 ? nil : numbers(factor), shift: addend == 0 ? nil : numbers(addend))
  }

  /// Normalisation over the pixels and the channels of a group: 1 group is a layer norm. `scale` and `shift`: numbers per
  /// channel, both or neither.
  /// - Parameters:
  ///   - isUnbiased: the variance is divided by the count less one.
  ///   - isEpsilonOnDeviation: epsilon is added to the deviation instead of the variance.
  public func groupNorm(
    _ x: Value, groups: Int, scale: Value?, shift: Value?, epsilon: Double = 1e-5, isUnbiased: Bool = false,
    isEpsilonOnDeviation: Bool = false
  ) -> Value {
    var options = sth_graph_group_norm()
    options.struct_size = UInt32(MemoryLayout<sth_graph_group_norm>.size)
    options.groups = Int32(clamping: groups)
    options.epsilon = epsilon
    (options.unbiased, options.epsilon_on_deviation) = (isUnbiased ? 1 : 0, isEpsilonOnDeviation ? 1 : 0)
    return value { api.group_norm?(graph, x.node, scale?.node ?? 0, shift?.node ?? 0, &options) }
  }

  /// A function of each element.
  public func activate(_ x: Value, _ function: Activation) -> Value {
    let (code, alpha, beta) = function.raw
    return value { api.activate?(graph, x.node, code, alpha, beta) }
  }

  /// A function of two elements; equal shapes, or an axis of one of them is 1 and is repeated.
  public func combine(_ a: Value, _ b: Value, _ function: Combination) -> Value {
    value { api.combine?(graph, a.node, b.node, function.rawValue) }
  }

  /// The channels of all, one after another.
  public func concat(_ first: Value, _ others: Value...) -> Value {
    others.reduce(first) { a, b in value { api.concat?(graph, a.node, b.node) } }
  }

  /// These channels of `x`.
  public func slice(_ x: Value, _ channels: Range<Int>) -> Value {
    value { api.slice?(graph, x.node, Int32(clamping: channels.lowerBound), Int32(clamping: channels.count)) }
  }

  /// The mean of each channel: [c, 1, 1].
  public func mean(_ x: Value) -> Value { value { api.mean?(graph, x.node) } }

  /// The mean over the channels of each pixel: [1, h, w].
  public func channelMean(_ x: Value) -> Value { value { api.channel_mean?(graph, x.node) } }

  /// `x` brought to another size.
  public func resize2d(_ x: Value, _ resize: Resize) -> Value {
    var options = resize.raw
    return value { api.resize2d?(graph, x.node, &options) }
  }

  /// Each block of factor * factor channels becomes a square of pixels: PyTorch's `PixelShuffle`.
  public func depthToSpace(_ x: Value, factor: Int) -> Value {
    value { api.depth_to_space?(graph, x.node, Int32(clamping: factor)) }
  }

  /// The median of the 3 x 3 pixels around each.
  public func median3(_ x: Value, _ mode: PadMode) -> Value { value { api.median3?(graph, x.node, mode.rawValue) } }

  /// The largest or the mean of each window.
  public func pool2d(_ x: Value, _ pool: Pool) -> Value {
    var options = pool.raw
    return value { api.pool2d?(graph, x.node, &options) }
  }
}

/// A function of one element.
public enum Activation: Sendable, Equatable {
  /// 1 / (1 + e^-x)
  case sigmoid
  /// x < 0 ? alpha * x : x
  case leakyRelu(alpha: Double)
  /// x < 0 ? alpha * (e^x - 1) : x
  case elu(alpha: Double)
  /// min(max(alpha * x + beta, 0), 1)
  case hardSigmoid(alpha: Double, beta: Double)
  /// ln(1 + e^x)
  case softplus
  /// e^x, ln x, root, size, 1 / x.
  case exp, log, sqrt, abs, reciprocal
  /// x to this power.
  case power(Double)
  /// The error function.
  case erf
  /// To the nearest integer, halves to even; to the next integer below.
  case round, floor

  /// As graph.h has it.
  var raw: (code: UInt32, alpha: Double, beta: Double) {
    switch self {
    case .sigmoid: (STH_ACTIVATE_SIGMOID, 0, 0)
    case .leakyRelu(let alpha): (STH_ACTIVATE_LEAKY_RELU, alpha, 0)
    case .elu(let alpha): (STH_ACTIVATE_ELU, alpha, 0)
    case .hardSigmoid(let alpha, let beta): (STH_ACTIVATE_HARD_SIGMOID, alpha, beta)
    case .softplus: (STH_ACTIVATE_SOFTPLUS, 0, 0)
    case .exp: (STH_ACTIVATE_EXP, 0, 0)
    case .log: (STH_ACTIVATE_LOG, 0, 0)
    case .sqrt: (STH_ACTIVATE_SQRT, 0, 0)
    case .abs: (STH_ACTIVATE_ABS, 0, 0)
    case .reciprocal: (STH_ACTIVATE_RECIPROCAL, 0, 0)
    case .power(let exponent): (STH_ACTIVATE_POWER, exponent, 0)
    case .erf: (STH_ACTIVATE_ERF, 0, 0)
    case .round: (STH_ACTIVATE_ROUND, 0, 0)
    case .floor: (STH_ACTIVATE_FLOOR, 0, 0)
    }
  }
}

/// A function of two elements.
public enum Combination: UInt32, Sendable {
  /// a * b, a / b.
  case multiply = 0, divide
  /// The smaller, the larger.
  case minimum, maximum
  /// a to the power b.
  case power
  /// a - b.
  case subtract
}
