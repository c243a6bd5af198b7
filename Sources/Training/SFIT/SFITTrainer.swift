// Trains a generator whose translations one classifier understands as another one does the pictures.
import Networks
import PluginKit

/// Hou, Zheng: Visualizing Adapted Knowledge in Domain Transfer, CVPR 2021: source-free image translation.
public final class SFITTrainer: Course {
  /// What it works with.
  private struct Tools { let lesson: SFITLesson, feed: PictureFeed, previews: SFITPreviews, accuracy: SFITAccuracy? }

  private let run: TrainingRun
  private let tools: Tools
  private let card: ModelCard
  private let voice: TrainingVoice
  private var layout: LearntNumbers

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
    let earlier = try run.earlier()
    let list = try ContentList(run.content, warn: voice.warn)
    let fresh = try SFITNetworks.fresh(settings)
    let weights = earlier?.weights ?? fresh
    let networks = try SFITNetworks(host, weights, settings)
    let facts = settings.facts + [TrainingFact("classifiers", networks.classifiers)]
    let state = try run.state(earlier, fresh: fresh, losses: SFITLesson.lossNames(settings), facts, voice)
    let lesson = try TrainingError.ofNetwork { () throws(PluginError) in
      try SFITLesson(host, networks, settings, step: state.step)
    }
    let info = networks.generator.info
    var card = card
    (card.architecture, card.width, card.facts) = (info.architecture, info.width, facts)
    let layout = try LearntNumbers(state.weights)
    let words = "\(list.places.count) pictures, \(networks.classifiers), \(layout.count) numbers to learn"
    voice.tell("\(card.title): \(words), \(lesson.arenaBytes >> 20) MiB for a picture")
    let tools = Tools(
      lesson: lesson, feed: run.feed(list, from: state, warn: voice.warn),
      previews: try SFITPreviews(host, networks.generator, settings, list, voice),
      accuracy: try accuracy(host, networks, settings, voice))
    return (SFITTrainer(run, tools, card, voice, layout), state)
  }

  private static func accuracy(
    _ host: TrainingHost, _ networks: SFITNetworks, _ settings: SFITSettings, _ voice: TrainingVoice
  ) throws(TrainingError) -> SFITAccuracy? {
    guard let folder = settings.test else { return nil }
    let examples = try SFITAccuracy.examples(folder, classes: networks.source.classCount, warn: voice.warn)
    return try TrainingError.ofNetwork { () throws(PluginError) in
      try SFITAccuracy(host, networks, settings, folder, examples, voice)
    }
  }

  private init(
    _ run: TrainingRun, _ tools: Tools, _ card: ModelCard, _ voice: TrainingVoice, _ layout: LearntNumbers
  ) { (self.run, self.tools, self.card, self.voice, self.layout) = (run, tools, card, voice, layout) }

  var turns: [Range<Int>] { [0..<layout.count] }

  func learn(
    _ turn: Int, _ numbers: [Float], _ state: inout TrainingState, losses: inout [Float], gradient: inout [Float]
  ) throws(TrainingError) {
    layout.numbers = numbers
    defer { layout.numbers = [] }
    tools.lesson.use(layout, step: state.step)
    for _ in 0..<run.batch {
      let (picture, following) = try tools.feed.next()
      try TrainingError.ofNetwork { () throws(PluginError) in
        try tools.lesson.learn(
          from: picture, share: 1 / Float(run.batch), layout, adding: &losses, &gradient)
      }
      state.goOn(with: following)
    }
  }

  /// Writes the generator, the state and the report, and tells how many pictures the models tell right.
  func save(_ numbers: [Float], _ state: inout TrainingState, _ progress: TrainingProgress) throws(TrainingError) {
    layout.numbers = numbers
    defer { layout.numbers = [] }
    try tools.previews.paint(layout, into: &state)
    var card = card
    if let accuracy = tools.accuracy {
      // What was learnt is saved, whatever became of the pictures it is measured on.
      do throws(TrainingError) {
        let count = try accuracy.measure(layout)
        card.facts += count.facts
        voice.tell("step \(state.step): \(count.line)")
      } catch {
        voice.warn(error.description)
      }
    }
    try run.save(card, state, tools.previews.gallery, progress)
  }
}
