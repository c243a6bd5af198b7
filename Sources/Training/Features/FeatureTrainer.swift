// Distils a small feature network from a VGG: one by which styles are made on a machine that has no VGG.
import Networks
import PluginKit
import Weights

/// Teaches a network of VGG's layout and a share of its planes to give the VGG's features, each layer cut to the directions of most energy
/// (`FeatureBasis`). Losses by its features are nearly those by the VGG's, at a sixteenth of the work for a quarter of the planes.
public final class FeatureTrainer: Course {
  private let run: TrainingRun
  private let lesson: FeatureLesson
  private let feed: PictureFeed
  private let card: ModelCard

  /// Trains as `JohnsonTrainer.train` does.
  public static func train(
    _ settings: FeatureSettings, card: ModelCard, voice: TrainingVoice, shouldStop: () -> Bool
  ) throws(TrainingError) -> TrainingSummary {
    try settings.run.check()
    return try TrainingLoop.run(settings.run, voice: voice, shouldStop: shouldStop) { (host) throws(TrainingError) in
      try prepare(settings, card, host, voice)
    }
  }

  private static func prepare(
    _ settings: FeatureSettings, _ card: ModelCard, _ host: TrainingHost, _ voice: TrainingVoice
  ) throws(TrainingError) -> (any Course, TrainingState) {
    let run = settings.run
    let earlier = try run.earlier()
    let teacher = try host.vgg(settings.vgg, domain: settings.domain)
    let share = try share(settings, teacher)
    let fresh = teacher.distilled(share: share)
    let list = try ContentList(run.content, warn: voice.warn)
    let facts =
      settings.facts(teacher) + [TrainingFact("files", "\(list.places.count), \(String(list.digest, radix: 16))")]
    try check(earlier, facts)
    // The second feed tells of files that cannot be read.
    let moments = try FeatureMoments(host, teacher, size: run.cut.size, run.feed(list, from: nil) { _ in })
    let basis = try FeatureBasis(teacher, share: share, moments)
    let weights = earlier?.weights ?? pruned(fresh, teacher, basis, moments)
    let layout = try LearntNumbers(weights)
    let lesson = try TrainingError.ofNetwork { () throws(PluginError) in
      let pupil = try VGG(host.memory(weights, named: run.output), domain: teacher.domain)
      return try FeatureLesson(host, pupil, teacher, basis, size: run.cut.size)
    }
    var card = card
    (card.architecture, card.width, card.facts) = (fresh.info.architecture, settings.width, facts)
    card.entries = [VGG.domainKey: teacher.domain.rawValue, VGG.shareKey: "\(share)", "stylehost.kind": "features"]
    let state = run.state(earlier, fresh: weights, losses: lesson.lossNames, facts, voice)
    let feed = run.feed(list, from: earlier, warn: voice.warn)
    voice.tell(told(basis, list, layout))
    return (FeatureTrainer(run, lesson, feed, card), state)
  }

  /// Of the planes of each layer, that are kept: a whole number of all of them.
  private static func share(_ settings: FeatureSettings, _ teacher: VGG) throws(TrainingError) -> Double {
    guard !teacher.isDistilled else {
      throw TrainingError(.usage, "\(settings.vgg) was distilled itself: learn from a whole VGG")
    }
    let planes = teacher.distilledLayers.map(teacher.planes)
    let first = planes.first ?? 0
    guard settings.width >= 1, settings.width <= first, planes.allSatisfy({ $0 * settings.width % first == 0 }) else {
      throw TrainingError(
        .usage, "a width of \(settings.width) is not possible: the VGG begins with \(first) planes; give a part of them"
      )
    }
    return Double(settings.width) / Double(first)
  }

  /// All tensors of a network that knows what the VGG's own planes tell.
  private static func pruned(
    _ network: FreshNetwork, _ teacher: VGG, _ basis: FeatureBasis, _ moments: FeatureMoments
  ) -> [TrainedTensor] {
    let known = PrunedFeatures(teacher, basis, moments).tensors
    return network.tensors.map { tensor in
      let zeros = [Float](repeating: 0, count: tensor.shape.reduce(1, *))
      return TrainedTensor(name: tensor.name, shape: tensor.shape, floats: known[tensor.name] ?? zeros)
    }
  }

  /// A basis is of the pictures it was measured on: with others the layers would be asked for other directions.
  private static func check(_ earlier: TrainingState?, _ facts: [TrainingFact]) throws(TrainingError) {
    guard let earlier else { return }
    for name in ["features", "width", "files", "size", "seed"] {
      let (old, new) = (earlier.facts.first { $0.name == name }, facts.first { $0.name == name })
      guard old != new else { continue }
      throw TrainingError(
        .usage,
        "a distillation goes on as it began: \(name) was \(old?.value ?? "unknown"), and is \(new?.value ?? "unknown") (files count by their names)"
      )
    }
  }

  private static func told(_ basis: FeatureBasis, _ list: ContentList, _ layout: LearntNumbers) -> String {
    let kept = zip(basis.layers, basis.kept).map { "\($0) \(Int(($1 * 1000).rounded(.down)) / 10)%" }
    return
      "\(list.places.count) pictures, \(layout.numbers.count) numbers to learn; of the energy is kept: \(kept.joined(separator: ", "))"
  }

  private init(_ run: TrainingRun, _ lesson: FeatureLesson, _ feed: PictureFeed, _ card: ModelCard) {
    (self.run, self.lesson, self.feed, self.card) = (run, lesson, feed, card)
  }

  func learn(
    _ turn: Int, _ numbers: LearntNumbers, _ state: inout TrainingState, losses: inout [Float], gradient: inout [Float]
  ) throws(TrainingError) {
    lesson.use(numbers)
    for _ in 0..<run.batch {
      let (picture, following) = try feed.next()
      try TrainingError.ofNetwork { () throws(PluginError) in
        try lesson.learn(from: picture, share: 1 / Float(run.batch), numbers, adding: &losses, &gradient)
      }
      state.goOn(with: following)
    }
  }

  func save(_ numbers: LearntNumbers, _ state: inout TrainingState, _ progress: TrainingProgress) throws(TrainingError)
  {
    try run.save(card, state, nil, progress)
  }
}
