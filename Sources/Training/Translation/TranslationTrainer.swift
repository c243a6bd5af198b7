// Trains generators that translate pictures of one domain to another.
import PluginKit

/// CUT, FastCUT, SinCUT, CycleGAN and MUNIT: networks that make pictures and networks that judge them, in turns.
public final class TranslationTrainer: Course {
  private let family: any TranslationFamily
  private let run: TrainingRun
  private let lesson: any TranslationLesson
  private let feeds: [PictureFeed]
  private let previews: any Previews
  private let card: ModelCard
  /// The pictures of the step.
  private var pairs: [TranslationPair] = []

  /// Trains as `JohnsonTrainer.train` does.
  public static func train(
    _ settings: TranslationSettings, card: ModelCard, voice: TrainingVoice, shouldStop: () -> Bool
  ) throws(TrainingError) -> TrainingSummary {
    try train(family: settings, card: card, voice: voice, shouldStop: shouldStop)
  }

  /// The same of any family.
  static func train(
    family: any TranslationFamily, card: ModelCard, voice: TrainingVoice, shouldStop: () -> Bool
  ) throws(TrainingError) -> TrainingSummary {
    try family.check()
    return try TrainingLoop.run(family.run, voice: voice, shouldStop: shouldStop) { (host) throws(TrainingError) in
      try prepare(family, card, host, voice)
    }
  }

  private static func prepare(
    _ family: any TranslationFamily, _ card: ModelCard, _ host: TrainingHost, _ voice: TrainingVoice
  ) throws(TrainingError) -> (any Course, TrainingState) {
    let run = family.run
    let fresh = try family.fresh()
    let earlier = try run.earlier(of: fresh)
    let lists = [
      try ContentList(run.content, warn: voice.warn), try ContentList(family.other, warn: voice.warn),
    ]
    let weights = earlier?.weights ?? fresh
    let parts = try family.parts(host, weights, memory: earlier?.memory ?? [], lists, voice)
    let state = run.state(earlier, fresh: fresh, losses: parts.lesson.lossNames, family.facts, voice)
    var card = card
    (card.architecture, card.width, card.facts) = (parts.info.architecture, parts.info.width, family.facts)
    voice.tell(
      "\(card.title): \(lists[0].places.count) pictures of A, \(lists[1].places.count) of B, \(state.numberCount) numbers to learn, \(parts.lesson.arenaBytes >> 20) MiB for a pair"
    )
    let feeds = lists.enumerated().map { run.feed($1, number: $0, from: state, warn: voice.warn) }
    return (TranslationTrainer(family, parts, feeds, card), state)
  }

  private init(
    _ family: any TranslationFamily, _ parts: TranslationParts, _ feeds: [PictureFeed], _ card: ModelCard
  ) {
    (self.family, run, lesson, previews) = (family, family.run, parts.lesson, parts.previews)
    (self.feeds, self.card) = (feeds, card)
  }

  /// Networks that make pictures, then those that judge them.
  func turns(of numbers: LearntNumbers) -> [Range<Int>] {
    let judges = numbers.parts.first { family.judges($0.name) }
    let middle = judges?.start ?? numbers.count
    return [0..<middle, middle..<numbers.count]
  }

  func learn(
    _ turn: Int, _ numbers: LearntNumbers, _ state: inout TrainingState, losses: inout [Float], gradient: inout [Float]
  ) throws(TrainingError) {
    if turn == 0 {
      lesson.graph.use(numbers)
      try readPairs(&state)
    } else {
      lesson.jury.use(numbers)
    }
    let share = 1 / Float(run.batch)
    for (place, pair) in pairs.enumerated() {
      try TrainingError.ofNetwork { () throws(PluginError) in
        let teach = turn == 0 ? lesson.makePictures : lesson.judgePictures
        try teach(pair, place, share, numbers, &losses, &gradient)
      }
    }
  }

  private func readPairs(_ state: inout TrainingState) throws(TrainingError) {
    pairs = []
    for i in 0..<run.batch {
      let (a, b) = (try feeds[0].next(), try feeds[1].next())
      pairs.append(TranslationPair(a: a.picture, b: b.picture, number: state.step * run.batch + i))
      state.goOn(with: a.following, of: 0)
      state.goOn(with: b.following, of: 1)
    }
  }

  /// Writes the generators, the state and the report.
  func save(_ numbers: LearntNumbers, _ state: inout TrainingState, _ progress: TrainingProgress) throws(TrainingError)
  {
    try previews.paint(numbers, into: &state)
    state.memory = lesson.memory
    try run.save(card, state, network: family.network(of: state.weights), previews.gallery, progress)
  }
}
