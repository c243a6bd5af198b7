// What CUT's networks learn from a pair of pictures.
import Networks
import PluginKit

/// Park, Efros, Zhang, Zhu: Contrastive Learning for Unpaired Image-to-Image Translation, ECCV 2020: CUT, FastCUT and SinCUT, which differ in
/// their settings.
///
/// The generator learns before the discriminator, not after it as in the authors' code: so pictures are made once a step, and both see the
/// same ones.
final class CUTLesson: TranslationLesson {
  let lossNames: [String]
  let graph: LearningGraph
  let jury: Jury
  private let contrast: PatchContrast
  private let settings: TranslationSettings
  /// A picture to translate, the same as it is where that may be turned over, and one of B.
  private let a: KeptImage, whole: KeptImage?, b: KeptImage
  /// Of each layer where the translation is looked at, and where the picture.
  private let queryPlaces: [KeptImage], keyPlaces: [KeptImage]

  init(
    _ host: TrainingHost, _ networks: CUTNetworks, _ settings: TranslationSettings
  ) throws(PluginError) {
    let (size, services) = (settings.run.cut.size, host.services)
    let contrast = try PatchContrast(networks.generator, size: size)
    func places() throws(PluginError) -> [KeptImage] {
      var places: [KeptImage] = []
      for count in contrast.counts {
        places.append(try KeptImage(host: services, channels: 1, height: 1, width: count))
      }
      return places
    }
    (a, b) = (try KeptImage(host, square: size), try KeptImage(host, square: size))
    whole = settings.isFlipEquivariant ? try KeptImage(host, square: size) : nil
    (queryPlaces, keyPlaces) = (try places(), try places())
    let inputs = [a] + (whole.map { [$0] } ?? []) + [b] + queryPlaces + keyPlaces
    graph = try LearningGraph(
      services, "CUT", sizes: inputs.map { BuiltGraph.Size($0) }, learns: { !CUTNetworks.judges($0) }
    ) { g in Self.parts(networks, contrast, settings, in: g) }
    let judge = try DiscriminatorLesson(
      host, prefix: CUTNetworks.discriminatorPrefix, settings.loss,
      r1: (settings.r1Weight, networks.discriminator.patches(side: size)), size: size
    ) { g, picture in [networks.discriminator(picture, in: g)] }
    jury = try Jury(host, [judge], batch: settings.run.batch, size: size)
    (self.contrast, self.settings) = (contrast, settings)
    lossNames = ["total"] + graph.terms + ["discriminator"]
  }

  /// Inputs: the picture of A, the same as it is where it may be turned over, that of B, the places of queries and of keys.
  static func parts(
    _ networks: CUTNetworks, _ contrast: PatchContrast, _ settings: TranslationSettings, in g: borrowing GraphBuilder
  ) -> LearningGraph.Parts {
    let a = g.signed(g.input("a", channels: 3))
    let whole = settings.isFlipEquivariant ? g.signed(g.input("whole", channels: 3)) : a
    let b = g.signed(g.input("b", channels: 3))
    let (queries, keys) = (contrast.inputs("query", in: g), contrast.inputs("key", in: g))
    func differences(_ translated: Value, _ picture: Value, _ queries: [Value], _ keys: [Value]) -> Value {
      contrast.loss(
        queries: networks.generator.features(translated, at: contrast.layers, in: g), queries,
        keys: networks.generator.features(picture, at: contrast.layers, in: g), keys, networks.projection, in: g)
    }
    let fake = networks.generator(a, in: g)
    var terms = WeightedTerms()
    terms.add("gan", settings.loss.real(networks.discriminator(fake, in: g), in: g))
    var weights = [1.0]
    let half = settings.comparesIdentity ? 0.5 : 1
    if settings.nceWeight > 0 {
      terms.add("nce", differences(fake, whole, queries, keys))
      weights.append(half * settings.nceWeight)
    }
    let same = settings.comparesIdentity || settings.identityWeight > 0 ? networks.generator(b, in: g) : nil
    if let same, settings.comparesIdentity {
      terms.add("identity nce", differences(same, b, keys, keys))
      weights.append(half * settings.nceWeight)
    }
    if let same, settings.identityWeight > 0 {
      terms.add("identity", g.meanDifference(same, b))
      weights.append(settings.identityWeight)
    }
    let size = settings.run.cut.size
    return LearningGraph.Parts(loss: terms.sum(times: weights, in: g), shown: [(fake, (3, size, size))])
  }

  func makePictures(
    of pair: TranslationPair, place: Int, share: Float, _ numbers: LearntNumbers, adding losses: inout [Float],
    _ gradient: inout [Float]
  ) throws(PluginError) {
    // The pictures' cut has turned over half of them already: every second of all pairs is turned again.
    let isFlipped = settings.isFlipEquivariant && pair.number % 2 == 1
    (isFlipped ? pair.a.mirrored() : pair.a).write(to: a.target)
    if let whole { pair.a.write(to: whole.target) }
    pair.b.write(to: b.target)
    let places = contrast.draw(seed: settings.run.seed, "places \(pair.number)")
    let queries = isFlipped ? contrast.mirrored(places) : places
    for l in places.indices {
      queryPlaces[l].take(queries[l])
      keyPlaces[l].take(places[l])
    }
    let inputs = [a] + (whole.map { [$0] } ?? []) + [b] + queryPlaces + keyPlaces
    try graph.run(inputs.map(\.image))
    jury.take(graph.shown, at: place)
    graph.addLosses(times: share, to: &losses, of: lossNames)
    graph.addGradients(of: numbers, times: share, to: &gradient)
  }

  func reals(of pair: TranslationPair) -> [Picture] { [pair.b] }
}
