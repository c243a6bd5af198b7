// Trains a Johnson net: pictures in, steps down the gradient, checkpoints out.
import Networks
import PluginKit

/// One training, from its first step or from where it was stopped.
public final class JohnsonTrainer: Course {
  /// What it works with.
  private struct Tools { let lesson: JohnsonLesson, feed: PictureFeed, previews: StylePreviews }

  private let settings: JohnsonSettings
  private let card: ModelCard
  private let tools: Tools

  /// Trains until there was enough or `shouldStop` holds, which is asked between steps. What was learnt is saved in the end in any case.
  /// - Parameter card: who makes what and by which command; network, width and facts are filled in.
  /// - Throws: before anything is written for what cannot be done; later where nothing can be written, or the loss is no number any more.
  public static func train(
    _ settings: JohnsonSettings, card: ModelCard, voice: TrainingVoice, shouldStop: () -> Bool
  ) throws(TrainingError) -> TrainingSummary {
    try settings.check()
    return try TrainingLoop.run(settings.run, voice: voice, shouldStop: shouldStop) { (host) throws(TrainingError) in
      try prepare(settings, card, host, voice)
    }
  }

  private static func prepare(
    _ settings: JohnsonSettings, _ card: ModelCard, _ host: TrainingHost, _ voice: TrainingVoice
  ) throws(TrainingError) -> (any Course, TrainingState) {
    let target = try StyleTarget(host, settings)
    let start = try StartingPoint(settings, colours: target.colours)
    let facts = settings.facts(target.facts, start.earlier)
    let list = try ContentList(settings.run.content, warn: voice.warn)
    let layout = try LearntNumbers(start.weights)
    let network = try TrainingError.ofNetwork { () throws(PluginError) in
      try JohnsonNetwork(host.memory(layout.network(ofStyle: start.learnt.lowerBound), named: settings.run.output))
    }
    let lesson = try TrainingError.ofNetwork { () throws(PluginError) in
      try JohnsonLesson(
        host, network, target, size: settings.run.cut.size, noiseWeight: settings.noiseWeight,
        learns: { !settings.isAdding || LearntNumbers.isNorm($0) })
    }
    var card = card
    card.architecture = network.info.of(styles: start.names.count).architecture
    (card.width, card.facts) = (settings.form.width, facts)
    (card.styles, card.preset) = (start.names, settings.preset.rawValue)
    let count = settings.isAdding ? lesson.numberCount * start.learnt.count : layout.numbers.count
    let words = "\(list.places.count) pictures, \(count) numbers to learn"
    voice.tell("\(card.title): \(words), \(lesson.arenaBytes >> 20) MiB for a picture")
    let tools = Tools(
      lesson: lesson, feed: settings.run.feed(list, from: start.earlier, warn: voice.warn),
      previews: try StylePreviews(host, network, list, settings, voice))
    var state = settings.run.state(
      start.earlier, fresh: start.weights, losses: lesson.lossNames, facts, voice)
    state.styles = start.names
    return (JohnsonTrainer(settings, card, tools), state)
  }

  private init(_ settings: JohnsonSettings, _ card: ModelCard, _ tools: Tools) {
    (self.settings, self.card, self.tools) = (settings, card, tools)
  }

  /// Rows of the styles that are learnt: the last ones.
  private func learnt(_ numbers: LearntNumbers) -> Range<Int> {
    numbers.styleCount - settings.styles.count..<numbers.styleCount
  }

  /// Pictures take their styles in order.
  func learn(
    _ turn: Int, _ numbers: LearntNumbers, _ state: inout TrainingState, losses: inout [Float], gradient: inout [Float]
  ) throws(TrainingError) {
    let (batch, learnt) = (settings.run.batch, learnt(numbers))
    var current: Int?
    for i in 0..<batch {
      let (picture, following) = try tools.feed.next()
      let isNoisy = settings.noiseWeight > 0
      let example = JohnsonLesson.Example(
        photo: picture,
        noisy: isNoisy ? picture.noisy(level: settings.noiseLevel, seed: settings.run.seed, number: following) : nil,
        share: 1 / Float(batch), target: (state.step * batch + i) % learnt.count)
      let style = learnt.lowerBound + example.target
      if style != current { tools.lesson.use(numbers, style: style) }
      current = style
      try TrainingError.ofNetwork { () throws(PluginError) in
        try tools.lesson.learn(from: example, numbers, style: style, adding: &losses, &gradient)
      }
      state.goOn(with: following)
    }
  }

  /// Writes the network, the state and the report, each whole or not at all.
  func save(_ numbers: LearntNumbers, _ state: inout TrainingState, _ progress: TrainingProgress) throws(TrainingError)
  {
    try tools.previews.paint(numbers, learnt(numbers), into: &state)
    try settings.run.save(card, state, tools.previews.gallery, progress)
  }
}
