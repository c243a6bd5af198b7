// Tells pictures of a domain from those that MUNIT made, at three sizes.
import PluginKit

/// The discriminators of one domain of MUNIT (Huang et al., ECCV 2018; NVlabs' `MsImageDis`): the same layers with weights of their own for a
/// picture, its half and its quarter. Four strided 4x4 convolutions on reflected borders, each with a leaky ReLU and none with a norm, then 1x1.
///
/// Takes [3, h, w], R G B, -1...1. Gives scores [1, h', w'], one map for each size.
public struct MUNITDiscriminator {
  private let scales: [(convs: [MUNITConv], last: Conv2d)]

  /// Sizes of a picture, and how often each of them is halved by its convolutions.
  private static let (scaleCount, reductions) = (3, 4)
  private static let kernel = 4

  /// From a size to the next: the mean of what exists of 3x3 pixels, around every second one.
  private static let halving: Pool = {
    var pool = Pool(.mean, size: 3, stride: 2)
    pool.padding = .all(1)
    return pool
  }()

  /// Reads `cnns.0.0.conv`, ..., `cnns.0.4`, `cnns.1.0.conv`, ... Throws `badWeights` where a tensor is missing, of another shape, or not part
  /// of them.
  public init(_ checkpoint: Checkpoint) throws(PluginError) {
    var file = checkpoint
    var scales: [(convs: [MUNITConv], last: Conv2d)] = []
    for scale in 0..<Self.scaleCount {
      var (planes, convs): (Int, [MUNITConv]) = (3, [])
      for i in 0..<Self.reductions {
        convs.append(try MUNITConv(&file, "cnns.\(scale).\(i)", &planes, kernel: Self.kernel, stride: 2))
      }
      scales.append((convs, try Conv2d(&file, "cnns.\(scale).\(Self.reductions)", (planes, 1), kernel: 1)))
    }
    self.scales = scales
    try file.finish(network: "MUNIT's discriminators of a domain")
  }

  /// image: [3, h, w], -1...1, both sides `leastSide` at least. Gives the scores of each size, the largest first.
  public func callAsFunction(_ image: Value, in g: borrowing GraphBuilder) -> [Value] {
    var (picture, scores): (Value, [Value]) = (image, [])
    for (i, scale) in scales.enumerated() {
      if i > 0 { picture = g.pool2d(picture, Self.halving) }
      var x = picture
      for conv in scale.convs { x = g.activate(conv(x, in: g), .leakyRelu(alpha: 0.2)) }
      scores.append(scale.last(x, in: g))
    }
    return scores
  }

  /// Scores along a side of a picture with so many pixels, for each size: from one to the next sides are halved rounding up, by convolutions
  /// rounding down.
  public static func scores(_ side: Int) -> [Int] {
    (0..<scaleCount).map { scale in (0..<scale).reduce(side) { half, _ in (half + 1) / 2 } >> reductions }
  }

  /// Sides of a picture whose quarter has a score.
  public static let leastSide = (((1 << reductions) - 1) << (scaleCount - 1)) + 1

  /// The tensors of discriminators that have learnt nothing yet, with names behind `prefix`; `width`: planes of the first convolutions.
  public static func fresh(width: Int, prefix: String) throws(PluginError) -> FreshNetwork {
    let width = try FreshNetwork.width(width, published: 64)
    var net = FreshNetwork(ModelInfo(architecture: "MUNIT's discriminators", pixels: "RGB -1...1 in", width: width))
    for scale in 0..<scaleCount {
      var planes = 3
      for i in 0..<reductions {
        net.conv2d("\(prefix)cnns.\(scale).\(i).conv", (planes, width << i), kernel: kernel)
        planes = width << i
      }
      net.conv2d("\(prefix)cnns.\(scale).\(reductions)", (planes, 1), kernel: 1)
    }
    return net
  }
}
