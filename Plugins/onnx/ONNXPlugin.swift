// The plugin `onnx`: any network from picture to picture that an ONNX file holds.
import Networks
import PluginKit

/// Runs a graph of ONNX on every frame.
struct ONNXPlugin: ModelPlugin, ~Copyable {
  static let model = Parameter.model(help: "The network: an ONNX file, or one converted from it")
  static let range = Parameter.choice(
    "range", "Pixel values", default: ONNXPixels.auto,
    help: "Pixel values that the network takes, and gives where output-range does not say otherwise")
  static let outputRange = Parameter.choice(
    "output-range", "Pixel values of the result", default: ONNXPixels.auto, help: "Pixel values that the network gives")
  static let order = Parameter.choice(
    "order", "Order of planes", default: PlaneOrder.rgb, help: "Order of the planes that the network takes and gives")
  static let style = Parameter.string(
    "style", "Style", default: "",
    help: "Numbers of the first further input: an entry (3), a mixture (0:0.7+3:0.3), or all (0.1/0.2/0.7)")
  static let inputs = Parameter.string(
    "inputs", "Further inputs", default: "", help: "Numbers of further inputs by name: strength=0.5;style=3")
  static let image = Parameter.image("image", "Second picture", help: "The picture of the second picture input")

  static let descriptor = PluginDescriptor(
    id: "onnx", name: "ONNX networks", version: "1.0.0", vendor: "stylehost", licence: "MIT",
    description:
      "Runs any network from picture to picture that an ONNX file holds, opset 7 to 21, at any size of frame.",
    parameters: [model, range, outputRange, order, style, inputs, image])

  private let host: PluginHost
  private let network: ONNXNetwork
  private let settings: ONNXSettings
  private let picture: SecondPicture?
  private var ready: ONNXPlan?
  private var graph: BuiltGraph?
  private var plan: CompiledGraph?

  init(host: PluginHost, parameters: Parameters) throws(PluginError) {
    let weights = try WeightSet.open(parameters[Self.model], host: host)
    let network = try ONNXNetwork(weights)
    let extra = FurtherInputs(style: parameters[Self.style], named: parameters[Self.inputs])
    var settings = ONNXSettings()
    settings.numbers = try extra.numbers(for: network.extras)
    for line in extra.remarks(for: network.extras) { host.log(.info, line) }
    let picture = try SecondPicture(parameters[Self.image], for: network.extras, host: host)
    for port in network.extras where port.isPicture { settings.pictures[port.name] = picture?.size }
    settings.isBlueFirst = parameters[Self.order] == .bgr
    let found = ONNXPixels.found(try network.nominalPlan(), weights)
    let (input, output) = (parameters[Self.range], parameters[Self.outputRange])
    settings.pixels.input = input == .auto ? found.input : input
    settings.pixels.output = output != .auto ? output : input == .auto ? found.output : input
    if input == .auto {
      host.log(
        .info, "pixels are taken to be \(settings.pixels.input.text) in and \(settings.pixels.output.text) out (range=)"
      )
    }
    self.settings = settings
    self.picture = picture
    self.host = host
    self.network = network
  }

  /// Asks for the network's values and size.
  mutating func negotiate(_ stream: Stream, _ format: inout Format) throws(PluginError) {
    let ready = try network.plan(height: stream.height, width: stream.width, settings)
    (format.input, format.output) = (settings.pixels.input.range, settings.pixels.output.range)
    (format.outputHeight, format.outputWidth) = (ready.output.height, ready.output.width)
    self.ready = ready
  }

  /// Builds the graph for this size, and compiles it.
  mutating func activate(_ stream: Stream, _ format: Format) throws(PluginError) {
    guard let ready else { throw PluginError(.invalidArgument, "cannot start: the size was not negotiated") }
    let graph = try ready.graph(host: host)
    let frame = BuiltGraph.Size(height: stream.height, width: stream.width)
    if let size = picture?.size {
      plan = try graph.compile(frame, BuiltGraph.Size(height: size.height, width: size.width))
    } else {
      plan = try graph.compile(frame)
    }
    self.graph = consume graph
  }

  /// Runs it.
  mutating func process(_ frame: Frame) throws(PluginError) {
    let isRun =
      if let picture {
        try plan?.run(frame.input, picture.images, frame.output) != nil
      } else {
        try plan?.run(frame.input, frame.output) != nil
      }
    guard isRun else { throw PluginError(.invalidArgument, "cannot process a frame: the plugin is not active") }
  }

  /// Drops what was compiled.
  mutating func deactivate() {
    plan = nil
    graph = nil
    ready = nil
  }

  static func identify(_ weights: WeightSet) throws(PluginError) -> ModelInfo? {
    ONNXNetwork.recognises(weights) ? try ONNXNetwork(weights).info() : nil
  }
}

/// Which plane comes first.
enum PlaneOrder: String, CaseIterable, Sendable { case rgb, bgr }

/// The one function that the host looks for.
@c(stylehost_plugin_entry)
public func entry(_ hostMajor: UInt32, _ hostMinor: UInt32) -> PluginEntry? { ONNXPlugin.entry(hostMajor, hostMinor) }
