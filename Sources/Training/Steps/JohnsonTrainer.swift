// Trains a Johnson net: pictures in, steps down the gradient, checkpoints out.
import Networks
import Optimisers
import PluginKit
import Weights

/// One training, from its first step or from where it was stopped.
public final class JohnsonTrainer {
  /// How a training ended.
  public struct Summary: Sendable {
    /// Steps that were made in all, and their seconds.
    public let steps: Int, seconds: Double
    /// The person wanted it to end.
    public let wasStopped: Bool

    /// "300 steps in 0:12:30"
    public var description: String { "\(steps) step\(steps == 1 ? "" : "s") in \(TrainingProgress.clock(seconds))" }
  }

  private let settings: JohnsonSettings
  private let voice: TrainingVoice
  private let lesson: Lesson
  private let feed: PictureFeed
  private let gallery: Gallery
  private let card: ModelCard
  /// Rows of the styles that are learnt.
  private let learnt: Range<Int>
  private var numbers: LearntNumbers
  private var gradient: [Float]
  private var optimiser: Adam
  private var state: TrainingState
  private var stepsOfThisRun = 0, secondsOfThisRun = 0.0

  /// Trains until there were enough steps or `shouldStop` holds, which is asked between steps. What was learnt is saved in the end in
  /// any case.
  /// - Parameter card: who makes what and by which command; network, width and facts are filled in.
  /// - Throws: before anything is written for what cannot be done; later where nothing can be written, or the loss is no number any more.
  public static func train(
    _ settings: JohnsonSettings, card: ModelCard, voice: TrainingVoice, shouldStop: () -> Bool
  ) throws(TrainingError) -> Summary {
    try settings.check()
    try StartingPoint.checkFolders(settings)
    return try TrainingHost.serve(threads: settings.threads, cpuLevel: settings.cpuLevel) {
      (host) throws(TrainingError) in
      try JohnsonTrainer(settings, card: card, host: host, voice: voice).run(shouldStop)
    }
  }

  private init(
    _ settings: JohnsonSettings, card: ModelCard, host: TrainingHost, voice: TrainingVoice
  ) throws(TrainingError) {
    self.settings = settings
    self.voice = voice
    let target = try StyleTarget(host, settings)
    let facts = settings.facts(target.facts)
    let start = try StartingPoint(settings, colours: target.colours)
    start.tell(of: facts, voice)
    let list = try ContentList(settings.content, warn: voice.warn)
    let (numbers, learnt) = (try LearntNumbers(start.weights), start.learnt)
    (self.numbers, self.learnt) = (numbers, learnt)
    gradient = [Float](repeating: 0, count: numbers.numbers.count)
    let network = try TrainingError.ofNetwork { () throws(PluginError) in
      try JohnsonNetwork(host.memory(numbers.network(ofStyle: learnt.lowerBound), named: settings.output))
    }
    lesson = try TrainingError.ofNetwork { () throws(PluginError) in
      try Lesson(
        host, network, target, size: settings.cut.size, noiseWeight: settings.noiseWeight,
        learns: { !settings.isAdding || LearntNumbers.isNorm($0) })
    }
    gallery = try Gallery(host, network, list, settings, voice)
    var card = card
    (card.architecture, card.width, card.facts) = (network.info.architecture, settings.form.width, facts)
    card.styles = start.names
    if start.names.count > 1 { card.architecture += ", \(start.names.count) styles" }
    self.card = card
    state = start.earlier ?? TrainingState(weights: start.weights, lossNames: lesson.lossNames)
    state.losses = state.losses.renamed(lesson.lossNames)
    (state.facts, state.styles) = (facts, start.names)
    optimiser = Adam(count: gradient.count, rate: settings.learningRate)
    optimiser.state = state.optimiser
    feed = PictureFeed(
      list, settings.cut, seed: settings.seed, from: state.nextPicture, ahead: 2 * settings.batch, warn: voice.warn)
    let learntCount = settings.isAdding ? lesson.numberCount * learnt.count : gradient.count
    voice.tell(
      "\(card.title): \(list.places.count) pictures, \(learntCount) numbers to learn, "
        + "\(lesson.arenaBytes >> 20) MiB for a picture")
  }

