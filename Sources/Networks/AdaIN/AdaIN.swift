// Arbitrary style transfer: one pair of encoder and decoder for every style.
import PluginKit

/// Huang, Belongie: Arbitrary Style Transfer in Real-time with Adaptive Instance Normalization, ICCV 2017.
///
/// Takes and gives [3, h, w], R G B, 0...1, of any size: what the decoder gives beyond the picture is cropped.
public struct AdaIN: StyleNetwork {
  let encoder: AdaINEncoder
  let decoder: AdaINDecoder
  let form: AdaINForm

  /// Where the networks of a pair stand in one file.
  static let (encoderPrefix, decoderPrefix) = ("encoder.", "decoder.")

  /// A model file that may be a half of a pair.
  public enum Half: Sendable {
    /// The decoder or the encoder alone.
    case decoder, encoder
  }

  /// The checkpoint is a pair, or a half of one.
  public static func recognises(_ file: Checkpoint) -> Bool { AdaINPart(file) != nil }

  /// Which half of a pair the checkpoint is alone; nil where it is both or some other network's.
  public static func half(_ file: Checkpoint) -> Half? {
    switch AdaINPart(file)?.kind {
    case .decoder: .decoder
    case .encoder: .encoder
    case .pair, nil: nil
    }
  }

  /// A checkpoint as this network reads it: without the layers that nothing here uses.
  public static func checkpoint(_ weights: WeightSet) -> Checkpoint {
    let kernels = AdaINForm.kernels(weights)
    let countsFromOne = weights.names.contains { name in
      name.split(separator: ".").suffix(2) == ["1", "weight"]
        && (kernels[name] ?? weights[name]?.shape) == [3, 3, 1, 1]
    }
    return Checkpoint(weights, kernels: kernels) { AdaINForm.isUnused($0, behind: countsFromOne ? 30 : 29) }
  }

  /// Reads a pair from one file. Throws `badWeights` where a network is missing, or a tensor is missing, does not fit the one before
  /// it, or is not part of the networks.
  public init(_ weights: WeightSet) throws(PluginError) {
    var file = Self.checkpoint(weights)
    guard let part = AdaINPart(file) else {
      throw file.failure("it is no AdaIN pair: tensor 'encoder.29.weight' is missing")
    }
    switch part.kind {
    case .pair: break
    case .decoder: throw file.failure("it is the decoder alone: give the encoder (vgg_normalised.pth) as encoder=FILE")
    case .encoder:
      throw file.failure("it is the encoder alone: give the decoder as the model and this file as encoder=FILE")
    }
    encoder = try AdaINEncoder(&file, part.form, prefix: part.prefixes.encoder)
    decoder = try AdaINDecoder(&file, part.form, prefix: part.prefixes.decoder, features: encoder.features)
    form = part.form
    try file.finish(network: "an AdaIN pair")
  }

  /// Reads a pair from two files. Throws as the other does, and where a file is not the half it should be.
  public init(decoder weights: WeightSet, encoder other: WeightSet) throws(PluginError) {
    var (file, front) = (Self.checkpoint(weights), Self.checkpoint(other))
    guard let back = AdaINPart(file) else {
      throw file.failure("it is no AdaIN decoder: tensor '28.weight' is missing")
    }
    switch back.kind {
    case .decoder: break
    case .pair: throw file.failure("it holds an encoder of its own: leave encoder= out")
    case .encoder:
      throw file.failure("it is the encoder alone: give the decoder as the model and this file as encoder=FILE")
    }
    guard let part = AdaINPart(front), part.kind == .encoder else {
      throw front.failure("it is no AdaIN encoder: tensor '\(back.form.first).weight' is missing or not [3,3,1,1]")
    }
    guard part.form == back.form else {
      throw file.failure("it is a decoder of \(back.form.name), and the encoder is one of \(part.form.name)")
    }
    encoder = try AdaINEncoder(&front, part.form, prefix: part.prefixes.encoder)
    try front.finish(network: "an AdaIN encoder")
    decoder = try AdaINDecoder(&file, part.form, prefix: back.prefixes.decoder, features: encoder.features)
    form = part.form
    try file.finish(network: "an AdaIN decoder")
  }

  /// Those of the features.
  public var planes: Int { encoder.features }

  /// None.
  public var modulations: Int { 0 }

  /// 8, for there are three pools.
  public var reduction: Int { encoder.reduction }

  /// image: [3, h, w], 0...1. Gives the features of relu4_1.
  public func features(_ image: Value, in g: borrowing GraphBuilder) -> Value { encoder(image, in: g) }

  /// The picture that features make: `image`'s size, clamped to 0...1.
  func picture(_ features: Value, like image: Value, in g: borrowing GraphBuilder) -> Value {
    g.clamp(g.cropLike(decoder(features, in: g), image), low: 0, high: 1)
  }
}
