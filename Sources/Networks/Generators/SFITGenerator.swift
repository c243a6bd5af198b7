// The generator of source-free image translation.
import PluginKit

/// Hou and Zheng: Visualizing Adapted Knowledge in Domain Transfer, CVPR 2021. A residual generator of three blocks that
/// enlarges by repeated pixels; borders of the 7x7 convolutions and of the blocks are reflected, the others are zero.
///
/// Takes and gives [3, h, w], R G B, -1...1; of generators of one plane the picture is grey. Any width: 32 as in the authors'
/// code. Any size, as `ResNetGenerator`, from which it is told apart by the name of its blocks (`block`) and its enlargement.
public struct SFITGenerator {
  let sequence: GeneratorSequence

  /// Planes after the first convolution.
  public var width: Int { sequence.width }

  /// The checkpoint is meant for this network.
  public static func recognises(_ checkpoint: Checkpoint) -> Bool { GeneratorForm(checkpoint)?.isSFIT == true }

  /// Reads the network: key by key, shape by shape. Throws `badWeights` where a tensor is missing, has another shape or is not
  /// part of this network.
  public init(_ checkpoint: Checkpoint) throws(PluginError) {
    var file = checkpoint
    guard let form = GeneratorForm(file) else {
      let classifier = Self.classifier(file)
      throw file.failure(classifier ?? "tensor 'model.10.block.1.weight' is missing: it is no generator of SFIT")
    }
    guard form.isSFIT else { throw file.failure("it is a generator of another kind, which plugin 'cut' runs") }
    sequence = try GeneratorSequence(&file, form)
    try file.finish(network: "a generator of SFIT")
  }

  /// What a file is that holds one half of a LeNet with which SFIT is trained; nil where it is none of them.
  public static func classifier(_ file: Checkpoint) -> String? {
    if file.shape(of: "encoder.0.weight")?.suffix(2) == [5, 5], file.has("fc1.weight") {
      return "it is the encoder of a digit classifier, which SFIT takes as source or target model, not a generator"
    }
    if let shape = file.shape(of: "fc2.weight"), shape.count == 2, shape[0] == 10, !file.has("fc1.weight") {
      return "it is the last layer of a digit classifier, which SFIT takes as source or target model, not a generator"
    }
    return nil
  }

  /// image: [3, h, w], -1...1. Gives the same. Taps are named like the modules: "model.1", "model.2", ...
  public func callAsFunction(_ image: Value, in g: borrowing GraphBuilder, tap: Tap? = nil) -> Value {
    sequence(image, in: g, tap: tap)
  }

  /// Network, width and pixel values in words.
  public var info: ModelInfo {
    var info = Self.info(blocks: sequence.form.blockCount, width: width)
    info.pixels = sequence.pixels
    info.multiplyAddsPerPixel = sequence.multiplyAddsPerPixel
    return info
  }

  private static func info(blocks: Int, width: Int) -> ModelInfo {
    ModelInfo(
      architecture: "SFIT generator, \(blocks) blocks, width \(width)", pixels: "RGB -1...1 in and out", width: width)
  }

  /// The tensors of a generator of this width, 32 where none is given, with names behind `prefix`.
  public static func fresh(width: Int? = nil, prefix: String = "") throws(PluginError) -> FreshNetwork {
    let c = try FreshNetwork.width(width, published: 32)
    let form = GeneratorForm(blockName: "block", blockCount: 3, padding: .zero)
    var net = FreshNetwork(info(blocks: 3, width: c))
    net.generator(form, width: c, prefix: prefix)
    return net
  }
}
