// What a person may say about the training of a translation in many styles.
import Networks

/// All that decides what a MUNIT becomes. The defaults are its authors'.
public struct MUNITSettings: Sendable {
  /// What every training is told; `content` are the pictures of A.
  public var run: TrainingRun
  /// Pictures of B: paths as those of A.
  public var other: [String]
  /// Planes after the first convolutions of the generators and of the discriminators.
  public var width = 64, discriminatorWidth = 64
  /// What it costs when a picture does not come back out of its own content and style.
  public var imageWeight = 10.0
  /// What it costs when the style, or the content, that a picture was made of is not found in it.
  public var styleWeight = 1.0, contentWeight = 1.0
  /// What it costs when a translation there and back, in the picture's own style, is another picture; 0: it is not tried.
  public var cycleWeight = 0.0
  /// What it costs when a VGG sees something else in the translation than in the picture; 0: it is not asked.
  public var perceptualWeight = 0.0
  /// The file of that VGG, and what pixels it was trained on ("torchvision", "caffe"); nil: as the file says.
  public var vgg = "", domain: String?
  /// Pictures of A for the report, and of B, in whose styles they are shown; [] takes some that are learnt from.
  public var previews: [String] = [], previewStyles: [String] = []

  /// A training from what has no default.
  public init(a: [String], b: [String], output: String) {
    other = b
    run = TrainingRun(content: a, output: output)
    (run.batch, run.learningRate, run.betas, run.weightDecay) = (1, 1e-4, (0.5, 0.999), 1e-4)
    run.schedule = .halving(steps: 100_000)
    (run.cut.photoSize, run.cut.isRandom, run.cut.isMirrored) = (256, true, true)
  }

  /// The smallest square whose quarter the discriminators give a score, of the sizes that are multiples of 4.
  static let leastSize = (MUNITDiscriminator.leastSide + 3) / 4 * 4

  private var weights: [(name: String, value: Double)] {
    [
      ("image", imageWeight), ("style", styleWeight), ("content", contentWeight), ("cycle", cycleWeight),
      ("perceptual", perceptualWeight),
    ]
  }

  /// Throws `usage` for what makes no sense.
  func check() throws(TrainingError) {
    try run.check()
    guard !other.isEmpty else { throw TrainingError(.usage, "there are no pictures to translate to: give those of B") }
    guard run.cut.size >= Self.leastSize else {
      throw TrainingError(
        .usage,
        "a size of \(run.cut.size) is not possible: MUNIT's discriminators halve a quarter of it four times, so give \(Self.leastSize) or more"
      )
    }
    guard (1...512).contains(width), (1...512).contains(discriminatorWidth) else {
      throw TrainingError(.usage, "give widths of 1...512")
    }
    try TrainingError.check(weights: weights)
    guard perceptualWeight == 0 || !vgg.isEmpty else {
      throw TrainingError(
        .usage, "--perceptual-weight needs a VGG-16 to relu5_3, which does not come with this program: add --vgg FILE")
    }
    guard perceptualWeight > 0 || vgg.isEmpty else {
      throw TrainingError(
        .usage, "--vgg \(vgg) is for --perceptual-weight, which is 0: give that a weight, or leave --vgg out")
    }
    guard domain == nil || !vgg.isEmpty else {
      throw TrainingError(.usage, "--domain says what pixels a VGG was trained on: give --vgg FILE, or leave it out")
    }
  }

  /// As rows of the report and the model card.
  var facts: [TrainingFact] {
    var facts = [
      TrainingFact("other", other.joined(separator: ", ")), TrainingFact("width", "\(width)"),
      TrainingFact("discriminators", "width \(discriminatorWidth), lsgan"),
    ]
    facts += weights.filter { $0.value > 0 }.map { TrainingFact("\($0.name) weight", $0.value) }
    if perceptualWeight > 0 { facts.append(TrainingFact("features", files: [vgg])) }
    return facts + run.facts
  }
}
