// Arbitrary style transfer: one pair of encoder and decoder for every style.
import PluginKit

/// Huang, Belongie: Arbitrary Style Transfer in Real-time with Adaptive Instance Normalization, ICCV 2017; in the form of
/// naoto0804's `pytorch-AdaIN`.
///
/// Takes and gives [3, h, w], R G B, 0...1, of any size: pools round up, and what the decoder gives beyond the picture is cropped.
public struct AdaIN {
  let encoder: VGG19Encoder
  let decoder: AdaINDecoder

  /// Planes after the first 3x3 convolution, 64 as published.
  public var width: Int { encoder.width }

  /// Where the networks of a pair stand in one file.
  static let (encoderPrefix, decoderPrefix) = ("encoder.", "decoder.")

  /// What a model file holds of a pair.
  public enum Part: Sendable {
    /// Both networks, behind `encoder.` and `decoder.`.
    case pair
    /// The decoder alone, its keys the bare numbers of its Sequential.
    case decoder
    /// The encoder alone, likewise.
    case encoder
  }

  /// What part of a pair the checkpoint is meant to be; nil where it is some other network's.
  public static func part(_ checkpoint: Checkpoint) -> Part? {
    if ["encoder.29.weight", "decoder.28.weight"].contains(where: checkpoint.has) { return .pair }
    func shape(_ key: String, _ outermost: Int, _ kernel: Int) -> Bool {
      checkpoint.shape(of: key).map { $0.count == 4 && $0[0] == outermost && $0[2...] == [kernel, kernel] } ?? false
    }
    if shape("28.weight", 3, 3), checkpoint.has("1.weight") { return .decoder }
    if shape("0.weight", 3, 1), checkpoint.has("29.weight") { return .encoder }
    return nil
  }

  /// Reads the pair: from one file, or the decoder from `model` and the encoder from `encoder`.
  /// Throws `badWeights` where a network is missing, or a tensor is missing, of another shape, or not part of its network.
  public init(_ model: WeightSet, encoder: WeightSet?) throws(PluginError) {
    var file = Checkpoint(model)
    let part = Self.part(file)
    guard part != .encoder else {
      throw file.failure("it is the encoder alone: give the decoder as the model and this file as encoder=FILE")
    }
    guard let encoder else {
      guard part != .decoder else {
        throw file.failure("it is the decoder alone: give the encoder (vgg_normalised.pth) as encoder=FILE")
      }
      self.encoder = try VGG19Encoder(&file, prefix: Self.encoderPrefix)
      decoder = try AdaINDecoder(&file, prefix: Self.decoderPrefix, width: self.encoder.width)
      try file.finish(network: "an AdaIN pair")
      return
    }
    guard part != .pair else { throw file.failure("it holds an encoder of its own: leave encoder= out") }
    var other = Checkpoint(encoder, ignoring: VGG19Encoder.isBehind)
    self.encoder = try VGG19Encoder(&other, prefix: "")
    try other.finish(network: "VGG-19")
    decoder = try AdaINDecoder(&file, prefix: "", width: self.encoder.width)
    try file.finish(network: "an AdaIN decoder")
  }

  /// image: [3, h, w], 0...1. Gives the features whose statistics make the style.
  public func features(_ image: Value, in g: borrowing GraphBuilder) -> Value { encoder(image, in: g) }

  /// image: [3, h, w], 0...1. Gives the same in the style, clamped to 0...1.
  public func callAsFunction(_ image: Value, style: ChannelStatistics, in g: borrowing GraphBuilder) -> Value {
    let scale = g.constant("style deviation", shape: [style.deviations.count], style.deviations)
    let shift = g.constant("style mean", shape: [style.means.count], style.means)
    let x = g.instanceNorm(encoder(image, in: g), scale: scale, shift: shift, epsilon: ChannelStatistics.epsilon)
    return g.clamp(g.cropLike(decoder(x, in: g), image), low: 0, high: 1)
  }

  /// Network, width and pixel values in words.
  public var info: ModelInfo {
    var info = Self.info(width: width)
    info.multiplyAddsPerPixel = encoder.multiplyAddsPerPixel + decoder.multiplyAddsPerPixel
    return info
  }

  static func info(width: Int) -> ModelInfo {
    ModelInfo(
      architecture: "AdaIN (VGG-19 to relu4_1 and decoder), width \(width)", pixels: "RGB 0...1 in and out",
      width: width)
  }

  /// What `model` says of a decoder that comes without its encoder.
  public static func info(decoder file: Checkpoint) -> ModelInfo {
    let width = file.shape(of: "28.weight").map { $0.count > 1 ? $0[1] : 0 } ?? 0
    return ModelInfo(
      architecture: "AdaIN decoder, width \(width): needs encoder=FILE", pixels: "RGB 0...1 in and out", width: width)
  }

  /// The tensors of a pair of this width, 64 where none is given.
  public static func fresh(width: Int? = nil) throws(PluginError) -> FreshNetwork {
    let width = try FreshNetwork.width(width, published: 64)
    var net = FreshNetwork(info(width: width))
    VGG19Encoder.fresh(&net, width: width, prefix: encoderPrefix)
    AdaINDecoder.fresh(&net, width: width, prefix: decoderPrefix)
    return net
  }
}
