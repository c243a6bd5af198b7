// The transformer net of fast style transfer, as pytorch/examples wrote it.
import PluginKit

/// Johnson, Alahi, Fei-Fei: Perceptual Losses for Real-Time Style Transfer and Super-Resolution, ECCV 2016; with the
/// instance norms, reflected borders and nearest enlargement of pytorch/examples `fast_neural_style`.
///
/// Takes and gives [3, h, w], R G B, 0...255. Any width: 32 as published, 16 and 8 in circulation. Any size: the net itself
/// works on multiples of 4, so the picture is reflected to the next multiple at bottom and right, and the result cropped.
///
/// Norms whose scales and shifts are [styles, channels] make it a net of several styles (Dumoulin et al., ICLR 2017).
public struct JohnsonTransformer {
  /// Planes after the first convolution.
  public let width: Int
  /// Styles the net has been trained for.
  public let styleCount: Int

  // Layers under the names of their keys; planes, kernel and stride stand in init.
  let conv1: Conv2d, in1: InstanceNorm2d
  let conv2: Conv2d, in2: InstanceNorm2d
  let conv3: Conv2d, in3: InstanceNorm2d
  let res: [ResidualBlock]
  let deconv1: Conv2d, in4: InstanceNorm2d
  let deconv2: Conv2d, in5: InstanceNorm2d
  let deconv3: Conv2d

  /// The checkpoint is meant for this network, whole or not: it has one of the keys that only this network uses.
  public static func recognises(_ checkpoint: Checkpoint) -> Bool {
    ["conv1.conv2d.weight", "res1.conv1.conv2d.weight", "deconv3.conv2d.weight"].contains { checkpoint.has($0) }
  }

  /// Reads the network from a model file: key by key, shape by shape.
  /// Throws `badWeights` where a tensor is missing, has another shape, or is not part of this network, `badParameter` where
  /// `style` (as `StyleMix` reads it) is none of its styles.
  public init(_ weights: WeightSet, style: String = "") throws(PluginError) {
    var file = Checkpoint(weights)
    width = try file.width(fromFirst: "conv1.conv2d.weight", kernel: 9)
    let rows = file.shape(of: "in1.weight") ?? []
    styleCount = rows.count == 2 ? max(1, rows[0]) : 1
    let choice = try StyleMix(style, styleCount: styleCount, names: StyleMix.names(in: weights))
    let mix = rows.count == 2 ? choice : nil
    conv1 = try Conv2d(&file, "conv1.conv2d", (3, width), kernel: 9)
    in1 = try InstanceNorm2d(&file, "in1", width, mix)
    conv2 = try Conv2d(&file, "conv2.conv2d", (width, width * 2), kernel: 3, stride: 2)
    in2 = try InstanceNorm2d(&file, "in2", width * 2, mix)
    conv3 = try Conv2d(&file, "conv3.conv2d", (width * 2, width * 4), kernel: 3, stride: 2)
    in3 = try InstanceNorm2d(&file, "in3", width * 4, mix)
    var blocks: [ResidualBlock] = []
    for i in 1...5 { blocks.append(try ResidualBlock(&file, "res\(i)", width * 4, mix)) }
    res = blocks
    deconv1 = try Conv2d(&file, "deconv1.conv2d", (width * 4, width * 2), kernel: 3)
    in4 = try InstanceNorm2d(&file, "in4", width * 2, mix)
    deconv2 = try Conv2d(&file, "deconv2.conv2d", (width * 2, width), kernel: 3)
    in5 = try InstanceNorm2d(&file, "in5", width, mix)
    deconv3 = try Conv2d(&file, "deconv3.conv2d", (width, 3), kernel: 9)
    try file.finish(network: "a Johnson transformer net")
  }

  /// image: [3, h, w], 0...255. Gives the same, clamped to 0...255. Taps are named like the layers: "in1", "res1", "in5"; "picture"
  /// is the result before it is clamped.
  public func callAsFunction(_ image: Value, in g: borrowing GraphBuilder, tap: Tap? = nil) -> Value {
    var x = g.padToMultiple(image, 4, .reflect)
    func show(_ name: String, _ value: Value) -> Value {
      tap?(name, value)
      return value
    }
    x = g.relu(show("in1", in1(conv1(x, in: g), in: g)))
    x = g.relu(show("in2", in2(conv2(x, in: g), in: g)))
    x = g.relu(show("in3", in3(conv3(x, in: g), in: g)))
    for (i, block) in res.enumerated() { x = show("res\(i + 1)", block(x, in: g)) }
    x = g.relu(show("in4", in4(deconv1(g.upsampleNearest(x, factor: 2), in: g), in: g)))
    x = g.relu(show("in5", in5(deconv2(g.upsampleNearest(x, factor: 2), in: g), in: g)))
    return g.clamp(show("picture", g.cropLike(deconv3(x, in: g), image)), low: 0, high: 255)
  }
}
