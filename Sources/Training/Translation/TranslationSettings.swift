// What a person may say about the training of a translation between two domains.
import Networks

/// All that decides what a generator of CUT's family becomes. The defaults of a variant are its authors'.
public struct TranslationSettings: Sendable {
  /// Whose way it is trained.
  public enum Variant: String, Sendable, CaseIterable {
    /// Park et al., ECCV 2020: places of the translation are to be like those of the picture, and pictures of B are to stay as they are.
    case cut
    /// The same without the latter, and heavier.
    case fastcut
    /// Of one picture each: crops of one are translated to crops of the other. Crops are larger and batches smaller than the authors', and
    /// networks are those of CUT: see decision 0020.
    case sincut
    /// Zhu et al., ICCV 2017: two generators, and what one makes the other shall undo.
    case cyclegan
  }

  /// What every training is told; `content` are the pictures of A.
  public var run: TrainingRun
  /// Pictures of B: paths as those of A.
  public var other: [String]
  /// Whose way it is.
  public let variant: Variant
  /// Planes after the first convolution of the generator and of the discriminator, and residual blocks.
  public var width = 64, discriminatorWidth = 64, blocks = 9
  /// What differences of places cost (PatchNCE), whether pictures of B are compared with their translations so too, and whether pictures are turned
  /// over before they are translated half of the time.
  public var nceWeight: Double, comparesIdentity: Bool, isFlipEquivariant: Bool
  /// What differences between pictures of B and their translations cost, pixel by pixel.
  public var identityWeight: Double
  /// What it costs when a translation there and back is another picture.
  public var cycleWeight: Double
  /// What the squared slope of the discriminator costs (R1).
  public var r1Weight: Double
  /// Pictures for the report; [] takes some of A.
  public var previews: [String] = []

  /// A training from what has no default.
  public init(_ variant: Variant, a: [String], b: [String], output: String) {
    self.variant = variant
    other = b
    run = TrainingRun(content: a, output: output)
    (run.batch, run.learningRate, run.betas) = (1, 2e-4, (0.5, 0.999))
    run.schedule = .linear(last: variant == .fastcut ? 0.25 : 0.5)
    (run.cut.photoSize, run.cut.isRandom, run.cut.isMirrored) = (286, true, true)
    (comparesIdentity, isFlipEquivariant) = (variant == .cut || variant == .sincut, variant == .fastcut)
    (nceWeight, identityWeight, cycleWeight, r1Weight) = (1, 0, 0, 0)
    switch variant {
    case .cut: break
    case .fastcut: nceWeight = 10
    case .sincut:
      (nceWeight, identityWeight, r1Weight) = (4, 1, 1)
      (run.learningRate, run.betas, run.batch) = (5e-4, (0, 0.99), 4)
      (run.cut.size, run.cut.photoSize, run.cut.isMirrored) = (128, 768, false)
      run.cut.mostZoom = 3
    case .cyclegan: (nceWeight, identityWeight, cycleWeight) = (0, 5, 10)
    }
  }

  /// The last layer whose places are compared is the fifth block; behind three reductions there must be room for two kernels of 4.
  private static let (leastBlocks, leastSize) = (5, 24)

  var loss: AdversarialLoss { variant == .sincut ? .nonSaturating : .leastSquares }
  /// Slopes are penalised where there are no norms, through which they cannot be followed.
  var isNormed: Bool { r1Weight == 0 }
  var discriminator: PatchGAN.Kind { variant == .cyclegan ? .strided : .blurred }

  private var weights: [(name: String, value: Double)] {
    [("nce", nceWeight), ("identity", identityWeight), ("cycle", cycleWeight), ("r1", r1Weight)]
  }

  /// Throws `usage` for what makes no sense.
  func check() throws(TrainingError) {
    try run.check()
    guard !other.isEmpty else { throw TrainingError(.usage, "there are no pictures to translate to: give those of B") }
    guard (1...512).contains(width), (1...512).contains(discriminatorWidth), (1...32).contains(blocks) else {
      throw TrainingError(.usage, "give widths of 1...512 and 1...32 blocks")
    }
    let isCycle = variant == .cyclegan
    guard isCycle || blocks >= Self.leastBlocks else {
      throw TrainingError(
        .usage, "\(blocks) blocks are too few: places are compared up to the fifth, so give \(Self.leastBlocks) or more"
      )
    }
    guard run.cut.size >= Self.leastSize else {
      throw TrainingError(
        .usage, "a size of \(run.cut.size) is not possible: the discriminator looks at \(Self.leastSize) pixels or more"
      )
    }
    guard !isCycle || nceWeight == 0 && r1Weight == 0, isCycle || cycleWeight == 0 else {
      throw TrainingError(
        .usage,
        isCycle
          ? "CycleGAN compares no places and penalises no slope: leave --nce-weight and --r1-weight out"
          : "only CycleGAN goes there and back: leave --cycle-weight out")
    }
    try TrainingError.check(weights: weights)
  }

  /// As rows of the report and the model card.
  var facts: [TrainingFact] {
    var facts = [
      TrainingFact("variant", variant.rawValue), TrainingFact("other", other.joined(separator: ", ")),
      TrainingFact("width", "\(width)"), TrainingFact("blocks", "\(blocks)"),
      TrainingFact("discriminator", "width \(discriminatorWidth), \(loss.rawValue)"),
    ]
    facts += weights.filter { $0.value > 0 }.map { TrainingFact("\($0.name) weight", $0.value) }
    return facts + run.facts
  }
}
