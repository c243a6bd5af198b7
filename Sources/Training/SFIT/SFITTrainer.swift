// Trains a generator whose translations one classifier understands as another one does the pictures.
import Networks
import PluginKit

/// Hou, Zheng: Visualizing Adapted Knowledge in Domain Transfer, CVPR 2021: source-free image translation.
public final class SFITTrainer: Course {
  /// What it works with.
  private struct Tools { let lesson: SFITLesson, feed: PictureFeed, previews: PicturePreviews, accuracy: SFITAccuracy? }

  private let run: TrainingRun
  private let tools: Tools
  private let card: ModelCard
  private let voice: TrainingVoice

  /// Trains as `JohnsonTrainer.train` does.
  public static func train(
    _ settings: SFITSettings, card: ModelCard, voice: TrainingVoice, shouldStop: () -> Bool
  ) throws(TrainingError) -> TrainingSummary {
    try settings.check()
    return try TrainingLoop.run(settings.run, voice: voice, shouldStop: shouldStop) { (host) throws(TrainingError) in
      try prepare(settings, card, host, voice)
    }
  }

  private static func prepare(
    _ settings: SFITSettings, _ card: ModelCard, _ host: TrainingHost, _ voice: TrainingVoice
  ) throws(TrainingError) -> (any Course, TrainingState) {
    let run = settings.run
    let fresh = try SFITNetworks.fresh(settings)
    let earlier = try run.earlier(of: fresh)
    let list = try ContentList(run.content, warn: voice.warn)
    let weights = earlier?.weights ?? fresh
    let networks = try SFITNetworks(host, weights, settings)
    let facts = settings.facts + [TrainingFact("classifiers", networks.classifiers)]
    let state = run.state(earlier, fresh: fresh, losses: SFITLesson.lossNames(settings), facts, voice)
    let lesson = try TrainingError.ofNetwork { () throws(PluginError) in
      try SFITLesson(host, networks, settings, step: state.step)
    }
    let info = networks.generator.info
    var card = card
    (card.architecture, card.width, card.facts) = (info.architecture, info.width, facts)
    let words = "\(list.places.count) pictures, \(networks.classifiers), \(state.numberCount) numbers to learn"
    voice.tell("\(card.title): \(words), \(lesson.arenaBytes >> 20) MiB for a picture")
    let tools = Tools(
      lesson: lesson, feed: run.feed(list, from: state, warn: voice.warn),
      previews: try PicturePreviews(
        host, "pictures", Gallery.pictures(settings.previews, of: list, size: run.cut.size, voice), size: run.cut.size
      ) { networks.generator($1, in: $0) },
      accuracy: try accuracy(host, networks, settings, voice))
    return (SFITTrainer(run, tools, card, voice), state)
  }

  private static func accuracy(
    _ host: TrainingHost, _ networks: SFITNetworks, _ settings: SFITSettings, _ voice: TrainingVoice
  ) throws(TrainingError) -> SFITAccuracy? {
    guard let folder = settings.test else { return nil }
    let cut = settings.run.cut
    let examples = try LabelledPictures(folder, classes: networks.source.classCount, cut, voice)
    return try TrainingError.ofNetwork { () throws(PluginError) in
      try SFITAccuracy(host, networks, examples, size: cut.size)
    }
  }

  private init(_ run: TrainingRun, _ tools: Tools, _ card: ModelCard, _ voice: TrainingVoice) {
    (self.run, self.tools, self.card, self.voice) = (run, tools, card, voice)
  }

  func learn(
    _ turn: Int, _ numbers: LearntNumbers, _ state: inout TrainingState, losses: inout [Float], gradient: inout [Float]
  ) throws(TrainingError) {
    tools.lesson.use(numbers, step: state.step)
    for _ in 0..<run.batch {
      let (picture, following) = try tools.feed.next()
      try TrainingError.ofNetwork { () throws(PluginError) in
        try tools.lesson.learn(
          from: picture, share: 1 / Float(run.batch), numbers, adding: &losses, &gradient)
      }
      state.goOn(with: following)
    }
  }

  /// Writes the generator, the state and the report, and tells how many pictures the models tell right.
  func save(_ numbers: LearntNumbers, _ state: inout TrainingState, _ progress: TrainingProgress) throws(TrainingError)
  {
    try tools.previews.paint(numbers, into: &state)
    let card = card.measured(tools.accuracy, numbers, step: state.step, voice)
    try run.save(card, state, tools.previews.gallery, progress)
  }
}
