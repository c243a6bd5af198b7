// The plugin `gatys`: a picture is painted by changing its pixels until a VGG sees the content of one and the style of others.
import Networks
import PluginKit

/// Optimises every frame, from the one before where a video goes on.
struct Gatys: StylePlugin {
  /// What pixels a VGG was trained on.
  enum Domain: String, CaseIterable, Sendable {
    case auto, torchvision, caffe
  }

  /// What its pools take.
  enum Pooling: String, CaseIterable, Sendable {
    case auto, max, average
  }

  static let style = Parameter.images(
    "style", "Style pictures", help: "The pictures in whose style frames are painted, with '+' between their paths"
  ).required
  static let weights = Parameter.string(
    "weights", "Weights of the styles", help: "How much of each style is taken, as 0.7+0.3; left out, all the same")
  static let vgg = Parameter.path(
    "vgg", "Feature network",
    help: "VGG-16 or VGG-19, or a narrower network of that layout: torchvision's .pth, ONNX, safetensors"
  ).bundled("features.safetensors")
  static let domain = Parameter.choice(
    "domain", "Pixels", default: Domain.auto,
    help:
      "What pixels the VGG was trained on: torchvision (RGB, ImageNet's mean and deviation) or caffe (BGR less mean)")
  static let pooling = Parameter.choice(
    "pooling", "Pools", default: Pooling.auto, help: "Of the VGG; auto is average for convention=gatys, else max")
  static let convention = Parameter.choice(
    "convention", "Convention", default: PerceptualConvention.neuralStyle,
    help: "Whose layers, weights and divisors are meant where nothing else is said")
  static let contentLayers = Parameter.string(
    "content-layers", "Content layers", help: "As relu4_2 or relu3_2+relu4_2*0.5; left out, the convention's")
  static let styleLayers = Parameter.string(
    "style-layers", "Style layers", help: "As relu1_1+relu2_1*0.5; left out, the convention's")
  static let contentWeight = Parameter.string(
    "content-weight", "Content weight", help: "In the convention's terms; left out, the convention's")
  static let styleWeight = Parameter.string(
    "style-weight", "Style weight", help: "In the convention's terms; left out, the convention's")
  static let variation = Parameter.string(
    "tv", "Total variation", help: "Weight of neighbours' differences: smooths; left out, the convention's")
  static let start = Parameter.choice(
    "init", "Start", default: GatysSettings.Start.previous,
    help: "What is changed: the frame before as it moved (the frame itself where there is none), the frame, or noise")
  static let optimiser = Parameter.choice(
    "optimiser", "Optimiser", default: GatysSettings.Optimiser.lbfgs,
    help: "Who makes the steps: L-BFGS, L-BFGS with a search by Wolfe's conditions, Adam")
  static let rate = Parameter.float(
    "rate", "Rate", in: 0...1000, default: 0, help: "Of the steps; 0 is 1 for L-BFGS and 2 for Adam"
  ).shown(0...10)
  static let history = Parameter.int(
    "history", "History", in: 1...1000, default: 50, help: "Steps that L-BFGS remembers, two pictures of memory each"
  ).shown(5...100)
  static let iterations = Parameter.int(
    "iterations", "Iterations", in: 1...100_000, default: 300,
    help: "Evaluations of a picture at its smallest size; each larger size has half as many"
  ).shown(50...1000)
  static let followingIterations = Parameter.int(
    "next-iterations", "Iterations of later frames", in: 1...100_000, default: 60,
    help: "Evaluations of a frame that starts from the one before"
  ).shown(10...500)
  static let leastFall = Parameter.float(
    "stop", "Stop", in: 0...100, default: 0.1,
    help: "Ends where 50 evaluations brought the loss down by less than this; 0 never does"
  ).shown(0...5).unit("%")
  static let levels = Parameter.int(
    "levels", "Sizes", in: 1...8, default: 1,
    help: "Paints at so many sizes, each half as large as the next: larger strokes in large pictures")
  static let styleScale = Parameter.float(
    "style-scale", "Style scale", in: 0.05...20, default: 1,
    help: "Longer side of the style pictures in shares of the frame's; they are not enlarged"
  ).shown(0.25...2)
  static let temporal = Parameter.float(
    "temporal", "Steadiness", in: 0...1_000_000, default: 200,
    help: "How much more a pixel that left its place in the frame before counts than content; 0 takes no notice"
  ).shown(0...1000)
  static let seed = Parameter.int("seed", "Seed", in: 0...4_294_967_295, default: 0, help: "Of init=noise")
    .shown(0...1000)
  static let trace = Parameter.string(
    "trace", "Trace", help: "A folder to write losses (CSV) and pictures on the way (PPM) to")
  static let traceEvery = Parameter.int(
    "trace-every", "Pictures of the trace", in: 0...100_000, default: 50,
    help: "Evaluations from a picture of the trace to the next; 0 writes none"
  ).shown(0...500)

