// Fine-tunes a classifier with translations to the domain of another one.
import Networks
import PluginKit

/// Hou, Zheng: Visualizing Adapted Knowledge in Domain Transfer, CVPR 2021: the target model learns where it agrees with the source model on translations.
public final class TargetTrainer: Course {
  /// What it works with.
  private struct Tools { let lesson: TargetLesson, feed: PictureFeed, accuracy: TargetAccuracy? }

  private let run: TrainingRun
  private let tools: Tools
  private let card: ModelCard
  private let voice: TrainingVoice

  /// Trains as `JohnsonTrainer.train` does; what is written is a classifier as the target model's files together are.
  public static func train(
    _ settings: TargetSettings, card: ModelCard, voice: TrainingVoice, shouldStop: () -> Bool
  ) throws(TrainingError) -> TrainingSummary {
    try settings.check()
    return try TrainingLoop.run(settings.run, voice: voice, shouldStop: shouldStop) { (host) throws(TrainingError) in
      try prepare(settings, card, host, voice)
    }
  }

  private static func prepare(
    _ settings: TargetSettings, _ card: ModelCard, _ host: TrainingHost, _ voice: TrainingVoice
  ) throws(TrainingError) -> (any Course, TrainingState) {
    let (run, size) = (settings.run, settings.run.cut.size)
    let networks = try TargetNetworks(host, settings)
    let earlier = try run.earlier(of: networks.learnt)
    guard earlier.map({ $0.fixed == networks.fixed }) ?? true else {
      throw TrainingError(
        .model,
        "cannot resume \(run.output): the norms and the last layer are others than in \(TrainingFact.names(of: settings.target))"
      )
    }
    let list = try ContentList(run.content, warn: voice.warn)
    let facts = settings.facts + [TrainingFact("classifier", networks.classifier)]
    let state = run.state(
      earlier, fresh: networks.learnt, fixed: networks.fixed, losses: TargetLesson.lossNames, facts, voice)
    let lesson = try TrainingError.ofNetwork { () throws(PluginError) in
      try TargetLesson(host, networks, size: size)
    }
    var accuracy: TargetAccuracy?
    if let folder = settings.test {
      let examples = try LabelledPictures(folder, classes: networks.target.classCount, run.cut, voice)
      accuracy = try TrainingError.ofNetwork { () throws(PluginError) in
        try TargetAccuracy(host, networks, examples, size: size)
      }
    }
    var card = card
    (card.architecture, card.facts) = ("\(networks.target.name) classifier", facts)
    card.entries = ["stylehost.kind": "classifier"]
    let words = "\(list.places.count) pictures, \(networks.classifier), \(state.numberCount) numbers to learn"
    voice.tell("\(card.title): \(words), \(lesson.arenaBytes >> 20) MiB for a picture")
    let tools = Tools(lesson: lesson, feed: run.feed(list, from: state, warn: voice.warn), accuracy: accuracy)
    return (TargetTrainer(run, tools, card, voice), state)
  }

  private init(_ run: TrainingRun, _ tools: Tools, _ card: ModelCard, _ voice: TrainingVoice) {
    (self.run, self.tools, self.card, self.voice) = (run, tools, card, voice)
  }

  func learn(
    _ turn: Int, _ numbers: LearntNumbers, _ state: inout TrainingState, losses: inout [Float], gradient: inout [Float]
  ) throws(TrainingError) {
    tools.lesson.use(numbers)
    var batch: [Picture] = []
    for _ in 0..<run.batch {
      let (picture, following) = try tools.feed.next()
      batch.append(picture)
      state.goOn(with: following)
    }
    try TrainingError.ofNetwork { () throws(PluginError) in
      try tools.lesson.learn(from: batch, numbers, adding: &losses, &gradient)
    }
  }

  /// Writes the model, the state and the report, and tells how many pictures it tells right.
  func save(_ numbers: LearntNumbers, _ state: inout TrainingState, _ progress: TrainingProgress) throws(TrainingError)
  {
    let card = card.measured(tools.accuracy, numbers, step: state.step, voice)
    try run.save(card, state, network: state.weights + state.fixed, nil, progress)
  }
}
