// A network from picture to picture as an ONNX file holds it: which inputs it has, and what can be said of it.
import PluginKit

/// A graph of ONNX whose first picture is a frame and whose first output is the frame that comes out.
public struct ONNXNetwork {
  /// The file.
  public let weights: WeightSet
  let graph: ONNXGraph
  /// Where frames go in.
  let frame: ONNXPort
  /// The other inputs, in the file's order.
  public let extras: [ONNXPort]
  /// A walk at the file's own size; nil where that is open.
  let original: ONNXWalk.Record?

  /// The file holds a graph of ONNX.
  public static func recognises(_ weights: WeightSet) -> Bool { weights.metadata(ONNXGraph.key) != nil }

  /// Reads the graph of a file. Throws `badWeights` where there is none, or one that is not run, naming node and operator.
  public init(_ weights: WeightSet) throws(PluginError) {
    guard let graph = try ONNXGraph(weights) else { throw weights.failure("it holds no graph of ONNX") }
    guard ONNXGraph.versions.contains(graph.version) else {
      throw weights.failure(
        "its operators are of opset \(graph.version); \(ONNXGraph.versions.lowerBound) to "
          + "\(ONNXGraph.versions.upperBound) are known")
    }
    var ports: [ONNXPort] = []
    for input in graph.inputs { ports.append(try ONNXPort(input, weights)) }
    guard let first = ports.firstIndex(where: \.isPicture) else { throw weights.failure("no input of it is a picture") }
    self.weights = weights
    self.graph = graph
    frame = ports.remove(at: first)
    extras = ports
    guard let height = frame.height, let width = frame.width else {
      original = nil
      return
    }
    var walk = ONNXWalk(graph: graph, weights: weights)
    let settings = ONNXSettings(standardFor: ports)
    try Self.give(&walk, frame, extras, ONNXPlan.Size(height: height, width: width), settings)
    do throws(PluginError) { _ = try walk.run(to: Self.output(graph, weights)) } catch {
      throw PluginError(.badWeights, error.description)
    }
    original = walk.record
  }

  /// The name of the value that comes out.
  static func output(_ graph: ONNXGraph, _ weights: WeightSet) throws(PluginError) -> String {
    guard let output = graph.outputs.first else { throw weights.failure("it has no output") }
    return output.name
  }

  /// Of a picture large enough for borders not to count, in the file's own size where it has one.
  static let nominal = 256

  /// The network made ready at its own or a nominal size, without anything around it.
  public func nominalPlan() throws(PluginError) -> ONNXPlan {
    let size = ONNXPlan.Size(height: frame.height ?? Self.nominal, width: frame.width ?? Self.nominal)
    do throws(PluginError) { return try bare(size, ONNXSettings(standardFor: extras)) } catch {
      throw PluginError(.badWeights, error.description)
    }
  }

  /// What the network is, in words, and what it costs.
  public func info() throws(PluginError) -> ModelInfo {
    let plan = try nominalPlan()
    let convolutions = graph.nodes.count { $0.op == "Conv" || $0.op == "ConvTranspose" }
    let producer = (graph.producer ?? "").line.prefix(40)
    let size = frame.height.flatMap { h in frame.width.map { ", made for \($0)x\(h)" } } ?? ""
    let from = producer.isEmpty ? "" : " (\(producer))"
    let pixels = ONNXPixels.found(plan, weights)
    let both = pixels.input == pixels.output
    return ModelInfo(
      architecture: "ONNX graph\(from), opset \(graph.version), \(convolutions) convolutions\(size)",
      pixels: both
        ? "RGB \(pixels.input.text) in and out" : "RGB \(pixels.input.text) in, \(pixels.output.text) out",
      width: plan.program.firstWidth(plan.result),
      multiplyAddsPerPixel: plan.program.multiplyAdds(plan.result) / Double(plan.size.height * plan.size.width))
  }
}

/// An input of a network.
public struct ONNXPort: Sendable {
  /// As the file calls it.
  public let name: String
  /// Numbers that it takes; 0 for a picture.
  public let count: Int
  let shape: [Int]
  let isInteger: Bool
  let channels: Int
  let isChannelsLast: Bool
  let isBatched: Bool
  let extents: [ONNXGraph.Extent]

  /// It takes a picture.
  public var isPicture: Bool { count == 0 }

  init(_ port: ONNXGraph.Port, _ weights: WeightSet) throws(PluginError) {
    name = port.name
    let shape = port.shape ?? [.open(nil), .fixed(3), .open(nil), .open(nil)]
    isInteger = ["i64", "i32"].contains(port.type ?? "f32")
    let isBatched = shape.count == 4
    let axes = isBatched ? Array(shape.dropFirst()) : shape
    guard axes.count == 3, !isInteger else {
      self.shape = shape.map { $0.size ?? 1 }
      guard let numbers = ONNXPlaces.count(self.shape), numbers >= 1 else {
        throw weights.failure("its input '\(port.name.line)' takes more numbers than can be given")
      }
      (count, channels, isChannelsLast, self.isBatched, extents) = (numbers, 0, false, false, [])
      return
    }
    let isPlane = { (extent: ONNXGraph.Extent) in extent == .fixed(3) || extent == .fixed(1) }
    isChannelsLast = !isPlane(axes[0]) && isPlane(axes[2])
    let planes = isChannelsLast ? axes[2] : axes[0]
    guard isPlane(planes) || planes.size == nil, (shape[0].size ?? 1) == 1 || !isBatched else {
      let text = shape.map { $0.size.map(String.init) ?? "?" }.joined(separator: ",")
      throw weights.failure("its input '\(port.name.line)' is [\(text)]; only one picture of 3 channels or 1 is given")
    }
    guard axes.allSatisfy({ ($0.size ?? 1) <= 1 << 20 }) else {
      throw weights.failure("its input '\(port.name.line)' is larger than any picture")
    }
    channels = planes.size ?? 3
    (count, self.shape, self.isBatched) = (0, [], isBatched)
    extents = isChannelsLast ? [axes[0], axes[1]] : [axes[1], axes[2]]
  }

  /// Of a picture; nil where they are open.
  var height: Int? { extents.first?.size }
  var width: Int? { extents.last?.size }

  /// How a picture of this size is seen as the network wants it.
  func view(_ size: ONNXSize) -> ONNXView {
    let view = ONNXView(size)
    let axes = isChannelsLast ? [view.axes[2], view.axes[3], view.axes[1]] : Array(view.axes[1...])
    return ONNXView(size: size, axes: isBatched ? [[]] + axes : axes)
  }
}
