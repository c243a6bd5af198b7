// The residual generator of unpaired translation, enlarging by nearest neighbours.
import PluginKit

/// Johnson's shape with norms that learn nothing, as CycleGAN (Zhu et al., ICCV 2017) and CUT (Park et al., ECCV 2020) use it:
/// 7x7, two strided 3x3, residual blocks, twice nearest enlargement and 3x3, 7x7, tanh; every border reflected.
///
/// Takes and gives [3, h, w], R G B, -1...1. Any width: 64 as published. Any size: the net works on multiples of 4, so the
/// picture is reflected to the next multiple at bottom and right, and the result cropped.
///
/// Keys are the numbers of the Sequential with an `Upsample` module before the convolution of each enlargement. Two other forms
/// have the same front and are told apart by what follows their blocks; they are refused by name.
public struct ResNetGenerator {
  /// Planes after the first convolution.
  public let width: Int

  let first: Conv2d
  let down: [Conv2d]
  let blocks: [ResidualBlock]
  let up: [Conv2d]
  let last: Conv2d
  let norm = InstanceNorm2d()

  /// The checkpoint is meant for a generator of this family, in whatever form.
  public static func recognises(_ checkpoint: Checkpoint) -> Bool {
    checkpoint.has("model.1.weight")
      && ["model.10.conv_block.1.weight", "model.12.conv_block.1.weight"].contains(where: checkpoint.has)
  }

  /// Reads the network from a model file: key by key, shape by shape. Throws `badWeights` where a tensor is missing, has
  /// another shape or is not part of this network, and where the network is of a form that does not run.
  public init(_ weights: WeightSet) throws(PluginError) {
    var file = Checkpoint(weights)
    let c = try file.width(fromFirst: "model.1.weight", kernel: 7)
    let count = try Self.blockCount(file)
    first = try Conv2d(&file, "model.1", (3, c), kernel: 7)
    down = [
      try Conv2d(&file, "model.4", (c, 2 * c), kernel: 3, stride: 2),
      try Conv2d(&file, "model.7", (2 * c, 4 * c), kernel: 3, stride: 2),
    ]
    var blocks: [ResidualBlock] = []
    for i in 0..<count { blocks.append(try ResidualBlock(plain: &file, "model.\(10 + i).conv_block", 4 * c)) }
    up = [
      try Conv2d(&file, "model.\(11 + count)", (4 * c, 2 * c), kernel: 3),
      try Conv2d(&file, "model.\(15 + count)", (2 * c, c), kernel: 3),
    ]
    last = try Conv2d(&file, "model.\(19 + count)", (c, 3), kernel: 7)
    try file.finish(network: "a residual generator")
    width = c
    self.blocks = blocks
  }

  /// How many residual blocks there are, 9 as published.
  private static func blockCount(_ file: Checkpoint) throws(PluginError) -> Int {
    guard file.has("model.10.conv_block.1.weight") else {
      throw file.failure(
        "it reduces and enlarges with blur filters (CUT with antialiasing), which plugin 'cut' does not run yet")
    }
    let count = (0..<1000).prefix { file.has("model.\(10 + $0).conv_block.1.weight") }.count
    guard !file.has("model.\(10 + count).weight") else {
      throw file.failure(
        "'model.\(10 + count).weight' is a transposed convolution (CycleGAN), which plugin 'cut' does not run yet")
    }
    return count
  }

  /// image: [3, h, w], -1...1. Gives the same.
  public func callAsFunction(_ image: Value, in g: borrowing GraphBuilder) -> Value {
    var x = g.padToMultiple(image, 4, .reflect)
    x = g.relu(norm(first(x, in: g), in: g))
    for conv in down { x = g.relu(norm(conv(x, in: g), in: g)) }
    for block in blocks { x = block(x, in: g) }
    for conv in up { x = g.relu(norm(conv(g.upsampleNearest(x, factor: 2), in: g), in: g)) }
    return g.tanh(g.cropLike(last(x, in: g), image))
  }

  /// Network, width and pixel values in words.
  public var info: ModelInfo {
    let full = first.multiplyAddsPerOutput + up[1].multiplyAddsPerOutput + last.multiplyAddsPerOutput
    let half = down[0].multiplyAddsPerOutput + up[0].multiplyAddsPerOutput
    let quarter = down[1].multiplyAddsPerOutput + blocks.reduce(0) { $0 + $1.multiplyAddsPerOutput }
    var info = Self.info(width: width, blocks: blocks.count)
    info.multiplyAddsPerPixel = full + half / 4 + quarter / 16
    return info
  }

  static func info(width: Int, blocks: Int) -> ModelInfo {
    ModelInfo(
      architecture: "residual generator (CycleGAN, CUT; nearest enlargement), \(blocks) blocks, width \(width)",
      pixels: "RGB -1...1 in and out", width: width)
  }

  /// The tensors of a generator of nine blocks of this width, 64 where none is given.
  public static func fresh(width: Int? = nil) throws(PluginError) -> FreshNetwork {
    let c = try FreshNetwork.width(width, published: 64)
    var net = FreshNetwork(info(width: c, blocks: 9))
    net.conv2d("model.1", (3, c), kernel: 7)
    net.conv2d("model.4", (c, 2 * c), kernel: 3)
    net.conv2d("model.7", (2 * c, 4 * c), kernel: 3)
    for n in 10..<19 {
      for i in [1, 5] { net.conv2d("model.\(n).conv_block.\(i)", (4 * c, 4 * c), kernel: 3) }
    }
    net.conv2d("model.20", (4 * c, 2 * c), kernel: 3)
    net.conv2d("model.24", (2 * c, c), kernel: 3)
    net.conv2d("model.28", (c, 3), kernel: 7)
    return net
  }
}
