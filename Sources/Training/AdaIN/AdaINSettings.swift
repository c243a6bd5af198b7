// What a person may say about the training of an arbitrary style transfer.
import Networks

/// All that decides what an AdaIN becomes.
public struct AdaINSettings: Sendable {
  /// What every training is told; `content` are the photos.
  public var run: TrainingRun
  /// Pictures whose styles are learnt from: paths as those of the content.
  public var styles: [String]
  /// The file of the encoder, a VGG or that of an AdaIN, and what pixels a VGG was trained on ("torchvision", "caffe"); nil: as the file says.
  public var encoder = "", domain: String?
  /// By whose rules.
  public var convention = AdaINConvention.pytorch
  /// Instead of 1 and the convention's.
  public var contentWeight = 1.0, styleWeight: Double?
  /// Which network learns: a decoder for the encoder's features, or a small net with an encoder of its own, which is judged by those.
  public var preset = Preset.quality
  /// Planes before the last convolution of the decoder, or at a quarter of the size; nil: as many as the encoder begins with, or 32.
  public var width: Int?
  /// A network of the same preset and width to begin with instead of random numbers, a pair with its encoder. A resumed training has begun
  /// already.
  public var start: String?
  /// Photos and paintings for the report; [] takes some that are learnt from.
  public var previews: [String] = [], previewStyles: [String] = []

  /// Networks by what they are for.
  public enum Preset: String, Sendable, CaseIterable {
    /// As published.
    case quality
    /// For video as it comes.
    case realtime
  }

  /// A training from what has no default, as pytorch-AdaIN goes.
  public init(content: [String], styles: [String], output: String) {
    self.styles = styles
    run = TrainingRun(content: content, output: output)
    (run.batch, run.learningRate, run.schedule) = (8, 1e-4, .inverse(share: 5e-5))
    run.cut.photoSize = 512
    run.cut.isRandom = true
  }

  /// Throws `usage` for what makes no sense.
  func check() throws(TrainingError) {
    try run.check()
    guard !styles.isEmpty else { throw TrainingError(.usage, "there is no style to learn: give paintings") }
    try TrainingError.check(weights: [("content", contentWeight), ("style", styleWeight ?? 0)])
    guard width.map({ (1...512).contains($0) }) ?? true else {
      throw TrainingError(.usage, "a width of \(width ?? 0) is not possible: give 1...512")
    }
    guard run.cut.size.isMultiple(of: 8) else {
      throw TrainingError(.usage, "a size of \(run.cut.size) is not possible: AdaIN works on multiples of 8")
    }
  }

  /// As rows of the report and the model card.
  /// - Parameter earlier: the state of a resumed training, which has begun already and keeps its encoder.
  func facts(_ earlier: TrainingState?) -> [TrainingFact] {
    let kept = ["encoder", "started from"].compactMap { name in earlier?.facts.first { $0.name == name } }
    let begun =
      [TrainingFact("encoder", files: [encoder])] + (start.map { [TrainingFact("started from", $0)] } ?? [])
    return [
      TrainingFact("styles", styles.joined(separator: ", ")),
      TrainingFact("preset", preset.rawValue),
      TrainingFact("convention", convention.rawValue), TrainingFact("content weight", contentWeight),
      TrainingFact("style weight", styleWeight ?? convention.styleWeight),
    ] + (earlier == nil ? begun : kept) + run.facts
  }
}
