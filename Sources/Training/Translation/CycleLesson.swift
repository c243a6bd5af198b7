// What CycleGAN's networks learn from a pair of pictures.
import Networks
import PluginKit

/// Zhu, Park, Isola, Efros: Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks, ICCV 2017.
final class CycleLesson: TranslationLesson {
  let lossNames: [String]
  let graph: LearningGraph
  /// Of pictures of B, and of A.
  let jury: Jury
  private let settings: TranslationSettings
  private let a: KeptImage, b: KeptImage
  private var pools: [PicturePool]

  init(
    _ host: TrainingHost, _ networks: CycleNetworks, _ settings: TranslationSettings, memory: [TrainedTensor]
  ) throws(PluginError) {
    let (size, services) = (settings.run.cut.size, host.services)
    (a, b) = (try KeptImage(host, square: size), try KeptImage(host, square: size))
    graph = try LearningGraph(
      services, "CycleGAN", sizes: [.init(square: size), .init(square: size)], learns: { !CycleNetworks.judges($0) }
    ) { g in Self.parts(networks, settings, in: g) }
    var judges: [DiscriminatorLesson] = []
    for (prefix, judge) in [
      (CycleNetworks.judgeOfBPrefix, networks.judgeOfB), (CycleNetworks.judgeOfAPrefix, networks.judgeOfA),
    ] {
      judges.append(
        try DiscriminatorLesson(host, prefix: prefix, settings.loss, size: size) { g, picture in
          [judge(picture, in: g)]
        })
    }
    jury = try Jury(host, judges, batch: settings.run.batch, size: size)
    self.settings = settings
    pools = ["pool a", "pool b"].map { PicturePool($0, size: size, from: memory) }
    lossNames = ["total"] + graph.terms + ["discriminators"]
  }

  /// Inputs: a picture of A and one of B.
  static func parts(
    _ networks: CycleNetworks, _ settings: TranslationSettings, in g: borrowing GraphBuilder
  ) -> LearningGraph.Parts {
    let (a, b) = (g.signed(g.input("a", channels: 3)), g.signed(g.input("b", channels: 3)))
    let (fakeB, fakeA) = (networks.toB(a, in: g), networks.toA(b, in: g))
    var terms = WeightedTerms()
    terms.add("gan a", settings.loss.real(networks.judgeOfB(fakeB, in: g), in: g))
    terms.add("gan b", settings.loss.real(networks.judgeOfA(fakeA, in: g), in: g))
    terms.add("cycle a", g.meanDifference(networks.toA(fakeB, in: g), a))
    terms.add("cycle b", g.meanDifference(networks.toB(fakeA, in: g), b))
    var weights = [1, 1, settings.cycleWeight, settings.cycleWeight]
    if settings.identityWeight > 0 {
      terms.add("identity a", g.meanDifference(networks.toB(b, in: g), b))
      terms.add("identity b", g.meanDifference(networks.toA(a, in: g), a))
      weights += [settings.identityWeight, settings.identityWeight]
    }
    let size = settings.run.cut.size
    return LearningGraph.Parts(
      loss: terms.sum(times: weights, in: g), shown: [(fakeB, (3, size, size)), (fakeA, (3, size, size))])
  }

  var memory: [TrainedTensor] { pools.flatMap(\.memory) }

  func makePictures(
    of pair: TranslationPair, place: Int, share: Float, _ numbers: LearntNumbers, adding losses: inout [Float],
    _ gradient: inout [Float]
  ) throws(PluginError) {
    pair.a.write(to: a.target)
    pair.b.write(to: b.target)
    try graph.run([a.image, b.image])
    jury.take(graph.shown, at: place)
    for (i, picture) in jury.pictures(at: place).enumerated() {
      pools[i].exchange(picture, seed: settings.run.seed, number: pair.number)
    }
    graph.addLosses(times: share, to: &losses, of: lossNames)
    graph.addGradients(of: numbers, times: share, to: &gradient)
  }

  func reals(of pair: TranslationPair) -> [Picture] { [pair.b, pair.a] }
}
