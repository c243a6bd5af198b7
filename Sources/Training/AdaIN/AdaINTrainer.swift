// Trains a decoder for the features of any picture in the statistics of any other.
import Networks
import PluginKit
import Weights

/// Huang, Belongie: Arbitrary Style Transfer in Real-time with Adaptive Instance Normalization, ICCV 2017.
public final class AdaINTrainer: Course {
  private let run: TrainingRun
  private let networks: AdaINNetworks
  private let lesson: AdaINLesson
  /// Photos and paintings.
  private let feeds: [PictureFeed]
  private let previews: PairPreviews
  private let card: ModelCard

  /// Trains as `JohnsonTrainer.train` does.
  public static func train(
    _ settings: AdaINSettings, card: ModelCard, voice: TrainingVoice, shouldStop: () -> Bool
  ) throws(TrainingError) -> TrainingSummary {
    try settings.check()
    return try TrainingLoop.run(settings.run, voice: voice, shouldStop: shouldStop) { (host) throws(TrainingError) in
      try prepare(settings, card, host, voice)
    }
  }

  private static func prepare(
    _ settings: AdaINSettings, _ card: ModelCard, _ host: TrainingHost, _ voice: TrainingVoice
  ) throws(TrainingError) -> (any Course, TrainingState) {
    let run = settings.run
    let earlier = try run.earlier()
    let plan = try plan(settings, earlier, host)
    let decoder = calmed(try plan.decoder.drawn(seed: run.seed), plan.last)
    let drawn = settings.preset == .quality ? decoder : try small(settings)
    try run.check(earlier, isOf: drawn)
    let photos = try ContentList(run.content, warn: voice.warn)
    let paintings = try ContentList(settings.styles, warn: voice.warn)
    let facts = settings.facts(earlier)
    let begun = try earlier == nil ? self.begun(settings, plan, drawn) : nil
    let encoder: [TrainedTensor]
    if let known = earlier?.fixed ?? begun?.encoder {
      encoder = known
    } else {
      encoder = try self.encoder(plan, decoder, host, run, run.feed(photos, from: nil) { _ in })
    }
    let state = run.state(
      earlier, fresh: begun?.learnt ?? drawn, fixed: encoder, losses: AdaINLesson.lossNames, facts, voice)
    let (networks, lesson) = try TrainingError.ofNetwork { () throws(PluginError) in
      let networks = try AdaINNetworks(
        host, settings.preset, encoder: encoder, decoder: decoder, learnt: state.weights, named: run.output)
      return (networks, try AdaINLesson(host, networks, settings, size: run.cut.size))
    }
    var card = card
    (card.architecture, card.width, card.facts) = (networks.info.architecture, networks.info.width, facts)
    card.preset = settings.preset.rawValue
    let network: any StyleNetwork = networks.small ?? networks.judge
    let previews = try PairPreviews(host, network, settings, photos, paintings, voice)
    let words =
      "\(photos.places.count) photos, \(paintings.places.count) paintings, \(state.numberCount) numbers to learn"
    voice.tell("\(card.title): \(words), \(lesson.arenaBytes >> 20) MiB for a pair")
    let trainer = AdaINTrainer(
      run, networks, lesson,
      [run.feed(photos, from: state, warn: voice.warn), run.feed(paintings, number: 1, from: state, warn: voice.warn)],
      previews, card)
    return (trainer, state)
  }

  /// What the network has that a training begins with: what learns, and of a pair the encoder; nil where it begins with random numbers.
  private static func begun(
    _ settings: AdaINSettings, _ plan: AdaIN.Plan, _ drawn: [TrainedTensor]
  ) throws(TrainingError) -> (learnt: [TrainedTensor], encoder: [TrainedTensor]?)? {
    guard let start = settings.start else { return nil }
    let file = try TrainedTensor.read(start).tensors
    let encoder = settings.preset == .quality ? try numbered(plan.encoder).taken(from: file, start) : nil
    return (try drawn.taken(from: file, start), encoder)
  }

  /// A net with an encoder of its own that has learnt nothing yet.
  private static func small(_ settings: AdaINSettings) throws(TrainingError) -> [TrainedTensor] {
    let net = try TrainingError.ofNetwork { () throws(PluginError) in try RealtimeAdaIN.fresh(width: settings.width) }
    return calmed(try net.drawn(seed: settings.run.seed), RealtimeAdaIN.last)
  }

