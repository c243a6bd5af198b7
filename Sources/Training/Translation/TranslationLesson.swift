// What generators of a family learn from a pair of pictures, and their discriminators from what came of it.
import PluginKit

/// One pair of pictures of two domains.
struct TranslationPair {
  let a: Picture, b: Picture
  /// A number of its own, for what is drawn at random.
  let number: Int
}

/// Networks that learn in two turns: those that make pictures, then those that judge them.
protocol TranslationLesson: AnyObject {
  /// What the columns of the losses are called, "total" first.
  var lossNames: [String] { get }
  /// What makes pictures, and who judges them.
  var graph: LearningGraph { get }
  var jury: Jury { get }

  /// What a state has to remember beside numbers.
  var memory: [TrainedTensor] { get }

  /// Of each judge the picture that it holds against what was made.
  func reals(of pair: TranslationPair) -> [Picture]

  /// Makes pictures of a pair and adds losses and gradients of what makes them. The pictures stay until those of the same `place` in a batch are
  /// made again.
  func makePictures(
    of pair: TranslationPair, place: Int, share: Float, _ numbers: LearntNumbers, adding losses: inout [Float],
    _ gradient: inout [Float]
  ) throws(PluginError)
}

extension TranslationLesson {
  var memory: [TrainedTensor] { [] }

  /// Working memory of a pair.
  var arenaBytes: Int { graph.arenaBytes + jury.arenaBytes }

  /// Adds losses and gradients of what judges the pictures that were made at a place of the batch.
  func judgePictures(
    of pair: TranslationPair, place: Int, share: Float, _ numbers: LearntNumbers, adding losses: inout [Float],
    _ gradient: inout [Float]
  ) throws(PluginError) {
    losses[lossNames.count - 1] += try jury.learn(
      place: place, reals: reals(of: pair), share: share, numbers, &gradient)
  }
}