  private func run(_ shouldStop: () -> Bool) throws(TrainingError) -> Summary {
    var wasStopped = shouldStop()
    while !wasStopped, !isDone {
      let start = ContinuousClock.now
      try step()
      let elapsed = (ContinuousClock.now - start) / .seconds(1)
      (stepsOfThisRun, secondsOfThisRun) = (stepsOfThisRun + 1, secondsOfThisRun + elapsed)
      state.seconds += elapsed
      voice.progress(progress)
      wasStopped = shouldStop()
      if state.step.isMultiple(of: settings.checkpointEvery), !wasStopped, !isDone { try save() }
    }
    if stepsOfThisRun > 0 { try save() }
    return Summary(steps: state.step, seconds: state.seconds, wasStopped: wasStopped && !isDone)
  }

  private var isDone: Bool {
    settings.steps.map { state.step >= $0 } == true || settings.seconds.map { state.seconds >= $0 } == true
  }

  private var progress: TrainingProgress {
    let losses = state.losses.names.indices.map { (state.losses.names[$0], state.losses.recent($0, most: 20) ?? 0) }
    let (steps, seconds) = (max(1, stepsOfThisRun), max(1e-9, secondsOfThisRun))
    return TrainingProgress(
      step: state.step, steps: settings.steps, seconds: state.seconds, limit: settings.seconds, losses: losses,
      imagesPerSecond: Double(stepsOfThisRun * settings.batch) / seconds, secondsPerStep: seconds / Double(steps))
  }

  /// The mean gradient of a batch of pictures, and a step of the optimiser. Pictures take turns in the styles.
  private func step() throws(TrainingError) {
    for i in gradient.indices { gradient[i] = 0 }
    var losses = [Float](repeating: 0, count: lesson.lossNames.count)
    var current: Int?
    for i in 0..<settings.batch {
      let (picture, following) = try feed.next()
      let isNoisy = settings.noiseWeight > 0
      let example = Lesson.Example(
        photo: picture,
        noisy: isNoisy ? picture.noisy(level: settings.noiseLevel, seed: settings.seed, number: following) : nil,
        share: 1 / Float(settings.batch), target: (state.step * settings.batch + i) % learnt.count)
      let style = learnt.lowerBound + example.target
      if style != current { lesson.use(numbers, style: style) }
      current = style
      try TrainingError.ofNetwork { () throws(PluginError) in
        try lesson.learn(from: example, numbers, style: style, adding: &losses, &gradient)
      }
      state.nextPicture = following
    }
    guard losses.allSatisfy(\.isFinite) else {
      throw TrainingError(
        .model,
        "the loss is no number any more after \(state.step) steps: resume from the last checkpoint with a smaller learning rate"
      )
    }
    optimiser.step(&numbers.numbers, gradient: gradient)
    state.losses.append(losses)
    state.step += 1
  }

  /// Writes the network, the state and the report, each whole or not at all.
  private func save() throws(TrainingError) {
    (state.weights, state.optimiser) = (numbers.weights, optimiser.state)
    try gallery.paint(numbers, learnt, into: &state)
    try state.write(to: TrainingState.path(beside: settings.output))
    var card = card
    card.facts += [
      TrainingFact("steps", "\(state.step)"), TrainingFact("pictures", "\(state.step * settings.batch)"),
      TrainingFact("seconds", "\(Int(state.seconds))"),
    ]
    try card.write(state.weights, precision: settings.precision, to: settings.output)
    if let path = settings.report {
      try TrainingReport(card: card, state: state, gallery: gallery, progress: progress).write(to: path)
    }
  }
}
