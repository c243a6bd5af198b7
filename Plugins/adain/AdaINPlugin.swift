// The plugin `adain`: the style of any picture, by one pair of networks.
import Networks
import PluginKit

/// Runs an AdaIN pair on every frame, in the style of one picture.
struct AdaINPlugin: ModelPlugin, GraphPlugin, ~Copyable {
  static let model = Parameter.model(help: "The pair of encoder and decoder, or the decoder (decoder.pth) alone")
  static let encoder = Parameter.path(
    "encoder", "Encoder file", help: "The encoder (vgg_normalised.pth) of a decoder that comes alone")
  static let style = Parameter.image("style", "Style picture", help: "The picture whose style frames take").required

  static let descriptor = PluginDescriptor(
    id: "adain", name: "AdaIN arbitrary style transfer", version: "1.0.0", vendor: "stylehost", licence: "MIT",
    description: "Repaints frames in the style of any picture (Huang and Belongie 2017). "
      + "Runs pairs of VGG-19 encoder and decoder of pytorch-AdaIN at any width.",
    parameters: [model, encoder, style])

  static let range = PixelRange.unit
  let graph: BuiltGraph
  var plan: CompiledGraph?

  init(host: PluginHost, parameters: Parameters) throws(PluginError) {
    var encoder: WeightSet?
    if let path = parameters[Self.encoder] { encoder = try WeightSet.open(path, host: host) }
    let network = try AdaIN(WeightSet.open(parameters[Self.model], host: host), encoder: encoder)
    guard let picture = parameters[Self.style] else {
      throw PluginError(.badParameter, "cannot start without a style: give a picture as style=FILE")
    }
    let style = try StyleReader(host: host, network: network).statistics(of: picture)
    let builder = try GraphBuilder(host: host, name: "adain")
    let result = network(builder.input("image", channels: 3), style: style, in: builder)
    graph = try builder.finish(outputs: result)
  }

  static func identify(_ weights: WeightSet) throws(PluginError) -> ModelInfo? {
    let file = Checkpoint(weights)
    switch AdaIN.part(file) {
    case .pair: return try AdaIN(weights, encoder: nil).info
    case .decoder: return AdaIN.info(decoder: file)
    case .encoder: throw file.failure("it is the encoder of an AdaIN pair: give the decoder and encoder=FILE")
    case nil: return nil
    }
  }

  static func fresh(width: Int?) throws(PluginError) -> FreshNetwork? { try AdaIN.fresh(width: width) }
}

/// The one function that the host looks for.
@c(stylehost_plugin_entry)
public func entry(_ hostMajor: UInt32, _ hostMinor: UInt32) -> PluginEntry? { AdaINPlugin.entry(hostMajor, hostMinor) }
