// A transformer net made for a CPU: everything happens at a quarter of the size.
import PluginKit

/// What the net of Johnson et al. 2016 does, in shapes that a CPU is fast at: squares of 4x4 pixels become channels at once (Shi et al.
/// 2016, the other way round), residual blocks work at a quarter of the size, and the picture comes back in two steps, by nearest
/// enlargement and by a sub-pixel convolution (Shi et al. 2016). Instance norms and reflected borders as there.
///
/// Two means of 2x2 neighbours, which are zero for whatever repeats every two places, keep it from painting grids: that of the body
/// (`smoothed`) and that of the picture (`SubPixelEnd`).
///
/// Takes and gives [3, h, w], R G B, 0...255. Any even width of the body, 32 as trained for real time; any size: the picture is
/// reflected to the next multiple of 4 at bottom and right, and the result cropped.
///
/// Norms whose scales and shifts are [styles, channels] make it a net of several styles (Dumoulin et al., ICLR 2017).
public struct RealtimeTransformer {
  /// Planes of the body.
  public let width: Int
  /// Styles the net has been trained for.
  public let styleCount: Int

  // Layers under the names of their keys.
  let stem: Conv2d, in1: InstanceNorm2d
  let res: [ResidualBlock]
  let up: Conv2d, in2: InstanceNorm2d
  let end: SubPixelEnd

  static let blocks = 4
  /// Pixels along a side that become channels of one.
  private static let square = 4

  /// The checkpoint is meant for this network, whole or not.
  public static func recognises(_ checkpoint: Checkpoint) -> Bool {
    (checkpoint.has("stem.conv2d.weight") || checkpoint.has("up.conv2d.weight"))
      && !RealtimeAdaIN.recognises(checkpoint)
  }

  /// Reads the network from a model file: key by key, shape by shape.
  /// Throws `badWeights` where a tensor is missing, has another shape, or is not part of this network, `badParameter` where
  /// `style` (as `StyleMix` reads it) is none of its styles.
  public init(_ weights: WeightSet, style: String = "") throws(PluginError) {
    var file = Checkpoint(weights)
    let rows = file.shape(of: "in1.weight") ?? []
    styleCount = rows.count == 2 ? max(1, rows[0]) : 1
    let choice = try StyleMix(style, styleCount: styleCount, names: StyleMix.names(in: weights))
    let mix = rows.count == 2 ? choice : nil
    width = max(file.extent(0, of: "stem.conv2d.weight"), 1)
    guard Checkpoint.widths.contains(width), width % 2 == 0 else {
      throw file.failure("tensor 'stem.conv2d.weight' is missing or has an odd number of planes")
    }
    stem = try Conv2d(&file, "stem.conv2d", (3 * Self.square * Self.square, width), kernel: 3)
    in1 = try InstanceNorm2d(&file, "in1", width, mix)
    var blocks: [ResidualBlock] = []
    for i in 1...Self.blocks { blocks.append(try ResidualBlock(&file, "res\(i)", width, mix)) }
    res = blocks
    up = try Conv2d(&file, "up.conv2d", (width, width / 2), kernel: 3)
    in2 = try InstanceNorm2d(&file, "in2", width / 2, mix)
    end = try SubPixelEnd(&file, "out.conv2d", width / 2)
    try file.finish(network: "a real-time transformer net")
  }

  /// image: [3, h, w], 0...255. Gives the same, clamped to 0...255. Taps are named like the layers: "in1", "res1", "in2"; "picture"
  /// is the result before it is clamped.
  public func callAsFunction(_ image: Value, in g: borrowing GraphBuilder, tap: Tap? = nil) -> Value {
    func show(_ name: String, _ value: Value) -> Value {
      tap?(name, value)
      return value
    }
    let squares = g.spaceToDepth(g.padToMultiple(image, Self.square, .reflect), factor: Self.square)
    var x = g.relu(show("in1", in1(stem(squares, in: g), in: g)))
    for (i, block) in res.enumerated() { x = show("res\(i + 1)", block(x, in: g)) }
    x = g.relu(show("in2", in2(up(g.upsampleNearest(g.smoothed(x), factor: 2), in: g), in: g)))
    return g.clamp(show("picture", g.cropLike(end(x, in: g), image)), low: 0, high: 255)
  }

  /// Multiplications of one pixel of the picture: each layer's own, times its share of the full size.
  public var multiplyAddsPerPixel: Double {
    let quarter = stem.multiplyAddsPerOutput + res.reduce(0) { $0 + $1.multiplyAddsPerOutput }
    return quarter / 16 + (up.multiplyAddsPerOutput + end.multiplyAddsPerOutput) / 4
  }

  /// Network, width and pixel values in words.
  public var info: ModelInfo {
    var info = Self.info(width: width).of(styles: styleCount)
    info.multiplyAddsPerPixel = multiplyAddsPerPixel
    return info
  }

  static func info(width: Int) -> ModelInfo {
    ModelInfo(architecture: "Real-time transformer net, width \(width)", pixels: "RGB 0...255 in and out", width: width)
  }

  /// The tensors of a net of this width, 32 where none is given, that has learnt nothing yet.
  public static func fresh(width: Int? = nil) throws(PluginError) -> FreshNetwork {
    let c = try FreshNetwork.width(width, published: 32)
    guard c % 2 == 0 else { throw PluginError(.unsupported, "a real-time net has an even width, not \(c)") }
    var net = FreshNetwork(info(width: c))
    net.conv2d("stem.conv2d", (3 * square * square, c), kernel: 3)
    net.instanceNorm("in1", c)
    for r in 1...blocks {
      for i in 1...2 {
        net.conv2d("res\(r).conv\(i).conv2d", (c, c), kernel: 3)
        net.instanceNorm("res\(r).in\(i)", c)
      }
    }
    net.conv2d("up.conv2d", (c, c / 2), kernel: 3)
    net.instanceNorm("in2", c / 2)
    SubPixelEnd.fresh(&net, "out.conv2d", c / 2)
    return net
  }
}
