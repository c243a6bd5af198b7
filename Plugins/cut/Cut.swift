// The plugin `cut`: unpaired translation by a residual generator.
import Networks
import PluginKit

/// Runs a residual generator on every frame.
struct Cut: ModelPlugin, GraphPlugin, ~Copyable {
  static let model = Parameter.model(help: "The trained generator (net_G), or a file with those of both directions")
  static let direction = Parameter<GeneratorDirection>.choice(
    "direction", "Direction", default: .auto,
    help: "Which generator of a file that holds two; auto: the one there is, or from A to B")

  static let descriptor = PluginDescriptor(
    id: "cut", name: "CUT and CycleGAN generators", version: "1.0.0", vendor: "stylehost", licence: "MIT",
    description: "Translates frames from one domain into another (Zhu et al. 2017, Park et al. 2020). "
      + "Runs residual generators of CUT, FastCUT, CycleGAN and GAN Compression at any width.",
    parameters: [model, direction])

  static let range = PixelRange.signed
  let graph: BuiltGraph
  var plan: CompiledGraph?

  init(host: PluginHost, parameters: Parameters) throws(PluginError) {
    let weights = try WeightSet.open(parameters[Self.model], host: host)
    let network = try ResNetGenerator(GeneratorChoice(weights).checkpoint(parameters[Self.direction]))
    let builder = try GraphBuilder(host: host, name: "cut")
    let result = network(builder.input("image", channels: 3), in: builder)
    graph = try builder.finish(outputs: result)
  }

  static func identify(_ weights: WeightSet) throws(PluginError) -> ModelInfo? {
    let choice = GeneratorChoice(weights)
    let file = try choice.checkpoint()
    guard ResNetGenerator.recognises(file) else {
      guard let part = GeneratorParts.part(file) else { return nil }
      throw file.failure(part)
    }
    var info = try ResNetGenerator(file).info
    if Set(choice.directions).count > 1 { info.architecture += ", direction=a2b or b2a" }
    return info
  }

  static func fresh(width: Int?) throws(PluginError) -> FreshNetwork? { try ResNetGenerator.fresh(width: width) }
}

/// The one function that the host looks for.
@c(stylehost_plugin_entry)
public func entry(_ hostMajor: UInt32, _ hostMinor: UInt32) -> PluginEntry? { Cut.entry(hostMajor, hostMinor) }
