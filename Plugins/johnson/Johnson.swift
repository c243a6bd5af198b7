// The plugin `johnson`: fast style transfer by one trained network per style.
import Networks
import PluginKit

/// Runs a Johnson transformer net on every frame.
struct Johnson: ModelPlugin, ~Copyable {
  static let model = Parameter.model(help: "The trained style: a checkpoint of pytorch/examples fast_neural_style")

  static let descriptor = PluginDescriptor(
    id: "johnson", name: "Johnson fast style transfer", version: "1.0.0", vendor: "stylehost", licence: "MIT",
    description: "Repaints frames in the style a network was trained for (Johnson et al. 2016). "
      + "Runs checkpoints of pytorch/examples fast_neural_style at any width.",
    parameters: [model])

  private let graph: BuiltGraph
  private var plan: CompiledGraph?

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

  mutating func negotiate(_ stream: Stream, _ format: inout Format) throws(PluginError) {
    format.input = .bytes
    format.output = .bytes
    (format.outputHeight, format.outputWidth) = (stream.height, stream.width)
  }

  mutating func activate(_ stream: Stream, _ format: Format) throws(PluginError) {
    plan = try graph.compile(BuiltGraph.Size(height: stream.height, width: stream.width))
  }

  mutating func process(_ frame: Frame) throws(PluginError) {
    guard try plan?.run(frame.input, frame.output) != nil else {
      throw PluginError(.invalidArgument, "cannot process a frame: the plugin is not active")
    }
  }

  mutating func deactivate() { plan = nil }
}

/// The one function that the host looks for.
@c(stylehost_plugin_entry)
public func entry(_ hostMajor: UInt32, _ hostMinor: UInt32) -> PluginEntry? { Johnson.entry(hostMajor, hostMinor) }
