// What a person may say about the training of a translation by two classifiers.

/// All that decides what a generator of SFIT becomes. The defaults are the authors' for photos.
public struct SFITSettings: Sendable {
  /// What every training is told; `content` are pictures of the target domain, whose classes nobody has to know.
  public var run: TrainingRun
  /// The files of the classifier that knows the domain to translate to, those of the one that was adapted to the pictures, and those of what both have in common:
  /// the last layer, where their own files do not hold it.
  public var source: [String], target: [String], head: [String]
  /// What each term costs; nothing where it is not named.
  public var weights: [SFITTerm: Double] = [.kd: 1, .relationship: 1]
  /// Planes after the first convolution of the generator.
  public var width = 32
  /// Steps in which the generator only learns to leave pictures as the source model sees them.
  public var warmUp = 200
  /// A folder with a folder of pictures for each class, on which the models are measured at every checkpoint; nil for none.
  public var test: String?
  /// Pictures for the report; [] takes some of the content.
  public var previews: [String] = []

  /// A training from what has no default.
  public init(content: [String], source: [String], target: [String], head: [String] = [], output: String) {
    (self.source, self.target, self.head) = (source, target, head)
    run = TrainingRun(content: content, output: output)
    (run.batch, run.learningRate, run.schedule) = (16, 3e-4, .cosine)
    run.cut = PictureCut(size: 224)
    (run.cut.photoSize, run.cut.isRandom, run.cut.isMirrored) = (256, true, true)
  }

  /// The terms that count.
  var terms: [(term: SFITTerm, weight: Double)] {
    var terms: [(term: SFITTerm, weight: Double)] = []
    for term in SFITTerm.allCases {
      if let weight = weights[term], weight > 0 { terms.append((term: term, weight: weight)) }
    }
    return terms
  }

  /// Maps of both classifiers are compared, which so must be alike.
  var comparesMaps: Bool { terms.contains { $0.term == .relationship || $0.term == .style } }

  /// Throws `usage` for what makes no sense.
  func check() throws(TrainingError) {
    try run.check()
    try run.check(keeping: source + target + head)
    guard !source.isEmpty, !target.isEmpty else {
      throw TrainingError(
        .usage, "a translation is learnt from two classifiers: give the files of the source and of the target model")
    }
    try TrainingError.check(weights: SFITTerm.allCases.map { (name: $0.rawValue, value: weights[$0] ?? 0) })
    guard !terms.isEmpty else { throw TrainingError(.usage, "there is nothing to learn where all weights are 0") }
    guard (1...512).contains(width) else {
      throw TrainingError(.usage, "a width of \(width) is not possible: give 1...512")
    }
    guard warmUp >= 0 else {
      throw TrainingError(.usage, "a warm-up of \(warmUp) steps is not possible: give 0 or more")
    }
  }

  /// As rows of the report and the model card.
  var facts: [TrainingFact] {
    var facts = [TrainingFact("source model", files: source), TrainingFact("target model", files: target)]
    if !head.isEmpty { facts.append(TrainingFact("head", files: head)) }
    facts += [TrainingFact("width", "\(width)"), TrainingFact("warm-up steps", "\(warmUp)")]
    facts += terms.map { TrainingFact("\($0.term.rawValue) weight", $0.weight) }
    if let test { facts.append(TrainingFact("test", test)) }
    return facts + run.facts
  }
}
