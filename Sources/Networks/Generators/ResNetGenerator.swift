// The residual generator of unpaired translation, in all its published forms.
import PluginKit

/// Johnson's shape as CycleGAN (Zhu et al., ICCV 2017) and CUT (Park et al., ECCV 2020) use it: 7x7, two reductions, residual
/// blocks, two enlargements, 7x7, tanh.
///
/// Takes and gives [3, h, w], R G B, -1...1. Any width: 64 as published. Any size: the net works on multiples of 4, so the
/// picture is reflected to the next multiple at bottom and right, and the result cropped.
///
/// How it reduces and enlarges, how many blocks of what kind there are and whether norms have learnt a scale is read from the
/// keys: `GeneratorForm`.
public struct ResNetGenerator {
  let sequence: GeneratorSequence

  /// Planes after the first convolution.
  public var width: Int { sequence.width }

  /// The checkpoint is meant for a generator of this family, in whatever form.
  public static func recognises(_ checkpoint: Checkpoint) -> Bool {
    guard let form = GeneratorForm(checkpoint) else { return false }
    return !form.isSFIT
  }

  /// Reads the network: key by key, shape by shape. Throws `badWeights` where a tensor is missing, has another shape or is not
  /// part of this network.
  public init(_ checkpoint: Checkpoint) throws(PluginError) {
    var file = checkpoint
    guard let form = GeneratorForm(file) else { throw file.failure(GeneratorParts.sentence(file)) }
    guard !form.isSFIT else { throw file.failure("it is a generator of SFIT, which plugin 'sfit' runs") }
    sequence = try GeneratorSequence(&file, form)
    try file.finish(network: "a residual generator")
  }

  /// image: [3, h, w], -1...1. Gives the same. Taps are named like the modules: "model.1", "model.2", ...
  public func callAsFunction(_ image: Value, in g: borrowing GraphBuilder, tap: Tap? = nil) -> Value {
    sequence(image, in: g, tap: tap)
  }

  /// Network, width and pixel values in words.
  public var info: ModelInfo {
    var info = Self.info(sequence.form, width: width)
    info.pixels = sequence.pixels
    info.multiplyAddsPerPixel = sequence.multiplyAddsPerPixel
    return info
  }

  private static func info(_ form: GeneratorForm, width: Int) -> ModelInfo {
    ModelInfo(
      architecture: "residual generator (\(form.description)), \(form.blockCount) blocks, width \(width)",
      pixels: "RGB -1...1 in and out", width: width)
  }

  /// Whose code a generator is like.
  public enum Kind: Sendable {
    /// Reduces and enlarges by fixed blur filters.
    case cut
    /// By strided and transposed convolutions.
    case cycleGAN
  }

  /// The tensors of a generator as its authors train it, with names behind `prefix`.
  public static func fresh(_ kind: Kind, width: Int, blocks: Int, prefix: String) throws(PluginError) -> FreshNetwork {
    let c = try FreshNetwork.width(width, published: 64)
    guard (1...GeneratorForm.maximumBlocks).contains(blocks) else {
      throw PluginError(
        .unsupported, "there is no generator of \(blocks) blocks: give 1...\(GeneratorForm.maximumBlocks)")
    }
    let form = kind == .cut ? GeneratorForm.cut(blocks: blocks) : .cycleGAN(blocks: blocks)
    var net = FreshNetwork(info(form, width: c))
    net.generator(form, width: c, prefix: prefix)
    return net
  }

  /// What comes out of modules, by their numbers: their output; of 0 the picture with its first border. Nothing behind the last of them is
  /// built.
  public func features(_ image: Value, at numbers: [Int], in g: borrowing GraphBuilder) -> [Value] {
    sequence.features(image, at: numbers, in: g)
  }

  /// Planes, rows and columns of `features` of a picture with sides of multiples of 4; nil where a number is none of a module that tells
  /// places apart.
  public func featureShapes(at numbers: [Int], height: Int, width: Int) -> [(planes: Int, height: Int, width: Int)]? {
    sequence.featureShapes(at: numbers, height: height, width: width)
  }

  /// The tensors of a generator of nine blocks with nearest enlargement of this width, 64 where none is given.
  public static func fresh(width: Int? = nil) throws(PluginError) -> FreshNetwork {
    let c = try FreshNetwork.width(width, published: 64)
    let form = GeneratorForm(blockName: "conv_block", blockCount: 9, padding: .reflect)
    var net = FreshNetwork(info(form, width: c))
    net.generator(form, width: c)
    return net
  }
}
