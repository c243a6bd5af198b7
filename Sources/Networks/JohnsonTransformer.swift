// The transformer net of fast style transfer, as pytorch/examples wrote it.
import PluginKit

/// Johnson, Alahi, Fei-Fei: Perceptual Losses for Real-Time Style Transfer and Super-Resolution, ECCV 2016; with the
/// instance norms, reflected borders and nearest enlargement of pytorch/examples `fast_neural_style`.
///
/// Takes and gives [3, h, w], R G B, 0...255. Any width: 32 as published, 16 and 8 in circulation. Any size: the net itself
/// works on multiples of 4, so the picture is reflected to the next multiple at bottom and right, and the result cropped.
public struct JohnsonTransformer {
  /// Planes after the first convolution.
  public let width: Int

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
  /// Throws `badWeights` where a tensor is missing, has another shape, or is not part of this network.
  public init(_ weights: WeightSet) throws(PluginError) {
    var file = Checkpoint(weights)
    width = try file.width(fromFirst: "conv1.conv2d.weight", kernel: 9)
    conv1 = try Conv2d(&file, "conv1.conv2d", (3, width), kernel: 9)
    in1 = try InstanceNorm2d(&file, "in1", width)
    conv2 = try Conv2d(&file, "conv2.conv2d", (width, width * 2), kernel: 3, stride: 2)
    in2 = try InstanceNorm2d(&file, "in2", width * 2)
    conv3 = try Conv2d(&file, "conv3.conv2d", (width * 2, width * 4), kernel: 3, stride: 2)
    in3 = try InstanceNorm2d(&file, "in3", width * 4)
    var blocks: [ResidualBlock] = []
    for i in 1...5 { blocks.append(try ResidualBlock(&file, "res\(i)", width * 4)) }
    res = blocks
    deconv1 = try Conv2d(&file, "deconv1.conv2d", (width * 4, width * 2), kernel: 3)
    in4 = try InstanceNorm2d(&file, "in4", width * 2)
    deconv2 = try Conv2d(&file, "deconv2.conv2d", (width * 2, width), kernel: 3)
    in5 = try InstanceNorm2d(&file, "in5", width)
    deconv3 = try Conv2d(&file, "deconv3.conv2d", (width, 3), kernel: 9)
    try file.finish(network: "a Johnson transformer net")
  }

  /// image: [3, h, w], 0...255. Gives the same, clamped to 0...255.
  public func callAsFunction(_ image: Value, in g: borrowing GraphBuilder) -> Value {
    var x = g.padToMultiple(image, 4, .reflect)
    x = g.relu(in1(conv1(x, in: g), in: g))
    x = g.relu(in2(conv2(x, in: g), in: g))
    x = g.relu(in3(conv3(x, in: g), in: g))
    for block in res { x = block(x, in: g) }
    x = g.relu(in4(deconv1(g.upsampleNearest(x, factor: 2), in: g), in: g))
    x = g.relu(in5(deconv2(g.upsampleNearest(x, factor: 2), in: g), in: g))
    return g.clamp(g.cropLike(deconv3(x, in: g), image), low: 0, high: 255)
  }
}
