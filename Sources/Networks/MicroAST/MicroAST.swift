// Arbitrary style transfer in half a million numbers, without VGG.
import PluginKit

/// Wang et al.: MicroAST: Towards Super-Fast Ultra-Resolution Arbitrary Style Transfer, AAAI 2023. Two AdaIN steps as in `AdaIN`, and
/// residual blocks whose convolutions a style scales (filter modulation).
///
/// Takes and gives [3, h, w], R G B, 0...1, of any size: strides round up, and what the decoder gives beyond the picture is cropped.
public struct MicroAST: StyleNetwork {
  let content, style: MicroASTEncoder
  let modulator: MicroASTModulator
  let decoder: MicroASTDecoder

  /// Its networks, which come in files of their own; in one file their keys stand behind these names.
  public enum Part: String, CaseIterable, Sendable {
    /// Of frames, of style pictures: networks of one form, told apart by the names of their files alone.
    case contentEncoder = "content_encoder"
    case styleEncoder = "style_encoder"
    /// Makes scales of filters out of features of a style.
    case modulator
    /// Back to a picture.
    case decoder

    /// What is said of a file that is called `name`: where that does not tell the encoders apart, nothing does.
    public func text(named name: String) -> String {
      switch self {
      case .contentEncoder, .styleEncoder: name.contains(rawValue) ? "the \(rawValue)" : "an encoder"
      case .modulator, .decoder: "the \(rawValue)"
      }
    }

    /// A tensor that only this network has, or either encoder.
    var mark: String {
      switch self {
      case .contentEncoder, .styleEncoder: "enc1.10.conv1.conv_layer.weight"
      case .modulator: "weight1.0.conv_layer.weight"
      case .decoder: "dec1.conv1.conv_layer.weight"
      }
    }
  }

  /// The checkpoint is one of the networks or all of them.
  public static func recognises(_ file: Checkpoint) -> Bool {
    Part.allCases.contains { file.has($0.mark) || file.has("\($0.rawValue).\($0.mark)") }
  }

  /// Reads the networks from one file each; a file that holds all of them is given for every part.
  /// Throws `badWeights` where a tensor is missing, of another shape, or not part of its network.
  public init(_ files: (Part) throws(PluginError) -> WeightSet) throws(PluginError) {
    func read<Network>(
      _ part: Part, _ make: (inout Checkpoint, String) throws(PluginError) -> Network
    ) throws(PluginError) -> Network {
      var file = Checkpoint(try files(part))
      let prefix = file.has("\(part.rawValue).\(part.mark)") ? "\(part.rawValue)." : ""
      let network = try make(&file, prefix)
      if prefix.isEmpty { try file.finish(network: "MicroAST's \(part.rawValue)") }
      return network
    }
    content = try read(.contentEncoder) { (file, prefix) throws(PluginError) in try MicroASTEncoder(&file, prefix) }
    style = try read(.styleEncoder) { (file, prefix) throws(PluginError) in try MicroASTEncoder(&file, prefix) }
    let planes = content.planes
    guard style.planes == planes else {
      throw try files(.styleEncoder).failure("it gives \(style.planes) planes, and the content encoder \(planes)")
    }
    modulator = try read(.modulator) { (file, prefix) throws(PluginError) in
      try MicroASTModulator(&file, prefix, planes)
    }
    decoder = try read(.decoder) { (file, prefix) throws(PluginError) in try MicroASTDecoder(&file, prefix, planes) }
  }

  /// Features of both steps.
  public var planes: Int { 2 * content.planes }

  /// Of both steps: a factor for what a convolution gives, and one for what goes into it.
  public var modulations: Int { 4 * content.planes }

  /// 4, for there are two strides.
  public var reduction: Int { 4 }

  /// Of both steps, then those whose means are the factors.
  public func features(_ image: Value, in g: borrowing GraphBuilder) -> Value {
    let (first, second) = style(image, in: g)
    return modulator(first, second, in: g)
  }

  /// image: [3, h, w], 0...1. Gives the same in a mixture of styles, nominally 0...1.
  public func painted(_ image: Value, _ mixture: StyleMixture, in g: borrowing GraphBuilder) -> Value {
    g.cropLike(decoder(content(image, in: g).second, mixture, content.planes, in: g), image)
  }

  /// The network that a file holds alone; nil where it holds all of them, or something else. Encoders of frames and of styles look the
  /// same: the name of the file decides.
  public static func part(_ file: Checkpoint, name: String) -> Part? {
    let possible = Part.allCases.filter { file.has($0.mark) }
    return possible.first { name.contains($0.rawValue) } ?? possible.first
  }

  /// What a file says of itself that holds one of the networks alone.
  /// Throws `badWeights` where a tensor is missing, of another shape, or not part of it.
  public static func info(part: Part, _ weights: WeightSet) throws(PluginError) -> ModelInfo {
    var file = Checkpoint(weights)
    let (name, width, cost): (String, Int, Double)
    switch part {
    case .contentEncoder, .styleEncoder:
      let encoder = try MicroASTEncoder(&file, "")
      (name, width, cost) = ("encoder", encoder.first.outChannels, encoder.multiplyAddsPerPixel)
    case .modulator:
      _ = try MicroASTModulator(&file, "", file.shape(of: part.mark)?.first ?? 0)
      (name, width, cost) = (part.rawValue, 0, 0)
    case .decoder:
      let decoder = try MicroASTDecoder(&file, "", file.shape(of: part.mark)?.first ?? 0)
      (name, width, cost) = (part.rawValue, decoder.up[1].narrow.outChannels, decoder.multiplyAddsPerPixel)
    }
    try file.finish(network: "MicroAST's \(name)")
    return ModelInfo(
      architecture:
        "MicroAST \(name)\(width > 0 ? ", width \(width)" : ""): runs with its three other networks beside it, or joined (models convert -h)",
      pixels: "RGB 0...1 in and out", width: width, multiplyAddsPerPixel: cost)
  }

  /// Network, width and pixel values in words.
  public var info: ModelInfo {
    ModelInfo(
      architecture: "MicroAST, width \(content.first.outChannels)", pixels: "RGB 0...1 in and out",
      width: content.first.outChannels,
      multiplyAddsPerPixel: content.multiplyAddsPerPixel + decoder.multiplyAddsPerPixel)
  }
}
