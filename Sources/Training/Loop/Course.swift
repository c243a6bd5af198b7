// What a kind of training has to be able to do.

/// What is trained, and by what it is judged.
protocol Course: AnyObject {
  /// Which of the numbers are learnt one after another in a step, a turn each: those of networks that judge one another. Together they are
  /// all numbers, in their order.
  func turns(of numbers: LearntNumbers) -> [Range<Int>]

  /// Learns from the pictures of a step: adds the mean of the losses of a turn, and what each of its numbers does to them. `state` says which
  /// step it is and which pictures are next, and is told the ones after the last.
  func learn(
    _ turn: Int, _ numbers: LearntNumbers, _ state: inout TrainingState, losses: inout [Float], gradient: inout [Float]
  ) throws(TrainingError)

  /// Writes what has been learnt, and what shows how well. `numbers` are those of `state.weights`.
  func save(_ numbers: LearntNumbers, _ state: inout TrainingState, _ progress: TrainingProgress) throws(TrainingError)
}

extension Course {
  /// All at once.
  func turns(of numbers: LearntNumbers) -> [Range<Int>] { [0..<numbers.count] }
}

/// How a training ended.
public struct TrainingSummary: Sendable {
  /// Steps that were made in all, and their seconds.
  public let steps: Int, seconds: Double
  /// The person wanted it to end.
  public let wasStopped: Bool
  /// Something was learnt and written.
  public let wasSaved: Bool

  /// "300 steps in 0:12:30"
  public var description: String { "\(steps) step\(steps == 1 ? "" : "s") in \(TrainingProgress.clock(seconds))" }
}
