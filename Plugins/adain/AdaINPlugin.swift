// The plugin `adain`: the style of any picture, by one pair of networks.
import Networks
import PluginKit

/// Runs an AdaIN pair on every frame, in the style of one picture, a mixture of several, or one for each region.
struct AdaINPlugin: ModelPlugin, ~Copyable {
  static let model = Parameter.model(
    bundled: "any.safetensors", help: "The pair of encoder and decoder, or one of them (decoder.pth) alone")
  static let encoder = Parameter.path(
    "encoder", "Encoder file",
    help:
      "The encoder (vgg_normalised.pth) of a decoder that comes alone; left out, it is looked for beside the decoder")
  static let style = Parameter.images(
    "style", "Style pictures", help: "The pictures whose style frames take, with '+' between their paths"
  ).required
  static let weights = Parameter.string(
    "weights", "Weights of the styles", help: "How much of each style is taken, as 0.7+0.3; left out, all the same")
  static let alpha = Parameter.float(
    "alpha", "Strength", in: 0...1, default: 1,
    help: "From the content as the decoder paints it (0) to the style (1); MicroAST's filters keep the style even at 0"
  ).runtime
  static let coral = Parameter.bool(
    "coral", "Recoloured styles", default: false,
    help:
      "The style pictures get the colours of the frame before they are read (CORAL), so that the result has them too")
  static let masks = Parameter.images(
    "masks", "Regions",
    help: "A mask for each style, white where it is taken; the last style may do without and takes the rest")

  static let descriptor = PluginDescriptor(
    id: "adain", name: "AdaIN arbitrary style transfer", version: "1.0.0", vendor: "stylehost", licence: "MIT",
    description:
      "Repaints frames in the style of any picture (Huang and Belongie 2017), of several, or of one for each region. "
      + "Runs pairs of VGG-19 encoder and decoder of pytorch-AdaIN and of Collaborative-Distillation at any width, real-time nets of this program, and MicroAST.",
    parameters: [model, encoder, style, weights, alpha, coral, masks])

  private let network: any StyleNetwork
  private let styles: StyleSet
  private let controls: any StyleControls
  private let graph: BuiltGraph
  private var plan: CompiledGraph?

  init(host: PluginHost, parameters: Parameters) throws(PluginError) {
    let pictures = parameters[Self.style]
    guard !pictures.isEmpty else {
      throw PluginError(.badParameter, "cannot start without a style: give a picture as style=FILE")
    }
    let masks = parameters[Self.masks]
    let shares = try StyleShares(parameters[Self.weights], styles: pictures.count)
    guard masks.isEmpty || !shares.areGiven else {
      throw PluginError(
        .badParameter, "cannot use weights= and masks= together: a mask says how much of its style is taken")
    }
    guard let model = parameters[Self.model] else {
      throw PluginError(
        .badParameter, "cannot start without a network, and none comes with this host: give one as model=FILE")
    }
    let network = try NetworkFiles(model, host: host).network(encoder: parameters[Self.encoder])
    let styles = try StyleSet(
      host: host, network: network, pictures: pictures, keepsColours: parameters[Self.coral])
    // Masks are for a network with one AdaIN step.
    let pair = masks.isEmpty ? nil : network as? AdaIN
    guard masks.isEmpty || pair != nil else {
      throw PluginError(
        .badParameter, "this network takes one style everywhere, since it takes it at two depths: leave masks= out")
    }
    let controls: any StyleControls
    if let pair {
      controls = try RegionControls(host: host, network: pair, masks: masks, styles: pictures.count)
    } else {
      controls = try MixtureControls(host: host, network: network, shares: shares.values)
    }
    let builder = try GraphBuilder(host: host, name: "adain")
    let image = builder.input("image", channels: 3)
    let result =
      if let pair {
        pair(image, AdaIN.Regions(pair, count: pictures.count, in: builder), in: builder)
      } else {
        network(image, StyleMixture(network, in: builder), in: builder)
      }
    // Nothing is left that throws: a half-made instance could not be undone.
    graph = try builder.finish(outputs: result)
    (self.network, self.styles, self.controls) = (network, styles, controls)
  }

  mutating func negotiate(_ stream: Stream, _ format: inout Format) throws(PluginError) {
    (format.input, format.output) = (.unit, .unit)
  }

  mutating func activate(_ stream: Stream, _ format: Format) throws(PluginError) {
    try controls.prepare(
      FeatureGrid(
        height: stream.height, width: stream.width, featureHeight: network.featurePixels(stream.height),
        featureWidth: network.featurePixels(stream.width), side: network.reduction))
    let size = BuiltGraph.Size(height: stream.height, width: stream.width)
    plan = try graph.compile([size] + controls.inputs.map { BuiltGraph.Size(height: $0.height, width: $0.width) })
    try styles.prepare()
  }

  mutating func process(_ frame: Frame) throws(PluginError) {
    try styles.follow(frame.input)
    controls.set(styles, strength: Float(frame.parameters[Self.alpha]))
    guard try plan?.run(frame.input, controls.inputs, frame.output) != nil else {
      throw PluginError(.invalidArgument, "cannot process a frame: the plugin is not active")
    }
  }

  mutating func deactivate() {
    plan = nil
    styles.rest()
  }

  static func identify(_ weights: WeightSet) throws(PluginError) -> ModelInfo? {
    if MicroAST.recognises(Checkpoint(weights)) {
      if let part = MicroAST.part(Checkpoint(weights), name: weights.label) {
        return try MicroAST.info(part: part, weights)
      }
      return try MicroAST { _ throws(PluginError) in weights }.info
    }
    if RealtimeAdaIN.recognises(Checkpoint(weights)) { return try RealtimeAdaIN(weights).info }
    let file = AdaIN.checkpoint(weights)
    guard AdaIN.recognises(file) else { return nil }
    if let half = try AdaIN.info(half: file) { return half }
    return try AdaIN(weights).info
  }

  static func fresh(width: Int?) throws(PluginError) -> FreshNetwork? { try AdaIN.fresh(width: width) }
}

/// The one function that the host looks for.
@c(stylehost_plugin_entry)
public func entry(_ hostMajor: UInt32, _ hostMinor: UInt32) -> PluginEntry? { AdaINPlugin.entry(hostMajor, hostMinor) }
