// Who judges the pictures that generators make, and the pictures until they have been judged.
import PluginKit

/// A discriminator for each picture that a pair becomes, and room for those of a batch.
final class Jury {
  private let judges: [DiscriminatorLesson]
  /// Of each place of a batch a picture for each judge.
  private let made: [[KeptImage]]

  /// - Parameters:
  ///   - batch: pairs of a step.
  ///   - size: pixels of a side.
  init(_ host: TrainingHost, _ judges: [DiscriminatorLesson], batch: Int, size: Int) throws(PluginError) {
    var made: [[KeptImage]] = []
    for _ in 0..<batch {
      var pictures: [KeptImage] = []
      for _ in judges { pictures.append(try KeptImage(host, square: size)) }
      made.append(pictures)
    }
    (self.judges, self.made) = (judges, made)
  }

  /// What was made at a place of the batch, in the order of the judges.
  func pictures(at place: Int) -> [KeptImage] { made[place] }

  /// Takes what the last run of a graph shows.
  func take(_ shown: [KeptImage], at place: Int) {
    for (picture, image) in zip(made[place], shown) { picture.take(image.image) }
  }

  /// Working memory of a pair.
  var arenaBytes: Int { judges.reduce(0) { $0 + $1.arenaBytes } }

  /// Judges from now on with these numbers.
  func use(_ numbers: LearntNumbers) { for judge in judges { judge.use(numbers) } }

  /// Gives the loss of all judges, and adds its gradients, times `share`; `reals`: a picture of its domain for each judge.
  func learn(
    place: Int, reals: [Picture], share: Float, _ numbers: LearntNumbers, _ gradient: inout [Float]
  ) throws(PluginError) -> Float {
    var loss: Float = 0
    for (i, judge) in judges.enumerated() {
      loss += try judge.learn(fake: made[place][i].image, real: reals[i], share: share, numbers, &gradient)
    }
    return loss
  }
}
