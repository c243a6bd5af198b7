// The plugin `sfit`: source-free image translation, a model's knowledge made visible.
import Networks
import PluginKit

/// Runs a generator of SFIT on every frame.
struct SFIT: ModelPlugin, GraphPlugin, ~Copyable {
  static let model = Parameter.model(help: "The trained generator (model_G.pth)")

  static let descriptor = PluginDescriptor(
    id: "sfit", name: "SFIT generators", version: "1.0.0", vendor: "stylehost", licence: "MIT",
    description:
      "Translates frames of a target domain into the style of the source domain, as two classifiers see them "
      + "(Hou and Zheng 2021).",
    parameters: [model])

  static let range = PixelRange.signed
  let graph: BuiltGraph
  var plan: CompiledGraph?

  init(host: PluginHost, parameters: Parameters) throws(PluginError) {
    let network = try SFITGenerator(Checkpoint(WeightSet.open(parameters[Self.model], host: host)))
    let builder = try GraphBuilder(host: host, name: "sfit")
    let result = network(builder.input("image", channels: 3), in: builder)
    graph = try builder.finish(outputs: result)
  }

  static func identify(_ weights: WeightSet) throws(PluginError) -> ModelInfo? {
    let file = Checkpoint(weights)
    if SFITGenerator.recognises(file) { return try SFITGenerator(file).info }
    guard let classifier = SFITGenerator.classifier(file) else { return nil }
    throw file.failure(classifier)
  }

  static func fresh(width: Int?) throws(PluginError) -> FreshNetwork? { try SFITGenerator.fresh(width: width) }
}

/// The one function that the host looks for.
@c(stylehost_plugin_entry)
public func entry(_ hostMajor: UInt32, _ hostMinor: UInt32) -> PluginEntry? { SFIT.entry(hostMajor, hostMinor) }
