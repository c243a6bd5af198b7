// Arbitrary style transfer made for a CPU: everything happens at a quarter of the size and below.
import PluginKit

/// AdaIN (Huang, Belongie 2017) with an encoder of its own, which learns together with the decoder, in the shapes of
/// `RealtimeTransformer`. A style's statistics are taken and set twice: at an eighth of the size, where they make the strokes, and at a
/// quarter, where they make colour and contrast.
///
/// Takes and gives [3, h, w], R G B, 0...1, of any size: the picture is reflected to the next multiple of 8 at bottom and right, and the
/// result cropped.
public struct RealtimeAdaIN: StyleNetwork {
  /// Planes at a quarter of the size, an even number; at an eighth there are twice as many.
  public let width: Int
  private let stem: Conv2d, down: Conv2d
  private let encoder: PlainBlock
  private let deep: [PlainBlock]
  private let up1: Conv2d, shallow: PlainBlock, up2: Conv2d
  private let end: SubPixelEnd

  /// Pixels along a side that become channels of one.
  private static let square = 4
  private static let (deepNames, first) = (["dec1", "dec2"], "stem.conv2d")

  /// The checkpoint is meant for this network, whole or not.
  public static func recognises(_ file: Checkpoint) -> Bool {
    file.has("\(first).weight") && file.has("down.conv2d.weight")
  }

  /// Reads the network. Throws `badWeights` where a tensor is missing, has another shape, or is not part of this network.
  public init(_ weights: WeightSet) throws(PluginError) {
    var file = Checkpoint(weights)
    width = max(file.extent(0, of: "\(Self.first).weight"), 1)
    guard Checkpoint.widths.contains(width), width % 2 == 0 else {
      throw file.failure("tensor '\(Self.first).weight' is missing or has an odd number of planes")
    }
    stem = try Conv2d(&file, Self.first, (3 * Self.square * Self.square, width), kernel: 3)
    down = try Conv2d(&file, "down.conv2d", (width, 2 * width), kernel: 3, stride: 2)
    encoder = try PlainBlock(&file, "enc1", 2 * width)
    var deep: [PlainBlock] = []
    for name in Self.deepNames { deep.append(try PlainBlock(&file, name, 2 * width)) }
    self.deep = deep
    up1 = try Conv2d(&file, "up1.conv2d", (2 * width, width), kernel: 3)
    shallow = try PlainBlock(&file, "dec3", width)
    up2 = try Conv2d(&file, "up2.conv2d", (width, width / 2), kernel: 3)
    end = try SubPixelEnd(&file, "out.conv2d", width / 2)
    try file.finish(network: "a real-time AdaIN")
  }

  /// Those at an eighth of the size, then those at a quarter.
  public var planes: Int { 3 * width }

  /// None.
  public var modulations: Int { 0 }

  /// 4: what is smaller is repeated.
  public var reduction: Int { Self.square }

  /// An even number.
  public func featurePixels(_ pixels: Int) -> Int { 2 * ((pixels + 2 * Self.square - 1) / (2 * Self.square)) }

  private func encoded(_ image: Value, in g: borrowing GraphBuilder) -> (deep: Value, shallow: Value) {
    let squares = g.spaceToDepth(g.padToMultiple(image, 2 * Self.square, .reflect), factor: Self.square)
    let shallow = g.relu(stem(squares, in: g))
    return (encoder(g.relu(down(shallow, in: g)), in: g), shallow)
  }

  /// Pixels that are repeated have the mean and the deviation of those that are not.
  public func features(_ image: Value, in g: borrowing GraphBuilder) -> Value {
    let (deep, shallow) = encoded(image, in: g)
    return g.concat(g.upsampleNearest(deep, factor: 2), shallow)
  }

  /// image: [3, h, w], 0...1. Gives the same in a mixture of styles, nominally 0...1.
  public func painted(_ image: Value, _ mixture: StyleMixture, in g: borrowing GraphBuilder) -> Value {
    var x = mixture.mixed(encoded(image, in: g).deep, 0..<2 * width, in: g)
    for block in deep { x = block(x, in: g) }
    x = g.relu(up1(g.upsampleNearest(x, factor: 2), in: g))
    x = shallow(mixture.mixed(x, 2 * width..<3 * width, in: g), in: g)
    x = g.relu(up2(g.upsampleNearest(g.smoothed(x), factor: 2), in: g))
    return g.cropLike(end(x, in: g), image)
  }

  /// Multiplications of one pixel of the picture: each layer's own, times its share of the full size.
  public var multiplyAddsPerPixel: Double {
    let blocks = [encoder] + deep
    let eighth = down.multiplyAddsPerOutput + blocks.reduce(0) { $0 + $1.multiplyAddsPerOutput }
    let quarter = stem.multiplyAddsPerOutput + up1.multiplyAddsPerOutput + shallow.multiplyAddsPerOutput
    return eighth / 64 + quarter / 16 + (up2.multiplyAddsPerOutput + end.multiplyAddsPerOutput) / 4
  }

  /// Network, width and pixel values in words.
  public var info: ModelInfo {
    var info = Self.info(width: width)
    info.multiplyAddsPerPixel = multiplyAddsPerPixel
    return info
  }

  private static func info(width: Int) -> ModelInfo {
    ModelInfo(architecture: "Real-time AdaIN, width \(width)", pixels: "RGB 0...1 in and out", width: width)
  }

  /// Where a picture comes out of.
  public static let last = "out.conv2d"

  /// The tensors of a net of this width, 32 where none is given, that has learnt nothing yet.
  public static func fresh(width: Int? = nil) throws(PluginError) -> FreshNetwork {
    let c = try FreshNetwork.width(width, published: 32)
    guard c % 2 == 0 else { throw PluginError(.unsupported, "a real-time AdaIN has an even width, not \(c)") }
    var net = FreshNetwork(info(width: c))
    net.conv2d(first, (3 * square * square, c), kernel: 3)
    net.conv2d("down.conv2d", (c, 2 * c), kernel: 3)
    for name in ["enc1"] + deepNames { net.plainBlock(name, 2 * c) }
    net.conv2d("up1.conv2d", (2 * c, c), kernel: 3)
    net.plainBlock("dec3", c)
    net.conv2d("up2.conv2d", (c, c / 2), kernel: 3)
    SubPixelEnd.fresh(&net, "out.conv2d", c / 2)
    return net
  }
}
