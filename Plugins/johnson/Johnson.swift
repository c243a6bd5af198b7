// The plugin `johnson`: fast style transfer by a trained network.
import Networks
import PluginKit

/// Runs a Johnson transformer net on every frame.
struct Johnson: ModelPlugin, GraphPlugin, ~Copyable {
  static let model = Parameter.model(
    help: "The trained network: a checkpoint of pytorch/examples, a .t7 file of jcjohnson, a Magenta net of many styles"
  )
  static let style = Parameter<String>.string(
    "style", "Style", help: "Of a network of several styles: number, name, or a mix of them such as 0:0.7+3:0.3")
  static let median = Parameter<Bool>.bool(
    "median", "Median filter", default: true, help: "The 3x3 median filter at the end of jcjohnson's networks")

  static let descriptor = PluginDescriptor(
    id: "johnson", name: "Johnson fast style transfer", version: "1.0.0", vendor: "stylehost", licence: "MIT",
    description:
      "Repaints frames in the style a network was trained for (Johnson et al. 2016), or in a mix of its styles "
      + "(Dumoulin et al. 2017). Runs networks of pytorch/examples, jcjohnson and Magenta at any width.",
    parameters: [model, style, median])

  static let range = PixelRange.bytes
  let graph: BuiltGraph
  var plan: CompiledGraph?

  init(host: PluginHost, parameters: Parameters) throws(PluginError) {
    let weights = try WeightSet.open(parameters[Self.model], host: host)
    let network = try JohnsonNetwork(weights, style: parameters[Self.style])
    let builder = try GraphBuilder(host: host, name: "johnson")
    let result = network(builder.input("image", channels: 3), median: parameters[Self.median], in: builder)
    graph = try builder.finish(outputs: result)
  }

  static func identify(_ weights: WeightSet) throws(PluginError) -> ModelInfo? {
    guard JohnsonNetwork.recognises(weights) else { return try Bystander.refuse(weights, .vgg16) }
    return try JohnsonNetwork(weights).info
  }

  static func fresh(width: Int?) throws(PluginError) -> FreshNetwork? { try JohnsonTransformer.fresh(width: width) }
}

/// The one function that the host looks for.
@c(stylehost_plugin_entry)
public func entry(_ hostMajor: UInt32, _ hostMinor: UInt32) -> PluginEntry? { Johnson.entry(hostMajor, hostMinor) }
