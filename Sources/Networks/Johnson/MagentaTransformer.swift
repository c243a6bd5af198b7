// The transformer net of many styles, as Magenta wrote it.
import PluginKit

/// Dumoulin, Shlens, Kudlur: A Learned Representation for Artistic Style, ICLR 2017 (magenta `image_stylization`): Johnson's net
/// with conditional instance norms after every convolution, the last one too, instead of biases, and a sigmoid at its end.
///
/// Takes and gives [3, h, w], R G B, 0...255; the net itself works in 0...1. Keys are the names of the TensorFlow variables, and
/// weights lie as TensorFlow lays them, [kernel, kernel, in, out].
public struct MagentaTransformer {
  /// Planes after the first convolution.
  public let width: Int
  /// Styles the net has been trained for.
  public let styleCount: Int

  /// A convolution and its norm.
  struct Stage {
    let conv: Conv2d
    let norm: InstanceNorm2d

    func callAsFunction(_ x: Value, in g: borrowing GraphBuilder) -> Value { norm(conv(x, in: g), in: g) }
  }

  let contract: [Stage], expand: [Stage]
  let residual: [ResidualBlock]

  private static let first = "transformer/contract/conv1"

  /// The checkpoint is meant for this network.
  public static func recognises(_ checkpoint: Checkpoint) -> Bool { checkpoint.has("\(first)/weights") }

  /// Reads the network from a model file: key by key, shape by shape.
  /// Throws `badWeights` where a tensor is missing, has another shape, or is not part of this network, `badParameter` where
  /// `style` (as `StyleMix` reads it) is none of its styles.
  public init(_ weights: WeightSet, style: String = "") throws(PluginError) {
    var file = Checkpoint(weights)
    width = file.extent(3, of: "\(Self.first)/weights")
    styleCount = file.extent(0, of: "\(Self.first)/InstanceNorm/gamma")
    guard Checkpoint.widths.contains(width), styleCount >= 1 else {
      throw file.failure(
        "tensors '\(Self.first)/weights' and '\(Self.first)/InstanceNorm/gamma' are not [9,9,3,width] and [styles,width]"
      )
    }
    let mix = try StyleMix(style, styleCount: styleCount, names: StyleMix.names(in: weights))
    let planes = [3, width, file.extent(3, of: "transformer/contract/conv2/weights")]
    let widest = file.extent(3, of: "transformer/contract/conv3/weights")
    contract = [
      try Self.stage(&file, "contract/conv1", (3, width), (9, 1), mix),
      try Self.stage(&file, "contract/conv2", (width, planes[2]), (3, 2), mix),
      try Self.stage(&file, "contract/conv3", (planes[2], widest), (3, 2), mix),
    ]
    var blocks: [ResidualBlock] = []
    for i in 1...5 {
      blocks.append(try ResidualBlock(magenta: &file, "transformer/residual/residual\(i)", widest, mix))
    }
    residual = blocks
    let (half, full) = (
      file.extent(3, of: "transformer/expand/conv1/conv/weights"),
      file.extent(3, of: "transformer/expand/conv2/conv/weights")
    )
    expand = [
      try Self.stage(&file, "expand/conv1/conv", (widest, half), (3, 1), mix),
      try Self.stage(&file, "expand/conv2/conv", (half, full), (3, 1), mix),
      try Self.stage(&file, "expand/conv3/conv", (full, 3), (9, 1), mix),
    ]
    try file.finish(network: "a Magenta transformer net")
  }

  private static func stage(
    _ file: inout Checkpoint, _ key: String, _ channels: (Int, Int), _ size: (kernel: Int, stride: Int), _ mix: StyleMix
  ) throws(PluginError) -> Stage {
    let name = "transformer/\(key)"
    return Stage(
      conv: try Conv2d(tensorFlow: &file, name, channels, kernel: size.kernel, stride: size.stride),
      norm: try InstanceNorm2d(magenta: &file, name, channels.1, mix))
  }

  /// image: [3, h, w], 0...255. Gives the same. Taps are named like the variables' scopes: "contract/conv1",
  /// "residual/residual1", "expand/conv3".
  public func callAsFunction(_ image: Value, in g: borrowing GraphBuilder, tap: Tap? = nil) -> Value {
    let unit = g.constant("1 / 255", shape: [3], Array(repeating: 1 / 255, count: 3))
    var x = g.affine(g.padToMultiple(image, 4, .reflect), scale: unit, shift: nil)
    for (i, stage) in contract.enumerated() {
      x = g.relu(stage(x, in: g))
      tap?("contract/conv\(i + 1)", x)
    }
    for (i, block) in residual.enumerated() {
      x = block(x, in: g)
      tap?("residual/residual\(i + 1)", x)
    }
    for (i, stage) in expand.enumerated() {
      let isLast = i == expand.count - 1
      let y = stage(isLast ? x : g.upsampleNearest(x, factor: 2), in: g)
      x = isLast ? g.activate(y, .sigmoid) : g.relu(y)
      tap?("expand/conv\(i + 1)", x)
    }
    let bytes = g.constant("255", shape: [3], [255, 255, 255])
    return g.affine(g.cropLike(x, image), scale: bytes, shift: nil)
  }

  /// Network, width, styles and pixel values in words.
  public var info: ModelInfo {
    let shares = [1, 0.25, 0.0625]
    var cost = residual.reduce(0) { $0 + $1.multiplyAddsPerOutput } * shares[2]
    for (share, stage) in zip(shares, contract) { cost += share * stage.conv.multiplyAddsPerOutput }
    for (share, stage) in zip([0.25, 1, 1], expand) { cost += share * stage.conv.multiplyAddsPerOutput }
    return ModelInfo(
      architecture: "Magenta transformer net (image_stylization), width \(width), \(styleCount) styles",
      pixels: "RGB 0...1 in and out, given and taken as 0...255", width: width, multiplyAddsPerPixel: cost)
  }
}
