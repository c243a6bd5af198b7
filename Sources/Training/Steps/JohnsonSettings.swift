// What a person may say about the training of a style.
import Foundation
import Networks

/// All that decides what a training does. The defaults suit a style of one picture.
public struct JohnsonSettings: Sendable {
  /// Pictures whose styles are learnt, each a style of one network; brought to `styleSize` pixels along the longer side, nil for
  /// their own size.
  public var styles: [String]
  /// See there; strokes of a larger picture become larger in what the network paints.
  public var styleSize: Int? = 512
  /// Folders of pictures, pictures, videos.
  public var content: [String]
  /// Squares that are learnt from; `size` is a multiple of 4.
  public var cut = PictureCut(size: 256)
  /// Pictures of a step.
  public var batch = 4
  /// When it ends: after so many steps or so many seconds of steps, whichever is first; earlier parts of a resumed run count.
  public var steps: Int?, seconds: Double?
  /// Of Adam.
  public var learningRate = 1e-3
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
  /// Planes after the network's first convolution.
  public var form = TrainingPreset.quality.form
  /// Where all random numbers begin.
  public var seed: UInt64 = 0
  /// Threads that compute and STH_CPU_* of their kernels; nil: all that the machine has, and the best.
  public var threads: Int?, cpuLevel: UInt32?
  /// Steps from one checkpoint to the next.
  public var checkpointEvery = 200
  /// The network that is written, ending in .safetensors, and how its numbers are stored.
  public var output: String, precision = StoredPrecision.float16
  /// The report; nil for none.
  public var report: String?
  /// Go on from the state beside `output`.
  public var isResumed = false
  /// Files at `output` may be replaced.
  public var isOverwriting = false
  /// Pictures for the report; [] takes some that are learnt from.
  public var previews: [String] = []
  /// A network to begin with instead of random numbers, and which of its styles where the new network's are others: name or number.
  public var start: String?, startStyle: String?
  /// The styles are added to those of `start`: nothing but their own rows of scales and shifts is learnt.
  public var isAdding = false

  /// Conventions of codes that train networks, by name.
  public static let conventions = [PerceptualConvention.pytorchExamples, .fastNeuralStyle].map(\.rawValue)

  /// A training from what has no default.
  public init(styles: [String], content: [String], output: String) {
    (self.styles, self.content, self.output) = (styles, content, output)
  }

  /// Where the report lies of a network that is written to `path`.
  public static func report(beside path: String) -> String { (path as NSString).deletingPathExtension + ".html" }

  /// Throws `usage` for what makes no sense.
  func check() throws(TrainingError) {
    func refuse(_ text: String) -> TrainingError { TrainingError(.usage, text) }
    guard output.hasSuffix(".safetensors") else {
      throw refuse("cannot write \(output): networks are written as .safetensors")
    }
    guard (32...4096).contains(cut.size), cut.size.isMultiple(of: 4) else {
      throw refuse("a size of \(cut.size) is not possible: give a multiple of 4 from 32 to 4096")
    }
    guard !styles.isEmpty else { throw refuse("there is no style to learn") }
    guard !isAdding || start != nil || isResumed else {
      throw refuse("styles are added to a network there is: name it")
    }
    guard (1...1024).contains(batch) else { throw refuse("a batch of \(batch) is not possible: give 1...1024") }
    guard learningRate > 0, learningRate < 1 else {
      throw refuse("a learning rate of \(learningRate) is not possible: give more than 0, such as 0.001")
    }
    guard steps.map({ $0 >= 1 }) ?? true, seconds.map({ $0 > 0 }) ?? true else {
      throw refuse("there is nothing to do in no steps or no time")
    }
    guard styleSize.map({ (32...8192).contains($0) }) ?? true else {
      throw refuse("a style size of \(styleSize ?? 0) is not possible: give 32...8192")
    }
    guard checkpointEvery >= 1 else { throw refuse("give a checkpoint every 1 or more steps") }
    for weight in [contentWeight, styleWeight, variationWeight].compactMap(\.self)
    where !(weight >= 0 && weight.isFinite) {
      throw refuse("a weight of \(weight) is not possible: give 0 or more")
    }
    guard noiseWeight >= 0, noiseLevel > 0 else { throw refuse("noise cannot be negative") }
    guard !isResumed || start == nil else {
      throw refuse("a resumed training goes on with its own network: leave out the one to start from")
    }
  }

  /// As rows of the report and the model card.
  func facts(_ more: [TrainingFact]) -> [TrainingFact] {
    var facts = [
      TrainingFact("style", styles.joined(separator: ", ")),
      TrainingFact("style size", styleSize.map { "\($0)" } ?? "its own"),
      TrainingFact("content", content.joined(separator: ", ")),
      TrainingFact("size", "\(cut.size), \(cut.isRandom ? "anywhere" : "centre")\(cut.isMirrored ? ", mirrored" : "")"),
      TrainingFact("batch", "\(batch)"), TrainingFact("learning rate", learningRate),
      TrainingFact("width", "\(form.width)"),
      TrainingFact("seed", "\(seed)"),
    ]
    if noiseWeight > 0 {
      facts += [TrainingFact("noise weight", noiseWeight), TrainingFact("noise level", noiseLevel)]
    }
    if let start { facts.append(TrainingFact(isAdding ? "added to" : "started from", start)) }
    return facts + more
  }
}
