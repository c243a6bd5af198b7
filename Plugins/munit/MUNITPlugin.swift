// The plugin `munit`: the content of one domain in styles of another.
import Networks
import PluginKit

/// Runs a content encoder and the other domain's decoder on every frame, with the code of a picture or with random ones.
struct MUNITPlugin: ModelPlugin, ~Copyable {
  static let model = Parameter.model(help: "The trained generators of both domains (gen_*.pt)")
  static let direction = Parameter.choice(
    "direction", "Direction", default: MUNIT.Direction.a2b, help: "From which domain to which")
  static let style = Parameter.image(
    "style", "Style picture", help: "A picture of the domain that is translated to, whose style frames take")
  static let seed = Parameter.int(
    "seed", "Seed", in: 0...9_007_199_254_740_991, default: 0, help: "Of random styles: another seed, other styles"
  ).shown(0...1000)
  static let samples = Parameter.int(
    "samples", "Samples", in: 1...64, default: 1, help: "Random styles side by side, on a sheet of so many pictures")
  static let drift = Parameter.float(
    "drift", "Drift", in: 0...86400, default: 0,
    help: "How long one random style takes to turn into the next; 0 holds it for the whole video"
  ).shown(0...60).unit("s")

  static let descriptor = PluginDescriptor(
    id: "munit", name: "MUNIT multimodal translation", version: "1.0.0", vendor: "stylehost", licence: "MIT",
    description: "Translates frames from one domain into another, in the style of a picture or in random styles "
      + "(Huang et al. 2018). Runs the generators of NVlabs' MUNIT at any width.",
    parameters: [model, direction, style, seed, samples, drift])

  private let host: PluginHost
  /// Numbers in the code of a style.
  private let codeNumbers: Int
  private let styles: StyleSource
  private let sheet: ContactSheet
  /// From a frame and a code to a picture. What it keeps of the content, and where, is the planner's business.
  private let whole: BuiltGraph
  /// The same in two, where several styles share the content; nil once there was no memory for it.
  private var halves: Halves?
  private var work: Work?

  init(host: PluginHost, parameters: Parameters) throws(PluginError) {
    let direction = parameters[Self.direction]
    let network = try MUNIT(WeightSet.open(parameters[Self.model], host: host))
    let (samples, drift) = (parameters[Self.samples], parameters[Self.drift])
    let styles: StyleSource
    if let picture = parameters[Self.style] {
      guard samples == 1, drift == 0 else {
        throw PluginError(.badParameter, "style= gives one style: leave samples= and drift= out")
      }
      styles = .given(try StyleReader(host: host, network: network, direction).code(of: picture))
    } else {
      styles = .random(StyleCode(seed: parameters[Self.seed]), secondsPerCode: drift)
    }
    let halves = samples > 1 ? try Halves(host: host, network, direction) : nil
    let graph = try GraphBuilder(host: host, name: "munit")
    let image = graph.input("image", channels: 3)
    let code = graph.input("code", channels: network.codeSize(direction))
    let content = network.content(image, direction, in: graph)
    let picture = network.picture(content, code: code, like: image, direction, in: graph)
    // Nothing is left that throws: a half-made instance could not be undone.
    whole = try graph.finish(outputs: picture)
    self.halves = halves
    (self.host, self.styles) = (host, styles)
    sheet = ContactSheet(pictures: samples)
    codeNumbers = network.codeSize(direction)
  }

  mutating func negotiate(_ stream: Stream, _ format: inout Format) throws(PluginError) {
    (format.input, format.output) = (.signed, .signed)
    (format.outputHeight, format.outputWidth) = (stream.height * sheet.rows, stream.width * sheet.columns)
  }

  mutating func activate(_ stream: Stream, _ format: Format) throws(PluginError) {
    let size = BuiltGraph.Size(height: stream.height, width: stream.width)
    let code = try KeptImage(host: host, channels: codeNumbers, height: 1, width: 1)
    if let halves = try compiledHalves(size) {
      work = Work(halves, code: code, stream.frameRate)
    } else {
      work = Work(whole: try whole.compile(size, Self.onePixel), code: code, stream.frameRate)
    }
  }

  /// The network in two; nil where there is one style, or no memory for the content of a whole frame.
  private mutating func compiledHalves(_ size: BuiltGraph.Size) throws(PluginError) -> Halves.Compiled? {
    do throws(PluginError) {
      return try halves?.compile(host: host, size, code: Self.onePixel)
    } catch {
      guard error.status == .noMemory else { throw error }
      host.log(.info, "the content of a frame does not fit into memory and is encoded anew for each sample")
      // With its weights, which the whole network has once more.
      halves = nil
      return nil
    }
  }

  private static let onePixel = BuiltGraph.Size(height: 1, width: 1)

  mutating func process(_ frame: Frame) throws(PluginError) {
    guard try work?.run(frame, styles, sheet) != nil else {
      throw PluginError(.invalidArgument, "cannot process a frame: the plugin is not active")
    }
  }

  mutating func deactivate() { work = nil }

  static func identify(_ weights: WeightSet) throws(PluginError) -> ModelInfo? {
    guard MUNIT.recognises(Checkpoint(weights)) else { return try Bystander.refuse(weights, .munitDiscriminator) }
    return try MUNIT(weights).info
  }

  static func fresh(width: Int?) throws(PluginError) -> FreshNetwork? { try MUNIT.fresh(width: width) }
}

/// The one function that the host looks for.
@c(stylehost_plugin_entry)
public func entry(_ hostMajor: UInt32, _ hostMinor: UInt32) -> PluginEntry? { MUNITPlugin.entry(hostMajor, hostMinor) }
