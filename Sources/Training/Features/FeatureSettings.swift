// What a person may say about the making of a small feature network.
import Networks

/// All that decides what a distilled network becomes.
public struct FeatureSettings: Sendable {
  /// What every training is told.
  public var run: TrainingRun
  /// The file of the VGG whose features are learnt, and what pixels it was trained on ("torchvision", "caffe"); nil: as the file says.
  public var vgg: String, domain: String?
  /// Planes of the first layer; the others have the same share of the VGG's.
  public var width = 16

  /// A training from what has no default.
  public init(vgg: String, content: [String], output: String) {
    self.vgg = vgg
    run = TrainingRun(content: content, output: output)
  }

  /// As rows of the report and the model card.
  func facts(_ teacher: VGG) -> [TrainingFact] {
    [StyleTarget.fact(of: teacher, vgg), TrainingFact("width", "\(width)")] + run.facts
  }
}
