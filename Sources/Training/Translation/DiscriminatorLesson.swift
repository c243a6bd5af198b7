// What a discriminator learns from a picture that was made and one that was not.
import Networks
import PluginKit

/// One discriminator and its losses, for one size of pictures.
final class DiscriminatorLesson {
  private let graph: LearningGraph
  private let real: KeptImage

  /// - Parameters:
  ///   - prefix: of its tensors.
  ///   - weight: of the losses of both pictures: a half as CUT and CycleGAN have it.
  ///   - r1: what the squared slope of a real picture's scores costs (R1: Mescheder et al., ICML 2018), times a half, and how many scores there
  ///     are; weight 0: nothing.
  ///   - score: makes the scores of a picture [3, size, size] of -1...1, of one scale or of several.
  init(
    _ host: TrainingHost, prefix: String, _ loss: AdversarialLoss, weight: Double = 0.5,
    r1: (weight: Double, scores: Int) = (0, 1),
    size: Int, _ score: (borrowing GraphBuilder, Value) -> [Value]
  ) throws(PluginError) {
    graph = try LearningGraph(
      host.services, "discriminator", sizes: [.init(square: size), .init(square: size)],
      learns: { $0.hasPrefix(prefix) }
    ) { g in
      let (fake, real) = (g.input("fake", channels: 3), g.signed(g.input("real", channels: 3)))
      var terms = WeightedTerms()
      var weights: [Double] = []
      for score in score(g, fake) {
        terms.add("fake", loss.fake(score, in: g))
        weights.append(weight)
      }
      for score in score(g, real) {
        terms.add("real", loss.real(score, in: g))
        weights.append(weight)
        guard r1.weight > 0 else { continue }
        terms.add("r1", Self.squaredSlope(of: score, r1.scores, real, size: size, in: g))
        weights.append(r1.weight / 2)
      }
      return LearningGraph.Parts(loss: terms.sum(times: weights, in: g))
    }
    real = try KeptImage(host, square: size)
  }

  /// The sum of the squares of what each number of a picture does to the mean of its scores, times their number `count`. Of one score, for which the
  /// weight was found (StyleGAN 2), that is its squared slope; slopes of patches point anywhere, so it is about the mean of theirs.
  private static func squaredSlope(
    of scores: Value, _ count: Int, _ picture: Value, size: Int, in g: borrowing GraphBuilder
  ) -> Value {
    let slope = g.gradients(of: g.channelMean(g.mean(scores)), withRespectTo: [picture])[0]
    return g.scaled(g.meanSquare(slope), by: Double(3 * size * size * count), channels: 1)
  }

  /// Working memory of a pair.
  var arenaBytes: Int { graph.arenaBytes }

  /// The terms of the last pair, each times its weight.
  var terms: [Float] { graph.terms.indices.map { graph.loss($0) } }

  func use(_ numbers: LearntNumbers) { graph.use(numbers) }

  /// Gives the loss, and adds its gradients, times `share`.
  func learn(
    fake: Image, real photo: Picture, share: Float, _ numbers: LearntNumbers, _ gradient: inout [Float]
  ) throws(PluginError) -> Float {
    photo.write(to: real.target)
    try graph.run([fake, real.image])
    graph.addGradients(of: numbers, times: share, to: &gradient)
    return share * terms.reduce(0, +)
  }
}
