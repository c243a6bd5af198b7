// What a person may say about the fine-tuning of a target model.

/// All that decides what becomes of the target model of SFIT. The defaults are the authors' for photos, but for the optimiser: Adam instead of momentum.
public struct TargetSettings: Sendable {
  /// What every training is told; `content` are pictures of the target domain, whose classes nobody has to know.
  public var run: TrainingRun
  /// The generator that was trained with both models.
  public var generator: String
  /// The files of both models and of what they have in common, as `SFITSettings` has them.
  public var source: [String], target: [String], head: [String]
  /// A folder with a folder of pictures for each class, on which the target model is measured at every checkpoint; nil for none.
  public var test: String?

  /// A training from what has no default.
  public init(
    content: [String], generator: String, source: [String], target: [String], head: [String] = [], output: String
  ) {
    (self.generator, self.source, self.target, self.head) = (generator, source, target, head)
    run = SFITSettings(content: content, source: source, target: target, output: output).run
    (run.batch, run.learningRate) = (32, 1e-4)
  }

  /// Throws `usage` for what makes no sense.
  func check() throws(TrainingError) {
    try run.check()
    try run.check(keeping: [generator] + source + target + head)
    guard !source.isEmpty, !target.isEmpty else {
      throw TrainingError(.usage, "give the files of the source and of the target model")
    }
    guard run.batch >= 2 else {
      throw TrainingError(
        .usage, "a batch of 1 is not possible: what pictures are taken for is compared within a batch")
    }
  }

  /// As rows of the report and the model card.
  var facts: [TrainingFact] {
    var facts = [
      TrainingFact("source model", files: source), TrainingFact("target model", files: target),
      TrainingFact("generator", files: [generator]),
    ]
    if !head.isEmpty { facts.append(TrainingFact("head", files: head)) }
    if let test { facts.append(TrainingFact("test", test)) }
    return facts + run.facts
  }
}