  static let descriptor = PluginDescriptor(
    id: "gatys", name: "Gatys optimisation", version: "1.0.0", vendor: "stylehost", licence: "MIT",
    description:
      "Paints frames in the style of any picture by optimising their pixels (Gatys et al. 2016): slow, with no network to train first. "
      + "Videos go on from the frame before, moved as the picture moves (Ruder et al. 2016).",
    isStateless: false,
    parameters: [
      style, weights, vgg, domain, pooling, convention, contentLayers, styleLayers, contentWeight, styleWeight,
      variation,
      start, optimiser, rate, history, iterations, followingIterations, leastFall, levels, styleScale, temporal, seed,
      trace,
      traceEvery,
    ])

  private let host: PluginHost
  private let settings: GatysSettings
  private let objective: PerceptualObjective
  private let styles: StylePictures
  private let trace: Trace?
  private var painter: Painter?

  init(host: PluginHost, parameters: Parameters) throws(PluginError) {
    guard let path = parameters[Self.vgg] else {
      throw PluginError(
        .badParameter,
        "cannot start without a feature network: none comes with this host, give VGG-16 or VGG-19 as vgg=FILE")
    }
    let convention = parameters[Self.convention]
    let pooling: VGG.Pooling =
      switch parameters[Self.pooling] {
      case .auto: convention == .gatys ? .average : .max
      case .max: .max
      case .average: .average
      }
    let network = try VGG(
      WeightSet.open(path, host: host), domain: VGGDomain(rawValue: parameters[Self.domain].rawValue), pooling: pooling)
    let settings = try GatysSettings(parameters, convention: convention, network: network)
    objective = try PerceptualObjective(network, settings.recipe)
    styles = try StylePictures(
      host: host, parameters[Self.style], shares: parameters[Self.weights], scale: settings.styleScale)
    let folder = parameters[Self.trace]
    trace = folder.isEmpty ? nil : try Trace(folder: folder, every: parameters[Self.traceEvery])
    (self.host, self.settings) = (host, settings)
  }

  mutating func negotiate(_ stream: Stream, _ format: inout Format) throws(PluginError) {
    (format.input, format.output) = (.bytes, .bytes)
  }

  mutating func activate(_ stream: Stream, _ format: Format) throws(PluginError) {
    painter = try Painter(
      host: host, settings: settings, objective: objective, styles: styles, trace: trace,
      size: (stream.height, stream.width))
  }

  mutating func process(_ frame: Frame) throws(PluginError) {
    guard let painter else {
      throw PluginError(.invalidArgument, "cannot process a frame: the plugin is not active")
    }
    try painter.paint(frame)
  }

  mutating func reset(_ reason: ResetReason) { painter?.forget() }

  mutating func deactivate() { painter = nil }
}

/// The one function that the host looks for.
@c(stylehost_plugin_entry)
public func entry(_ hostMajor: UInt32, _ hostMinor: UInt32) -> PluginEntry? { Gatys.entry(hostMajor, hostMinor) }
