// What a person may say about the training of a style.
import Networks

/// All that decides what a training does. The defaults suit a style of one picture.
public struct JohnsonSettings: Sendable {
  /// What every training is told.
  public var run: TrainingRun
  /// Pictures whose styles are learnt, each a style of one network; brought to `styleSize` pixels along the longer side, nil for
  /// their own size.
  public var styles: [String]
  /// See there; strokes of a larger picture become larger in what the network paints.
  public var styleSize: Int? = 512
  /// The file of the VGG by whose features pictures are compared, and what pixels it was trained on ("torchvision", "caffe"); nil: as
  /// the file says.
  public var vgg = "", domain: String?
  /// Whose weights and layers are taken: one of `conventions`; nil: those that suit the VGG.
  public var convention: String?
  /// Instead of the convention's.
  public var contentWeight: Double?, styleWeight: Double?, variationWeight: Double?
  /// What a mean squared difference of 1 between the paintings of a picture and of the same with noise costs, and the largest
  /// noise in levels of 255.
  public var noiseWeight = 0.0, noiseLevel = 8.0
  /// Which network, and its planes where they are others than the preset's.
  public var preset = TrainingPreset.quality, width: Int?
  /// Pictures for the report; [] takes some that are learnt from.
  public var previews: [String] = []
  /// A network to begin with instead of random numbers, and which of its styles where the new network's are others: name or number. A resumed
  /// training has begun already.
  public var start: String?, startStyle: String?
  /// The styles are added to those of `start`: nothing but their own rows of scales and shifts is learnt.
  public var isAdding = false

  /// Conventions of codes that train networks, by name.
  public static let conventions = [PerceptualConvention.pytorchExamples, .fastNeuralStyle].map(\.rawValue)

  /// A training from what has no default.
  public init(styles: [String], content: [String], output: String) {
    self.styles = styles
    run = TrainingRun(content: content, output: output)
  }

  /// Names of the fact where a network began.
  private static let (startedFrom, addedTo) = ("started from", "added to")

  /// The network that learns.
  var form: NetworkForm { preset.form(width: width) }

  /// Throws `usage` for what makes no sense.
  func check() throws(TrainingError) {
    func refuse(_ text: String) -> TrainingError { TrainingError(.usage, text) }
    try run.check()
    guard !styles.isEmpty else { throw refuse("there is no style to learn") }
    guard !isAdding || start != nil || run.isResumed else {
      throw refuse("styles are added to a network there is: name it")
    }
    guard styleSize.map({ (32...8192).contains($0) }) ?? true else {
      throw refuse("a style size of \(styleSize ?? 0) is not possible: give 32...8192")
    }
    try TrainingError.check(
      weights: [
        ("content", contentWeight ?? 0), ("style", styleWeight ?? 0), ("tv", variationWeight ?? 0),
        ("noise", noiseWeight),
      ])
    guard noiseLevel > 0, noiseLevel.isFinite else {
      throw refuse("a noise level of \(noiseLevel) is not possible: give more than 0")
    }
    guard startStyle == nil || start != nil || run.isResumed else {
      throw refuse("there is no network whose style '\(startStyle ?? "")' could be the start: name it")
    }
  }

  /// As rows of the report and the model card; where it began is for the state to say, once there is one.
  func facts(_ more: [TrainingFact], _ earlier: TrainingState?) -> [TrainingFact] {
    var facts = [
      TrainingFact("style", styles.joined(separator: ", ")),
      TrainingFact("style size", styleSize.map { "\($0)" } ?? "its own"),
      TrainingFact("width", "\(form.width)"),
    ]
    if noiseWeight > 0 {
      facts += [TrainingFact("noise weight", noiseWeight), TrainingFact("noise level", noiseLevel)]
    }
    if let earlier {
      facts += earlier.facts.filter { [Self.startedFrom, Self.addedTo].contains($0.name) }
    } else if let start {
      facts.append(TrainingFact(isAdding ? Self.addedTo : Self.startedFrom, start))
    }
    return run.facts + facts + more
  }
}
