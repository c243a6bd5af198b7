// How well classifiers do on pictures whose classes are known.

/// Measures networks that learn at every checkpoint.
protocol Accuracy: AnyObject {
  /// Counts with these numbers of what learns.
  func measure(_ numbers: LearntNumbers) throws(TrainingError) -> AccuracyCount
}

/// How many pictures there were, and how many of them each model told right.
struct AccuracyCount {
  let pictures: Int
  /// "source on translations", and what it told right.
  let models: [(name: String, right: Int)]

  /// As rows of the report and the model card.
  var facts: [TrainingFact] {
    models.map { TrainingFact("accuracy, \($0.name)", TrainingFact.percent($0.right, of: pictures)) }
      + [TrainingFact("accuracy, pictures", "\(pictures)")]
  }

  /// "right of 300 pictures: source 43.2%, target 95.0%, source on translations 88.1%"
  var line: String {
    let shares = models.map { "\($0.name) \(TrainingFact.percent($0.right, of: pictures))" }.joined(separator: ", ")
    return "right of \(pictures) picture\(pictures == 1 ? "" : "s"): \(shares)"
  }
}

extension ModelCard {
  /// The card with what is measured at a step, which is told. What was learnt is saved, whatever became of the pictures.
  func measured(
    _ accuracy: (any Accuracy)?, _ numbers: LearntNumbers, step: Int, _ voice: TrainingVoice
  ) -> ModelCard {
    guard let accuracy else { return self }
    var card = self
    do throws(TrainingError) {
      let count = try accuracy.measure(numbers)
      card.facts += count.facts
      voice.tell("step \(step): \(count.line)")
    } catch {
      voice.warn(error.description)
    }
    return card
  }
}
