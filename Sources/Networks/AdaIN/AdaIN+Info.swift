// What an AdaIN pair is, in words and numbers, and one that has learnt nothing yet.
import PluginKit

extension AdaIN {
  /// Network, width and pixel values in words.
  public var info: ModelInfo {
    var info = Self.info(form, width: encoder.width)
    info.multiplyAddsPerPixel = encoder.multiplyAddsPerPixel + decoder.multiplyAddsPerPixel
    return info
  }

  static func info(_ form: AdaINForm, width: Int) -> ModelInfo {
    ModelInfo(
      architecture: "AdaIN (\(form.network) to relu4_1 and decoder; \(form.name)), width \(width)",
      pixels: "RGB 0...1 in and out", width: width)
  }

  /// What a file says of itself that comes without the other half.
  /// Throws `badWeights` where a tensor is missing, does not fit the one before it, or is not part of its network.
  public static func info(half file: Checkpoint) throws(PluginError) -> ModelInfo? {
    guard let part = AdaINPart(file) else { return nil }
    var file = file
    switch part.kind {
    case .pair: return nil
    case .encoder:
      let encoder = try AdaINEncoder(&file, part.form, prefix: part.prefixes.encoder)
      try file.finish(network: "an AdaIN encoder")
      return info(half: "encoder", "decoder", part.form, encoder.width, encoder.multiplyAddsPerPixel)
    case .decoder:
      let top = part.form.decoder[0][0]
      let features = file.shape(of: "\(part.prefixes.decoder)\(top).weight").map { $0.count > 1 ? $0[1] : 0 } ?? 0
      let decoder = try AdaINDecoder(&file, part.form, prefix: part.prefixes.decoder, features: features)
      try file.finish(network: "an AdaIN decoder")
      let width = decoder.stages.last?.last?.inChannels ?? 0
      return info(half: "decoder", "encoder", part.form, width, decoder.multiplyAddsPerPixel)
    }
  }

  private static func info(
    half: String, _ other: String, _ form: AdaINForm, _ width: Int, _ cost: Double
  ) -> ModelInfo {
    ModelInfo(
      architecture:
        "AdaIN \(half) (\(form.name)), width \(width): runs with its \(other) beside it, or joined (models convert -h)",
      pixels: "RGB 0...1 in and out", width: width, multiplyAddsPerPixel: cost)
  }

  /// The tensors of a pair of pytorch-AdaIN's form of this width, 64 where none is given.
  public static func fresh(width: Int? = nil) throws(PluginError) -> FreshNetwork {
    let width = try FreshNetwork.width(width, published: 64)
    var net = FreshNetwork(info(.numbered, width: width))
    AdaINEncoder.fresh(&net, width: width, prefix: encoderPrefix)
    AdaINDecoder.fresh(&net, .numbered, width: width, prefix: decoderPrefix)
    return net
  }
}
