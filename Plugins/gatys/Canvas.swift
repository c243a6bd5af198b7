// A picture of one size that is being painted: its loss and what each pixel does to it.
import Networks
import PluginKit

/// The graph of loss and gradient, for pictures of any size.
final class CanvasGraph {
  /// What the parts of the loss are called.
  let names: [String]
  fileprivate let graph: BuiltGraph
  fileprivate let objective: PerceptualObjective

  /// Builds forward and backward of the VGG.
  init(host: PluginHost, _ objective: PerceptualObjective) throws(PluginError) {
    let builder = try GraphBuilder(host: host, name: "gatys")
    let image = builder.input("image", channels: 3)
    let temporal = TemporalTerm(of: image, in: builder)
    let loss = objective.loss(of: image, further: [("temporal", temporal.value)], in: builder)
    let gradient = builder.gradients(of: loss.total, withRespectTo: [image])
    names = loss.names
    self.objective = objective
    graph = try builder.finish(outputs: gradient + [loss.total, loss.parts])
  }
}

/// How far a picture is from where it should be by the one before: the mean of the squared differences of pixels, each times how much it
/// is trusted (Ruder, Dosovitskiy, Brox: Artistic Style Transfer for Videos, GCPR 2016).
private struct TemporalTerm {
  let value: Value

  /// Makes two inputs: the picture before as it moved [3, h, w], and the trust [1, h, w].
  init(of image: Value, in g: borrowing GraphBuilder) {
    let (moved, trust) = (g.input("moved", channels: 3), g.input("trust", channels: 1))
    let difference = g.combine(image, moved, .subtract)
    let squares = g.combine(difference, difference, .multiply)
    value = g.channelMean(g.mean(g.combine(squares, trust, .multiply)))
  }
}

/// One size of a picture.
final class Canvas {
  let height, width: Int
  /// The frame at this size, 0...255.
  let content: KeptImage
  /// The frame before as it moved, 0...255, and how much each pixel of it is trusted, 0...1.
  let moved, trust: KeptImage
  /// Weighted parts of the loss, at the last evaluation.
  private(set) var parts: [Float]

  private let plan: CompiledGraph
  private let features: PreparedMeasure?
  private let image, gradient, total, shares, weights: KeptImage
  private let inputs: [Image]
  private let outputs: [MutableImage]
  private let temporalWeight: Float

  /// Makes ready for pictures of a size. `grams`: what the style is.
  init(
    host: PluginHost, _ graph: CanvasGraph, _ measure: PictureMeasure?, grams: [KeptImage],
    size: (height: Int, width: Int), temporalShare: Double
  ) throws(PluginError) {
    (height, width) = size
    func picture(_ channels: Int) throws(PluginError) -> KeptImage {
      try KeptImage(host: host, channels: channels, height: size.height, width: size.width)
    }
    func numbers(_ count: Int) throws(PluginError) -> KeptImage {
      try KeptImage(host: host, channels: count, height: 1, width: 1)
    }
    (content, image, gradient) = (try picture(3), try picture(3), try picture(3))
    (moved, trust) = (try picture(3), try picture(1))
    features = try measure?.prepared(height: height, width: width)
    (total, shares, weights) = (try numbers(1), try numbers(graph.names.count), try numbers(graph.names.count))
    parts = [Float](repeating: 0, count: graph.names.count)
    let targets = (features?.results ?? []) + grams
    let all = [image, moved, trust] + targets + [weights]
    plan = try graph.graph.compile(all.map { BuiltGraph.Size(height: $0.image.height, width: $0.image.width) })
    inputs = all.map(\.image)
    outputs = [gradient, total, shares].map(\.target)
    kept = grams
    let own = graph.objective.weights(height: height, width: width)
    for (i, weight) in own.enumerated() { weights.target.row(0, plane: i)[0] = weight }
    temporalWeight = Float(temporalShare * graph.objective.contentUnit(height: height, width: width))
  }

  /// The targets that only this object holds.
  private let kept: [KeptImage]

  /// A new frame, whose content is measured. Nothing of an earlier one is trusted until somebody says so.
  func begin(_ frame: Image) throws(PluginError) {
    content.resample(frame)
    try features?.measure(content.image)
    hold(false)
  }

  /// Whether `moved` and `trust` count.
  func hold(_ isHeld: Bool) { weights.target.row(0, plane: parts.count - 1)[0] = isHeld ? temporalWeight : 0 }

  /// Loss and gradient of a picture [3][h][w].
  func evaluate(_ x: [Float], _ slopes: inout [Float]) throws(PluginError) -> Double {
    image.set(x)
    try plan.run(inputs, to: outputs)
    gradient.get(&slopes)
    for i in parts.indices { parts[i] = shares.image.row(0, plane: i)[0] }
    return Double(total.image.row(0, plane: 0)[0])
  }
}

extension PerceptualObjective {
  /// What the mean squared difference of pixels is multiplied by, so that it counts as much as that of the content's features: the weight of content,
  /// in the units that the network takes pixels in.
  fileprivate func contentUnit(height: Int, width: Int) -> Double {
    let weight = weights(height: height, width: width).prefix(recipe.content.count).reduce(0) { $0 + Double($1) }
    let scale = network.domain == .torchvision ? 1 / (255 * 0.226) : 1
    return (weight > 0 ? weight : 1) * scale * scale
  }
}

extension KeptImage {
  /// Takes numbers [c][h][w].
  func set(_ numbers: [Float]) {
    let width = image.width
    numbers.withUnsafeBufferPointer { from in
      for plane in 0..<image.channels {
        for y in 0..<image.height {
          let (row, start) = (target.row(y, plane: plane), (plane * image.height + y) * width)
          for x in 0..<width { row[x] = from[start + x] }
        }
      }
    }
  }

  /// Gives its numbers [c][h][w].
  func get(_ numbers: inout [Float]) {
    let width = image.width
    numbers.withUnsafeMutableBufferPointer { to in
      for plane in 0..<image.channels {
        for y in 0..<image.height {
          let (row, start) = (image.row(y, plane: plane), (plane * image.height + y) * width)
          for x in 0..<width { to[start + x] = row[x] }
        }
      }
    }
  }
}