  /// What is left of the last layer's first weights, and what it begins to paint.
  private static let (loudness, grey): (Float, Float) = (0.1, 0.5)

  /// A net that begins with something like grey, instead of noise of many times a picture's range.
  private static func calmed(_ tensors: [TrainedTensor], _ last: String) -> [TrainedTensor] {
    tensors.map { tensor in
      var tensor = tensor
      if tensor.name == "\(last).weight" { for i in tensor.floats.indices { tensor.floats[i] *= loudness } }
      if tensor.name == "\(last).bias" { for i in tensor.floats.indices { tensor.floats[i] = grey } }
      return tensor
    }
  }

  /// What a decoder is for the encoder's features: a pair that goes on has its encoder with it.
  private static func plan(
    _ settings: AdaINSettings, _ earlier: TrainingState?, _ host: TrainingHost
  ) throws(TrainingError) -> AdaIN.Plan {
    let domain = try TrainingHost.domain(settings.domain)
    let encoder: WeightSet
    if let earlier {
      encoder = try TrainingError.ofNetwork { () throws(PluginError) in
        try host.memory(earlier.fixed, named: settings.run.output)
      }
    } else {
      let path = settings.preset == .quality ? settings.start ?? settings.encoder : settings.encoder
      guard !path.isEmpty else {
        throw TrainingError(
          .usage, "the features that come with the program were not found: name a VGG as --encoder FILE")
      }
      encoder = try host.open(path)
    }
    return try TrainingError.ofNetwork { () throws(PluginError) in
      try AdaIN.plan(encoder: encoder, domain: domain, width: settings.preset == .quality ? settings.width : nil)
    }
  }

  /// Pictures by which an encoder is normalised.
  private static let measured = 64

  /// The encoder, its mean squares at 1: so its features are those that the conventions' weights are made for, and a decoder that has
  /// learnt nothing gives numbers near a picture's.
  private static func encoder(
    _ plan: AdaIN.Plan, _ decoder: [TrainedTensor], _ host: TrainingHost, _ run: TrainingRun, _ feed: PictureFeed
  ) throws(TrainingError) -> [TrainedTensor] {
    let found = numbered(plan.encoder)
    guard !plan.isNormalised else { return found }
    let (network, squares) = try TrainingError.ofNetwork { () throws(PluginError) in
      let network = try AdaIN(host.memory(found + decoder, named: run.output))
      return (network, try ActivationSquares(host, network, size: run.cut.size))
    }
    for _ in 0..<measured { try squares.add(try feed.next().picture) }
    return numbered(network.normalised(squares.means))
  }

  private static func numbered(_ tensors: [AdaIN.NumberedTensor]) -> [TrainedTensor] {
    tensors.map { TrainedTensor(name: $0.name, shape: $0.shape, floats: $0.numbers) }
  }

  private init(
    _ run: TrainingRun, _ networks: AdaINNetworks, _ lesson: AdaINLesson, _ feeds: [PictureFeed],
    _ previews: PairPreviews, _ card: ModelCard
  ) {
    (self.run, self.networks, self.lesson) = (run, networks, lesson)
    (self.feeds, self.previews, self.card) = (feeds, previews, card)
  }

  func learn(
    _ turn: Int, _ numbers: LearntNumbers, _ state: inout TrainingState, losses: inout [Float], gradient: inout [Float]
  ) throws(TrainingError) {
    lesson.use(numbers)
    for _ in 0..<run.batch {
      let (photo, painting) = (try feeds[0].next(), try feeds[1].next())
      try TrainingError.ofNetwork { () throws(PluginError) in
        try lesson.learn(
          from: photo.picture, painting.picture, share: 1 / Float(run.batch), numbers, adding: &losses, &gradient)
      }
      state.goOn(with: photo.following, of: 0)
      state.goOn(with: painting.following, of: 1)
    }
  }

  /// Writes the pair, the state and the report.
  func save(_ numbers: LearntNumbers, _ state: inout TrainingState, _ progress: TrainingProgress) throws(TrainingError)
  {
    try previews.paint(numbers, into: &state)
    try run.save(card, state, network: networks.file(of: state), previews.gallery, progress)
  }
}
