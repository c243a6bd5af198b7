// What a photo and a painting teach a decoder.
import Networks
import PluginKit

/// Huang and Belongie 2017, section 5: the decoded picture shall have the features that it was made of, and the statistics of the painting's
/// at four depths.
final class AdaINLesson {
  /// What is learnt from.
  static let lossNames = ["total", "content", "style"]
  private let graph: LearningGraph
  private let content: KeptImage, style: KeptImage

  init(_ host: TrainingHost, _ networks: AdaINNetworks, _ settings: AdaINSettings, size: Int) throws(PluginError) {
    (content, style) = (try KeptImage(host, square: size), try KeptImage(host, square: size))
    graph = try LearningGraph(
      host.services, "AdaIN", sizes: [.init(square: size), .init(square: size)], changes: networks.learns
    ) { g in
      let (content, style) = (g.input("content", channels: 3), g.input("style", channels: 3))
      return LearningGraph.Parts(loss: Self.loss(content, style, networks, settings, size: size, in: g))
    }
  }

  /// content, style: [3, size, size], 0...255. `other`: a picture of 0...1 that is judged instead of what the networks paint.
  static func loss(
    _ content: Value, _ style: Value, _ networks: AdaINNetworks, _ settings: AdaINSettings, size: Int,
    painted other: Value? = nil, in g: borrowing GraphBuilder
  ) -> WeightedLoss {
    let (judge, convention) = (networks.judge, settings.convention)
    func pixels(_ level: Int) -> Int { (size >> level) * (size >> level) }
    let (content, style) = (g.fractions(content), g.fractions(style))
    let wanted = judge.levels(style, in: g)
    let depth = wanted.count - 1
    let target = judge.target(
      content: judge.levels(content, in: g)[depth], style: wanted[depth], stylePixels: pixels(depth),
      isUnbiased: convention.isUnbiased, in: g)
    let painted =
      other ?? networks.small.map { $0.painted(content, style, size: size, in: g) } ?? judge.decoded(target, in: g)
    let made = judge.levels(painted, in: g)
    var terms = WeightedTerms()
    terms.add("content", meanOf: g.squaredDifference(made[depth], target), in: g)
    for (level, planes) in judge.levelPlanes.enumerated() {
      let count = convention.isUnbiased ? pixels(level) : nil
      let (a, b) = (
        AdaIN.statistics(made[level], planes: planes, pixels: count, epsilon: convention.epsilon, in: g),
        AdaIN.statistics(wanted[level], planes: planes, pixels: count, epsilon: convention.epsilon, in: g)
      )
      terms.add("style \(level + 1) mean", meanOf: g.squaredDifference(a.mean, b.mean), in: g)
      terms.add("style \(level + 1) deviation", meanOf: g.squaredDifference(a.deviation, b.deviation), in: g)
    }
    let weight = settings.styleWeight ?? convention.styleWeight
    let styles = judge.levelPlanes.flatMap { planes in
      [Double](repeating: convention.sumsPlanes ? weight * Double(planes) : weight, count: 2)
    }
    return terms.sum(times: [settings.contentWeight] + styles, in: g)
  }

  /// Working memory of a pair.
  var arenaBytes: Int { graph.arenaBytes }

  /// Learns from now on with these numbers.
  func use(_ numbers: LearntNumbers) { graph.use(numbers) }

  /// Adds losses and gradients of what a photo and a painting teach, times `share`.
  func learn(
    from photo: Picture, _ painting: Picture, share: Float, _ numbers: LearntNumbers, adding losses: inout [Float],
    _ gradient: inout [Float]
  ) throws(PluginError) {
    photo.write(to: content.target)
    painting.write(to: style.target)
    try graph.run([content.image, style.image])
    graph.addLosses(times: share, to: &losses, of: Self.lossNames)
    graph.addGradients(of: numbers, times: share, to: &gradient)
  }
}
