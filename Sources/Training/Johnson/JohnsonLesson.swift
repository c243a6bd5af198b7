// What one picture teaches a network that is to paint in a style.
import Networks
import PluginKit

/// A network and its losses for one size of picture. Of a network of several styles the graph holds what all share and the row of one style at a
/// time.
final class JohnsonLesson {
  /// The total and its kinds: "content", "style", ...
  let lossNames: [String]

  private let graph: LearningGraph
  /// The picture, the same with noise where that is learnt from, then what does not change or comes out of `content`.
  private let picture: KeptImage, noisy: KeptImage?
  private let content: PreparedMeasure?
  private let grams: [[KeptImage]]
  private let weights: KeptImage

  /// - Parameters:
  ///   - size: pixels of a side of the pictures.
  ///   - noiseWeight: what a mean squared difference of 1 between the paintings of a picture and of the same with noise costs; with 0
  ///     there is no second painting.
  ///   - learns: which tensors of the network, by name.
  init(
    _ host: TrainingHost, _ network: JohnsonNetwork, _ target: StyleTarget, size: Int, noiseWeight: Double,
    learns: @escaping (String) -> Bool
  ) throws(PluginError) {
    let (services, objective) = (host.services, target.objective)
    picture = try KeptImage(host, square: size)
    noisy = noiseWeight > 0 ? try KeptImage(host, square: size) : nil
    content = try PictureMeasure(host: services, objective, .content)?.prepared(height: size, width: size)
    grams = target.grams
    let pictures = [picture] + (noisy.map { [$0] } ?? [])
    let inputs = pictures + (content?.results ?? []) + (grams.first ?? [])
    graph = try LearningGraph(
      services, "lesson", sizes: inputs.map { BuiltGraph.Size($0) } + [.one], changes: learns
    ) { (g) throws(PluginError) in
      let input = g.input("picture", channels: 3)
      let second = noiseWeight > 0 ? g.input("noisy", channels: 3) : nil
      let painted = Self.paint(input, network, in: g)
      let again = second.map { Self.paint($0, network, in: g) }
      g.endLearning()
      let noise = again.map { (name: "noise", value: g.meanSquaredDifference(painted, $0)) }
      return LearningGraph.Parts(loss: objective.loss(of: painted, further: noise.map { [$0] } ?? [], in: g))
    }
    lossNames = graph.kinds
    weights = try KeptImage(host, numbers: graph.terms.count)
    for (c, weight) in (objective.weights(height: size, width: size) + [Float(noiseWeight)]).enumerated()
    where c < weights.image.channels { weights.target.row(0, plane: c)[0] = weight }
  }

  /// The picture a network paints before its values are clamped: clamped ones would learn nothing.
  private static func paint(_ picture: Value, _ network: JohnsonNetwork, in g: borrowing GraphBuilder) -> Value {
    var raw: Value?
    let clamped = network(picture, in: g) { if $0 == "picture" { raw = $1 } }
    return raw ?? clamped
  }

  /// Numbers that are learnt of one style.
  var numberCount: Int { graph.numberCount }

  /// Working memory of a picture.
  var arenaBytes: Int { graph.arenaBytes }

  /// Learns from now on with the numbers of a style.
  func use(_ numbers: LearntNumbers, style: Int) { graph.use(numbers, style: style) }

  /// One picture and how much of what it teaches counts.
  struct Example {
    let photo: Picture, noisy: Picture?
    let share: Float
    /// Which of the styles it is held against, as the target counts them.
    let target: Int
  }

  /// Adds losses, and gradients of `numbers` where a style has them.
  func learn(
    from example: Example, _ numbers: LearntNumbers, style: Int, adding losses: inout [Float], _ gradient: inout [Float]
  ) throws(PluginError) {
    example.photo.write(to: picture.target)
    if let noisy { (example.noisy ?? example.photo).write(to: noisy.target) }
    try content?.measure(picture.image)
    let inputs = [picture] + (noisy.map { [$0] } ?? []) + (content?.results ?? []) + grams[example.target] + [weights]
    try graph.run(inputs.map(\.image))
    graph.addLosses(times: example.share, to: &losses, of: lossNames)
    graph.addGradients(of: numbers, style: style, times: example.share, to: &gradient)
  }
}
