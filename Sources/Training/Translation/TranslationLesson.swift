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

extension LearningGraph {
  /// Adds the losses of the last run, times `share`, to columns of their names and to "total".
  func addLosses(times share: Float, to losses: inout [Float], of names: [String]) {
    for (term, name) in terms.enumerated() {
      let loss = share * loss(term)
      losses[0] += loss
      if let column = names.firstIndex(of: name) { losses[column] += loss }
    }
  }
}

extension KeptImage {
  /// Takes the numbers of an image of its shape.
  func take(_ other: Image) {
    for plane in 0..<image.channels {
      for y in 0..<image.height { _ = target.row(y, plane: plane).update(fromContentsOf: other.row(y, plane: plane)) }
    }
  }

  /// Takes whole numbers, for an image of one row.
  func take(_ numbers: [Int]) {
    let row = target.row(0, plane: 0)
    for (i, number) in numbers.prefix(row.count).enumerated() { row[i] = Float(number) }
  }
}
