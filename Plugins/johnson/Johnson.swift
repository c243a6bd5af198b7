// The plugin `johnson`: fast style transfer by one trained network per style.
import Networks
import PluginKit

/// Runs a Johnson transformer net on every frame.
struct Johnson: ModelPlugin, GraphPlugin, ~Copyable {
  static let model = Parameter.model(help: "The trained style: a checkpoint of pytorch/examples fast_neural_style")

  static let descriptor = PluginDescriptor(
    id: "johnson", name: "Johnson fast style transfer", version: "1.0.0", vendor: "stylehost", licence: "MIT",
    description: "Repaints frames in the style a network was trained for (Johnson et al. 2016). "
      + "Runs checkpoints of pytorch/examples fast_neural_style at any width.",
    parameters: [model])

  static let range = PixelRange.bytes
  let graph: BuiltGraph
  var plan: CompiledGraph?

  init(host: PluginHost, parameters: Parameters) throws(PluginError) {
    let network = try JohnsonTransformer(WeightSet.open(parameters[Self.model], host: host))
    let builder = try GraphBuilder(host: host, name: "johnson")
    let result = network(builder.input("image", channels: 3), in: builder)
    graph = try builder.finish(outputs: result)
  }

  static func identify(_ weights: WeightSet) throws(PluginError) -> ModelInfo? {
    guard JohnsonTransformer.recognises(Checkpoint(weights)) else { return nil }
    return try JohnsonTransformer(weights).info
  }

  static func fresh(width: Int?) throws(PluginError) -> FreshNetwork? { try JohnsonTransformer.fresh(width: width) }
}

/// The one function that the host looks for.
@c(stylehost_plugin_entry)
public func entry(_ hostMajor: UInt32, _ hostMinor: UInt32) -> PluginEntry? { Johnson.entry(hostMajor, hostMinor) }
