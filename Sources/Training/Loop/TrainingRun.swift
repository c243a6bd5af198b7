// What every training is told, whatever it trains.
import Foundation

/// Pictures to learn from, steps, and where the result goes.
public struct TrainingRun: Sendable {
  /// Folders of pictures, pictures, videos.
  public var content: [String]
  /// Squares that are learnt from; `size` is a multiple of 4.
  public var cut = PictureCut(size: 256)
  /// Pictures of a step.
  public var batch = 4
  /// When it ends: after so many steps or so many seconds of steps, whichever is first; earlier parts of a resumed run count.
  public var steps: Int?, seconds: Double?
  /// Of Adam, and how it falls.
  public var learningRate = 1e-3, schedule = RateSchedule.linear(last: 0.3)
  /// Of Adam: how much of earlier gradients and of their squares is kept, and how much of each number is added to its gradient.
  public var betas = (0.9, 0.999), weightDecay = 0.0
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

  /// A training from what has no default.
  public init(content: [String], output: String) { (self.content, self.output) = (content, output) }

  /// Where the report lies of a network that is written to `path`.
  public static func report(beside path: String) -> String { (path as NSString).deletingPathExtension + ".html" }

  /// Throws `usage` for what makes no sense, and finds out before hours of work whether their result can be written.
  func check() throws(TrainingError) {
    func refuse(_ text: String) -> TrainingError { TrainingError(.usage, text) }
    guard output.hasSuffix(".safetensors") else {
      throw refuse("cannot write \(output): networks are written as .safetensors")
    }
    guard (16...4096).contains(cut.size), cut.size.isMultiple(of: 4) else {
      throw refuse("a size of \(cut.size) is not possible: give a multiple of 4 from 16 to 4096")
    }
    guard cut.photoSize.map({ (cut.size...16384).contains($0) }) ?? true else {
      throw refuse("a photo size of \(cut.photoSize ?? 0) is not possible: give \(cut.size)...16384")
    }
    guard cut.mostZoom >= 1, cut.mostZoom <= 64 else {
      throw refuse("a zoom of \(cut.mostZoom) is not possible: give 1...64")
    }
    guard cut.mostZoom == 1 || cut.mostZoom * Double(cut.size) <= Double(cut.photoSize ?? cut.size) else {
      throw refuse(
        "a zoom of \(TrainingFact.text(cut.mostZoom)) is not possible: squares of \(cut.size) need a photo size of \(Int((cut.mostZoom * Double(cut.size)).rounded(.up))) for it"
      )
    }
    guard (1...1024).contains(batch) else { throw refuse("a batch of \(batch) is not possible: give 1...1024") }
    guard learningRate > 0, learningRate < 1 else {
      throw refuse(
        "a learning rate of \(learningRate) is not possible: give more than 0 and less than 1, such as 0.001")
    }
    if case .linear(let last) = schedule, !(0...1).contains(last) {
      throw refuse("a decay of \(last) is not possible: give 0...1")
    }
    guard steps.map({ $0 >= 1 }) ?? true, seconds.map({ $0 > 0 }) ?? true else {
      throw refuse("there is nothing to do in no steps or no time")
    }
    let written = [output, TrainingState.path(beside: output)].map(Self.whole)
    guard !written.contains(report.map(Self.whole) ?? "") else {
      throw refuse("the report cannot be written over the network or its state: name another file")
    }
    guard checkpointEvery >= 1 else { throw refuse("give a checkpoint every 1 or more steps") }
    for path in [output, report].compactMap(\.self) {
      let folder = (path as NSString).deletingLastPathComponent
      guard FileManager.default.isWritableFile(atPath: folder.isEmpty ? "." : folder) else {
        throw TrainingError(.output, "cannot write \(path): there is no such folder, or it may not be written to")
      }
    }
  }

  /// Throws `usage` where a file that is learnt from would be overwritten.
  func check(keeping files: [String]) throws(TrainingError) {
    let written = [output, TrainingState.path(beside: output), report].compactMap(\.self).map(Self.whole)
    for file in files where written.contains(Self.whole(file)) {
      throw TrainingError(.usage, "cannot write over \(file), which is learnt from: name another file")
    }
  }

  private static func whole(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

  /// Throws `output` where something would be overwritten that nobody spoke of.
  func checkOverwriting() throws(TrainingError) {
    for file in [output, TrainingState.path(beside: output), report].compactMap(\.self)
    where !isResumed && !isOverwriting && FileManager.default.fileExists(atPath: file) {
      throw TrainingError(.output, "\(file) exists: resume it, or allow it to be overwritten")
    }
  }

  /// So many steps in so much time are enough.
  func isOver(steps done: Int, seconds spent: Double) -> Bool {
    steps.map { done >= $0 } == true || seconds.map { spent >= $0 } == true
  }

  /// The learning rate after so many steps in so much time: it follows whichever is nearer to its end.
  func rate(steps done: Int, seconds spent: Double) -> Double {
    let used = max(steps.map { Double(done) / Double($0) } ?? 0, seconds.map { spent / $0 } ?? 0)
    return learningRate * schedule.share(step: done, used: used)
  }

  /// Pictures of a list, read ahead from the one that a state goes on with.
  /// - Parameter number: which of the lists of the training it is: each has an order and cuts of its own.
  func feed(
    _ list: ContentList, number: Int = 0, from state: TrainingState?, warn: @escaping @Sendable (String) -> Void
  ) -> PictureFeed {
    PictureFeed(
      list, cut, seed: seed &+ UInt64(number) << 32, from: state?.nextPicture(number) ?? 0, ahead: 2 * batch, warn: warn
    )
  }

  /// Writes the state, the network and the report, each whole or not at all.
  /// - Parameter network: what the file holds; nil: what is learnt.
  func save(
    _ card: ModelCard, _ state: TrainingState, network: [TrainedTensor]? = nil, _ gallery: Gallery?,
    _ progress: TrainingProgress
  ) throws(TrainingError) {
    try state.write(to: TrainingState.path(beside: output))
    var card = card
    card.facts += [
      TrainingFact("steps", "\(state.step)"), TrainingFact("pictures", "\(state.nextPicture(0))"),
      TrainingFact("seconds", "\(Int(state.seconds))"),
    ]
    try card.write(network ?? state.weights, precision: precision, to: output)
    if let report {
      try TrainingReport(card: card, state: state, gallery: gallery, progress: progress).write(to: report)
    }
  }

  /// As rows of the report and the model card.
  var facts: [TrainingFact] {
    let zoom = cut.mostZoom > 1 ? " down to 1/\(TrainingFact.text(cut.mostZoom))" : ""
    let (photo, place) = (cut.photoSize.map { " of \($0)\(zoom)" } ?? "", cut.isRandom ? "anywhere" : "centre")
    return [
      TrainingFact("content", content.joined(separator: ", ")),
      TrainingFact("size", "\(cut.size)\(photo), \(place)\(cut.isMirrored ? ", mirrored" : "")"),
      TrainingFact("batch", "\(batch)"), TrainingFact("learning rate", learningRate),
      TrainingFact("schedule", schedule.description),
      TrainingFact("seed", "\(seed)"),
    ]
  }
}
