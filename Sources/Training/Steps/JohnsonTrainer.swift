// Trains a Johnson net: pictures in, steps down the gradient, checkpoints out.
import Networks
import PluginKit

/// One training, from its first step or from where it was stopped.
public final class JohnsonTrainer: Course {
  private let settings: JohnsonSettings
  private let lesson: Lesson
  private let feed: PictureFeed
  private let gallery: Gallery
  private let card: ModelCard
  /// Rows of the styles that are learnt.
  private let learnt: Range<Int>
  /// Where each tensor lies among the numbers; they are the loop's, lent for a step.
  private var layout: LearntNumbers

  /// Trains until there was enough or `shouldStop` holds, which is asked between steps. What was learnt is saved in the end in any case.
  /// - Parameter card: who makes what and by which command; network, width and facts are filled in.
  /// - Throws: before anything is written for what cannot be done; later where nothing can be written, or the loss is no number any more.
  public static func train(
    _ settings: JohnsonSettings, card: ModelCard, voice: TrainingVoice, shouldStop: () -> Bool
  ) throws(TrainingError) -> TrainingSummary {
    try settings.check()
    return try TrainingHost.serve(threads: settings.run.threads, cpuLevel: settings.run.cpuLevel) {
      (host) throws(TrainingError) in
      let (trainer, state) = try prepare(settings, card, host, voice)
      return try TrainingLoop(trainer, settings.run, from: state, voice: voice).run(shouldStop)
    }
  }

  private static func prepare(
    _ settings: JohnsonSettings, _ card: ModelCard, _ host: TrainingHost, _ voice: TrainingVoice
  ) throws(TrainingError) -> (JohnsonTrainer, TrainingState) {
    let target = try StyleTarget(host, settings)
    let facts = settings.facts(target.facts)
    let start = try StartingPoint(settings, colours: target.colours)
    start.tell(of: facts, voice)
    let trainer = try JohnsonTrainer(settings, card, (host, target, start), facts, voice)
    var state = start.earlier ?? TrainingState(weights: start.weights, lossNames: trainer.lesson.lossNames)
    state.losses = state.losses.renamed(trainer.lesson.lossNames)
    (state.facts, state.styles) = (facts, start.names)
    return (trainer, state)
  }

  private init(
    _ settings: JohnsonSettings, _ card: ModelCard,
    _ means: (host: TrainingHost, target: StyleTarget, start: StartingPoint),
    _ facts: [TrainingFact], _ voice: TrainingVoice
  ) throws(TrainingError) {
    self.settings = settings
    let (host, target, start) = means
    let list = try ContentList(settings.run.content, warn: voice.warn)
    let (layout, learnt) = (try LearntNumbers(start.weights), start.learnt)
    (self.layout, self.learnt) = (layout, learnt)
    let network = try TrainingError.ofNetwork { () throws(PluginError) in
      try JohnsonNetwork(host.memory(layout.network(ofStyle: learnt.lowerBound), named: settings.run.output))
    }
    lesson = try TrainingError.ofNetwork { () throws(PluginError) in
      try Lesson(
        host, network, target, size: settings.run.cut.size, noiseWeight: settings.noiseWeight,
        learns: { !settings.isAdding || LearntNumbers.isNorm($0) })
    }
    gallery = try Gallery(host, network, list, settings, voice)
    var card = card
    (card.architecture, card.width, card.facts) = (network.info.architecture, settings.form.width, facts)
    (card.styles, card.preset) = (start.names, settings.preset.rawValue)
    if start.names.count > 1 { card.architecture += ", \(start.names.count) styles" }
    self.card = card
    feed = settings.run.feed(list, from: start.earlier, warn: voice.warn)
    let count = settings.isAdding ? lesson.numberCount * learnt.count : layout.numbers.count
    voice.tell(
      "\(card.title): \(list.places.count) pictures, \(count) numbers to learn, \(lesson.arenaBytes >> 20) MiB for a picture"
    )
  }

  /// Pictures take turns in the styles.
  func learn(
    _ numbers: [Float], _ state: inout TrainingState, losses: inout [Float], gradient: inout [Float]
  ) throws(TrainingError) {
    layout.numbers = numbers
    defer { layout.numbers = [] }
    let batch = settings.run.batch
    var current: Int?
    for i in 0..<batch {
      let (picture, following) = try feed.next()
      let isNoisy = settings.noiseWeight > 0
      let example = Lesson.Example(
        photo: picture,
        noisy: isNoisy ? picture.noisy(level: settings.noiseLevel, seed: settings.run.seed, number: following) : nil,
        share: 1 / Float(batch), target: (state.step * batch + i) % learnt.count)
      let style = learnt.lowerBound + example.target
      if style != current { lesson.use(layout, style: style) }
      current = style
      try TrainingError.ofNetwork { () throws(PluginError) in
        try lesson.learn(from: example, layout, style: style, adding: &losses, &gradient)
      }
      state.nextPicture = following
    }
  }

  /// Writes the network, the state and the report, each whole or not at all.
  func save(_ numbers: [Float], _ state: inout TrainingState, _ progress: TrainingProgress) throws(TrainingError) {
    layout.numbers = numbers
    defer { layout.numbers = [] }
    try gallery.paint(layout, learnt, into: &state)
    try settings.run.save(card, state, gallery, progress)
  }
}
