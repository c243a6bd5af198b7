// The residual block of generators, plain or separable.
import PluginKit

/// x + norm(conv(relu(norm(conv(x))))) on reflected borders.
struct GeneratorBlock {
  /// 3x3, of all planes at once or separable.
  enum Convolution {
    case plain(Conv2d)
    case separable(SeparableConv2d)

    init(
      _ file: inout Checkpoint, _ key: String, _ channels: (in: Int, out: Int), isSeparable: Bool
    ) throws(PluginError) {
      self =
        isSeparable
        ? .separable(try SeparableConv2d(&file, key, channels)) : .plain(try Conv2d(&file, key, channels, kernel: 3))
    }

    func callAsFunction(_ x: Value, in g: borrowing GraphBuilder) -> Value {
      switch self {
      case .plain(let convolution): convolution(x, in: g)
      case .separable(let convolution): convolution(x, in: g)
      }
    }

    var multiplyAddsPerOutput: Double {
      switch self {
      case .plain(let convolution): convolution.multiplyAddsPerOutput
      case .separable(let convolution): convolution.multiplyAddsPerOutput
      }
    }
  }

  let convolutions: [Convolution]
  let norms: [InstanceNorm2d]

  /// Takes the block `key` of a generator of this form. Its second convolution is number 5, or 6 where it was trained with
  /// dropout; the planes between the two are as many as the file has.
  init(_ file: inout Checkpoint, _ key: String, _ channels: Int, _ form: GeneratorForm) throws(PluginError) {
    let tail = form.isMobile ? ".conv.2.weight" : ".weight"
    let second = file.shape(of: "\(key).6\(tail)")?.count == 4 ? 6 : 5
    let inner = form.isMobile ? file.extent(0, of: "\(key).1\(tail)") : channels
    convolutions = [
      try Convolution(&file, "\(key).1", (channels, inner), isSeparable: form.isMobile),
      try Convolution(&file, "\(key).\(second)", (inner, channels), isSeparable: form.isMobile),
    ]
    norms =
      form.isAffine
      ? [
        try InstanceNorm2d(&file, "\(key).2", inner), try InstanceNorm2d(&file, "\(key).\(second + 1)", channels),
      ] : [InstanceNorm2d(), InstanceNorm2d()]
  }

  /// x: [channels, h, w]. Gives the same shape.
  func callAsFunction(_ x: Value, in g: borrowing GraphBuilder) -> Value {
    let y = g.relu(norms[0](convolutions[0](x, in: g), in: g))
    return g.add(x, norms[1](convolutions[1](y, in: g), in: g))
  }

  /// Multiplications of one output pixel.
  var multiplyAddsPerOutput: Double { convolutions.reduce(0) { $0 + $1.multiplyAddsPerOutput } }
}
