// What MUNIT's networks learn from a pair of pictures.
import Networks
import PluginKit
import Weights

/// Huang, Liu, Belongie, Kautz: Multimodal Unsupervised Image-to-Image Translation, ECCV 2018, with the losses of NVlabs' `gen_update` and
/// `dis_update`.
///
/// The generators learn before the discriminators, not after them as in the authors' code: so pictures are made once a step, and both see the
/// same ones.
final class MUNITLesson: TranslationLesson {
  let lossNames: [String]
  let graph: LearningGraph
  /// Of what became of the picture of B in A, and of that of A in B.
  let jury: Jury
  private let settings: MUNITSettings
  private let a: KeptImage, b: KeptImage
  /// Random styles of A and of B: [code, 1, 1].
  private let styleA: KeptImage, styleB: KeptImage

  init(_ host: TrainingHost, _ networks: MUNITNetworks, _ settings: MUNITSettings) throws(PluginError) {
    let (size, services, generators) = (settings.run.cut.size, host.services, networks.generators)
    (a, b) = (try KeptImage(host, square: size), try KeptImage(host, square: size))
    styleA = try KeptImage(host, numbers: generators.codeSize(.b2a))
    styleB = try KeptImage(host, numbers: generators.codeSize(.a2b))
    graph = try LearningGraph(
      services, "MUNIT", sizes: [.init(square: size), .init(square: size), .one, .one],
      learns: { !MUNITNetworks.judges($0) }
    ) { g in Self.parts(networks, settings, in: g) }
    var judges: [DiscriminatorLesson] = []
    for (prefix, judge) in [
      (MUNITNetworks.judgeOfAPrefix, networks.judgeOfA), (MUNITNetworks.judgeOfBPrefix, networks.judgeOfB),
    ] {
      judges.append(
        try DiscriminatorLesson(host, prefix: prefix, .leastSquares, weight: 1, size: size) { g, picture in
          judge(picture, in: g)
        })
    }
    jury = try Jury(host, judges, batch: settings.run.batch, size: size)
    self.settings = settings
    lossNames = ["total"] + graph.terms + ["discriminators"]
  }

  /// Inputs: a picture of A and one of B, a random style of A and one of B. Terms end with "a" that compare pictures, styles or contents of A,
  /// or judge what became of a picture of B in A.
  static func parts(
    _ networks: MUNITNetworks, _ settings: MUNITSettings, in g: borrowing GraphBuilder
  ) -> LearningGraph.Parts {
    let net = networks.generators
    let (a, b) = (g.signed(g.input("a", channels: 3)), g.signed(g.input("b", channels: 3)))
    let styleA = g.input("style a", channels: net.codeSize(.b2a))
    let styleB = g.input("style b", channels: net.codeSize(.a2b))
    // ab: the content of A in a style of B; what is found in it stands behind its name.
    let (ofA, ofB) = (net.encode(a, .a, in: g), net.encode(b, .b, in: g))
    let ba = net.decode(ofB.content, code: styleA, .a, in: g)
    let ab = net.decode(ofA.content, code: styleB, .b, in: g)
    let (ofBA, ofAB) = (net.encode(ba, .a, in: g), net.encode(ab, .b, in: g))
    var terms = WeightedTerms()
    terms.add("image a", g.meanDifference(net.decode(ofA.content, code: ofA.code, .a, in: g), a))
    terms.add("image b", g.meanDifference(net.decode(ofB.content, code: ofB.code, .b, in: g), b))
    terms.add("style a", g.meanDifference(ofBA.code, styleA))
    terms.add("style b", g.meanDifference(ofAB.code, styleB))
    terms.add("content a", g.meanDifference(ofAB.content, ofA.content))
    terms.add("content b", g.meanDifference(ofBA.content, ofB.content))
    var pairs = [settings.imageWeight, settings.styleWeight, settings.contentWeight]
    if settings.cycleWeight > 0 {
      terms.add("cycle a", g.meanDifference(net.decode(ofAB.content, code: ofA.code, .a, in: g), a))
      terms.add("cycle b", g.meanDifference(net.decode(ofBA.content, code: ofB.code, .b, in: g), b))
      pairs.append(settings.cycleWeight)
    }
    terms.add("gan a", deception(networks.judgeOfA(ba, in: g), in: g))
    terms.add("gan b", deception(networks.judgeOfB(ab, in: g), in: g))
    pairs.append(1)
    if let invariance = networks.invariance {
      // The VGG stays as it is.
      g.endLearning()
      terms.add("perceptual a", invariance(g.unsigned(ba), g.unsigned(b), in: g))
      terms.add("perceptual b", invariance(g.unsigned(ab), g.unsigned(a), in: g))
      pairs.append(settings.perceptualWeight)
    }
    let (size, weights) = (settings.run.cut.size, pairs.flatMap { [$0, $0] })
    return LearningGraph.Parts(
      loss: terms.sum(times: weights, in: g), shown: [(ba, (3, size, size)), (ab, (3, size, size))])
  }

  /// What it costs that a picture is not taken for one of the domain, summed over the sizes at which it is judged: [1, 1, 1].
  private static func deception(_ scores: [Value], in g: borrowing GraphBuilder) -> Value {
    let losses = scores.map { AdversarialLoss.leastSquares.real($0, in: g) }
    return losses.dropFirst().reduce(losses[0]) { g.add($0, $1) }
  }

  func makePictures(
    of pair: TranslationPair, place: Int, share: Float, _ numbers: LearntNumbers, adding losses: inout [Float],
    _ gradient: inout [Float]
  ) throws(PluginError) {
    pair.a.write(to: a.target)
    pair.b.write(to: b.target)
    draw("style a \(pair.number)", to: styleA)
    draw("style b \(pair.number)", to: styleB)
    try graph.run([a, b, styleA, styleB].map(\.image))
    jury.take(graph.shown, at: place)
    graph.addLosses(times: share, to: &losses, of: lossNames)
    graph.addGradients(of: numbers, times: share, to: &gradient)
  }

  /// Normal numbers; the seed and a name decide which.
  private func draw(_ name: String, to code: KeptImage) {
    var normal = SeededNormal(seed: settings.run.seed, name: name)
    for i in 0..<code.image.channels { code.target.row(0, plane: i)[0] = Float(normal.next()) }
  }

  func reals(of pair: TranslationPair) -> [Picture] { [pair.a, pair.b] }
}
