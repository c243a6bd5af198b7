// The modules of a residual generator's Sequential.
import PluginKit

/// One module of the Sequential, or several that only work together: padding belongs to its convolution.
enum GeneratorLayer {
  case convolution(Conv2d)
  case transposed(ConvTranspose2d)
  case norm(InstanceNorm2d)
  case relu
  case block(GeneratorBlock)
  case blurDown(BlurDown)
  case blurUp(BlurUp)
  case nearest

  /// x: [c, h, w]. Gives what the module makes of it.
  func callAsFunction(_ x: Value, in g: borrowing GraphBuilder) -> Value {
    switch self {
    case .convolution(let convolution): convolution(x, in: g)
    case .transposed(let convolution): convolution(x, in: g)
    case .norm(let norm): norm(x, in: g)
    case .relu: g.relu(x)
    case .block(let block): block(x, in: g)
    case .blurDown(let blur): blur(x, in: g)
    case .blurUp(let blur): blur(x, in: g)
    case .nearest: g.upsampleNearest(x, factor: 2)
    }
  }

  /// Planes that come out, where they may be others than come in.
  var outPlanes: Int? {
    switch self {
    case .convolution(let convolution): convolution.outChannels
    case .transposed(let convolution): convolution.bias.shape[0]
    case .norm, .relu, .block, .blurDown, .blurUp, .nearest: nil
    }
  }

  /// Multiplications for each pixel of the picture, where the layer's input has `share` as many pixels; `share` becomes that of
  /// its output. Filters that nobody has learnt are not counted.
  func multiplyAdds(_ share: inout Double) -> Double {
    switch self {
    case .convolution(let convolution):
      share /= Double(convolution.stride * convolution.stride)
      return share * convolution.multiplyAddsPerOutput
    case .transposed(let convolution):
      defer { share *= 4 }
      return share * convolution.multiplyAddsPerInput
    case .block(let block): return share * block.multiplyAddsPerOutput
    case .blurDown: share /= 4
    case .blurUp, .nearest: share *= 4
    case .norm, .relu: break
    }
    return 0
  }
}
