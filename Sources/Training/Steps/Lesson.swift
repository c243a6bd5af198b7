// What one picture teaches a network: the losses, and what each of its numbers does to them.
import Networks
import PluginKit

/// A network and its losses in one graph, for one size of picture.
///
/// Pictures go through one by one; `gradient` and `losses` are sums over those since `begin`, so that a batch costs the memory of one picture.
final class Lesson {
  /// What is learnt; write `numbers` between runs, then `refresh`.
  let variables: [Variable]
  /// The total and its kinds: "content", "style", ...
  let lossNames: [String]
  /// Sums over the pictures since `begin`, in the order of the variables and of the names.
  private(set) var gradient: [Float], losses: [Float]

  private let graph: BuiltGraph
  private let plan: CompiledGraph
  /// The picture, the same with noise where that is learnt from, then what does not change or comes out of `content`.
  private let picture: KeptImage, noisy: KeptImage?
  private let content: PreparedMeasure?
  private let inputs: [KeptImage]
  /// Each term times its weight, then the gradients.
  private let outputs: [KeptImage]
  /// Which of the losses a term belongs to.
  private let kinds: [Int]

  /// - Parameters:
  ///   - size: pixels of a side of the pictures.
  ///   - noiseWeight: what a mean squared difference of 1 between the paintings of a picture and of the same with noise costs; with 0
  ///     there is no second painting.
  init(
    _ host: TrainingHost, _ network: JohnsonTransformer, _ target: StyleTarget, size: Int, noiseWeight: Double
  ) throws(PluginError) {
    let (services, objective) = (host.services, target.objective)
    let g = try GraphBuilder(host: services, name: "lesson")
    let input = g.input("picture", channels: 3)
    let second = noiseWeight > 0 ? g.input("noisy", channels: 3) : nil
    g.learn { _ in true }
    let painted = Self.paint(input, network, in: g)
    let again = second.map { Self.paint($0, network, in: g) }
    g.endLearning()
    let noise = again.map { (name: "noise", value: Self.meanSquare(of: painted, less: $0, in: g)) }
    let loss = objective.loss(of: painted, further: noise.map { [$0] } ?? [], in: g)
    variables = g.variables
    let gradients = g.gradients(of: loss.total, withRespectTo: variables.map(\.value))
    graph = try g.finish(outputs: [loss.parts] + gradients)
    (lossNames, kinds) = Self.kinds(of: loss.names)

    func image(_ c: Int, _ h: Int, _ w: Int) throws(PluginError) -> KeptImage {
      try KeptImage(host: services, channels: c, height: h, width: w)
    }
    picture = try image(3, size, size)
    noisy = second == nil ? nil : try image(3, size, size)
    content = try PictureMeasure(host: services, objective, .content)?.prepared(height: size, width: size)
    let weights = try image(loss.names.count, 1, 1)
    for (c, weight) in (objective.weights(height: size, width: size) + [Float(noiseWeight)]).enumerated()
    where c < weights.image.channels { weights.target.row(0, plane: c)[0] = weight }
    inputs = [picture] + (noisy.map { [$0] } ?? []) + (content?.results ?? []) + target.grams + [weights]
    plan = try graph.compile(inputs.map { BuiltGraph.Size(height: $0.image.height, width: $0.image.width) })

    var outputs = [try image(loss.names.count, 1, 1)]
    for variable in variables {
      let (c, h, w) = Self.extents(variable.shape)
      outputs.append(try image(c, h, w))
    }
    self.outputs = outputs
    gradient = [Float](repeating: 0, count: variables.reduce(0) { $0 + $1.numbers.count })
    losses = [Float](repeating: 0, count: lossNames.count)
  }

  /// The picture a network paints before its values are clamped: clamped ones would learn nothing.
  private static func paint(_ picture: Value, _ network: JohnsonTransformer, in g: borrowing GraphBuilder) -> Value {
    var raw: Value?
    let clamped = network(picture, in: g) { if $0 == "deconv3" { raw = $1 } }
    return raw ?? clamped
  }

  private static func meanSquare(of a: Value, less b: Value, in g: borrowing GraphBuilder) -> Value {
    let difference = g.combine(a, b, .subtract)
    return g.channelMean(g.mean(g.combine(difference, difference, .multiply)))
  }

  /// Terms are summed by the first word of their names: "style relu1_2" is of the kind "style".
  private static func kinds(of terms: [String]) -> (names: [String], kinds: [Int]) {
    var names = ["total"]
    let kinds = terms.map { term in
      let kind = term.split(separator: " ").first.map(String.init) ?? term
      if let known = names.firstIndex(of: kind) { return known }
      names.append(kind)
      return names.count - 1
    }
    return (names, kinds)
  }

  /// Sizes of a gradient, as `GraphBuilder.gradients` gives it.
  private static func extents(_ shape: [Int]) -> (Int, Int, Int) {
    shape.count == 4 ? (shape[0], shape[1], shape[2] * shape[3]) : (shape.reduce(1, *), 1, 1)
  }

  /// Working memory of a picture.
  var arenaBytes: Int { plan.info.arenaBytes }

  /// Has the next runs use the numbers that the variables hold now.
  func refresh() { graph.refresh() }

  /// Forgets the sums.
  func begin() {
    for i in gradient.indices { gradient[i] = 0 }
    for i in losses.indices { losses[i] = 0 }
  }

  /// Adds the losses and gradients of one picture, each times `share`.
  func learn(from photo: Picture, noisy other: Picture?, share: Float) throws(PluginError) {
    photo.write(to: picture.target)
    if let noisy { (other ?? photo).write(to: noisy.target) }
    try content?.measure(picture.image)
    try plan.run(inputs.map(\.image), to: outputs.map(\.target))
    for (term, kind) in kinds.enumerated() {
      let loss = share * outputs[0].image.row(0, plane: term)[0]
      losses[0] += loss
      losses[kind] += loss
    }
    var place = 0
    gradient.withUnsafeMutableBufferPointer { gradient in
      for image in outputs.dropFirst().map(\.image) {
        for c in 0..<image.channels {
          for y in 0..<image.height {
            let row = image.row(y, plane: c)
            for x in 0..<row.count { gradient[place + x] += share * row[x] }
            place += row.count
          }
        }
      }
    }
  }
}
