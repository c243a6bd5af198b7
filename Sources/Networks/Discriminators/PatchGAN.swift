// Tells pictures of a domain from those that a generator made, patch by patch.
import PluginKit

/// The discriminator of pix2pix, CycleGAN and CUT (Isola et al., CVPR 2017): convolutions of 4x4, leaky ReLUs, and a number for each patch of
/// 70 x 70 pixels where there are three reductions.
///
/// Takes [3, h, w], R G B, -1...1. Gives scores [1, h', w'].
public struct PatchGAN {
  /// How a picture is halved.
  public enum Kind: Sendable {
    /// By a convolution at every pixel, then `BlurDown`, as CUT does.
    case blurred
    /// By a convolution at every second pixel, as CycleGAN does.
    case strided
  }

  private enum Layer {
    case convolution(Conv2d)
    case norm(InstanceNorm2d)
    case leakyRelu
    case blurDown(BlurDown)
  }

  private var layers: [Layer] = []

  /// Reductions, and the planes of the last stages in multiples of the first's.
  private static let (reductions, most) = (3, 8)
  private static let kernel = 4

  /// The numbers of the convolutions in the authors' Sequential, with planes in multiples of those of the first.
  private static func stages(_ kind: Kind) -> [(number: Int, planes: Int, isReducing: Bool)] {
    var (number, stages): (Int, [(number: Int, planes: Int, isReducing: Bool)]) = (0, [])
    for stage in 0...reductions {
      let isReducing = stage < reductions
      stages.append((number, min(1 << stage, most), isReducing))
      // The first stage has no norm.
      number += (stage == 0 ? 2 : 3) + (isReducing && kind == .blurred ? 1 : 0)
    }
    return stages + [(number, 0, false)]
  }

  /// Reads `model.0`, ... Throws `badWeights` where a tensor is missing or has another shape.
  /// - Parameter isNormed: instance norms stand behind all convolutions but the first and the last.
  public init(_ checkpoint: Checkpoint, _ kind: Kind, isNormed: Bool = true) throws(PluginError) {
    var file = checkpoint
    let width = file.extent(0, of: "model.0.weight")
    var planes = 3
    for (number, multiple, isReducing) in Self.stages(kind) {
      let (out, isLast) = (multiple == 0 ? 1 : width * multiple, multiple == 0)
      let stride = isReducing && kind == .strided ? 2 : 1
      layers.append(
        .convolution(
          try Conv2d(&file, "model.\(number)", (planes, out), kernel: Self.kernel, stride: stride, padding: .zero)))
      planes = out
      if isLast { break }
      if number > 0, isNormed { layers.append(.norm(InstanceNorm2d())) }
      layers.append(.leakyRelu)
      if isReducing, kind == .blurred {
        layers.append(.blurDown(try BlurDown(&file, "model.\(number + (number == 0 ? 2 : 3))", out)))
      }
    }
    try file.finish(network: "a PatchGAN discriminator")
  }

  /// image: [3, h, w], -1...1. Gives a score for each patch.
  public func callAsFunction(_ image: Value, in g: borrowing GraphBuilder) -> Value {
    layers.reduce(image) { x, layer in
      switch layer {
      case .convolution(let convolution): convolution(x, in: g)
      case .norm(let norm): norm(x, in: g)
      case .leakyRelu: g.activate(x, .leakyRelu(alpha: 0.2))
      case .blurDown(let blur): blur(x, in: g)
      }
    }
  }

  /// How many patches of a square picture get a score.
  public func patches(side: Int) -> Int {
    let row = layers.reduce(side) { side, layer in
      switch layer {
      case .convolution(let convolution): (side + 2 - Self.kernel) / convolution.stride + 1
      case .blurDown: (side - 1) / 2 + 1
      case .norm, .leakyRelu: side
      }
    }
    return row * row
  }

  /// The tensors of one that has learnt nothing yet, with names behind `prefix`.
  public static func fresh(_ kind: Kind, width: Int, prefix: String) throws(PluginError) -> FreshNetwork {
    let width = try FreshNetwork.width(width, published: 64)
    var net = FreshNetwork(ModelInfo(architecture: "PatchGAN", pixels: "RGB -1...1 in", width: width))
    var planes = 3
    for (number, multiple, _) in stages(kind) {
      let out = multiple == 0 ? 1 : width * multiple
      net.conv2d("\(prefix)model.\(number)", (planes, out), kernel: kernel)
      planes = out
    }
    return net
  }
}
