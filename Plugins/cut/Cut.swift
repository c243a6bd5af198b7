// The plugin `cut`: unpaired translation by a residual generator.
import Networks
import PluginKit

/// Runs a residual generator on every frame.
struct Cut: ModelPlugin, GraphPlugin, ~Copyable {
  static let model = Parameter.model(help: "The trained generator of one direction")

  static let descriptor = PluginDescriptor(
    id: "cut", name: "CUT and CycleGAN generators", version: "1.0.0", vendor: "stylehost", licence: "MIT",
    description: "Translates frames from one domain into another (Zhu et al. 2017, Park et al. 2020). "
      + "Runs residual generators with nearest enlargement at any width.",
    parameters: [model])

  static let range = PixelRange.signed
  let graph: BuiltGraph
  var plan: CompiledGraph?

  init(host: PluginHost, parameters: Parameters) throws(PluginError) {
    let network = try ResNetGenerator(WeightSet.open(parameters[Self.model], host: host))
    let builder = try GraphBuilder(host: host, name: "cut")
    let result = network(builder.input("image", channels: 3), in: builder)
    graph = try builder.finish(outputs: result)
  }

  static func identify(_ weights: WeightSet) throws(PluginError) -> ModelInfo? {
    guard ResNetGenerator.recognises(Checkpoint(weights)) else { return nil }
    return try ResNetGenerator(weights).info
  }

  static func fresh(width: Int?) throws(PluginError) -> FreshNetwork? { try ResNetGenerator.fresh(width: width) }
}

/// The one function that the host looks for.
@c(stylehost_plugin_entry)
public func entry(_ hostMajor: UInt32, _ hostMinor: UInt32) -> PluginEntry? { Cut.entry(hostMajor, hostMinor) }
