// How a training goes on that was stopped.

extension TrainingRun {
  /// The state to go on from; nil where the run begins.
  /// - Throws: `model` for a state that cannot be read.
  func earlier() throws(TrainingError) -> TrainingState? {
    isResumed ? try TrainingState(readingFrom: TrainingState.path(beside: output)) : nil
  }

  /// The same of a network that is known before its first step: `fresh` is what is learnt then.
  /// - Throws: `model` too where the run was about another network.
  func earlier(of fresh: [TrainedTensor]) throws(TrainingError) -> TrainingState? {
    let earlier = try earlier()
    try check(earlier, isOf: fresh)
    return earlier
  }

  /// - Throws: `model` where the earlier part of a run was about another network than the one that begins with `fresh`.
  func check(_ earlier: TrainingState?, isOf fresh: [TrainedTensor]) throws(TrainingError) {
    guard let earlier else { return }
    for (old, new) in zip(earlier.weights, fresh) where old.name != new.name || old.shape != new.shape {
      throw TrainingError(
        .model,
        "cannot resume \(output): it has '\(old.name)' \(old.shape) where '\(new.name)' \(new.shape) was asked for")
    }
    guard earlier.weights.count == fresh.count else {
      throw TrainingError(.model, "cannot resume \(output): it is a network of other layers than was asked for")
    }
  }

  /// Where a run is: that of an earlier part of itself, or one that has just begun, told what it is asked to do now. Changes are told.
  /// - Parameters:
  ///   - fresh: what is learnt, before the first step.
  ///   - fixed: what belongs to the network and stays as it is.
  func state(
    _ earlier: TrainingState?, fresh: [TrainedTensor], fixed: [TrainedTensor] = [], losses: [String],
    _ facts: [TrainingFact], _ voice: TrainingVoice
  ) -> TrainingState {
    var state = earlier ?? TrainingState(weights: fresh, lossNames: losses)
    if let earlier {
      earlier.tell(of: facts, voice)
    } else {
      state.fixed = fixed
    }
    state.losses = state.losses.renamed(losses)
    state.facts = facts
    return state
  }
}

extension TrainingState {
  /// A resumed training may be asked to do other things than before; they are told.
  func tell(of facts: [TrainingFact], _ voice: TrainingVoice) {
    for fact in facts where !self.facts.contains(fact) {
      let old = self.facts.first { $0.name == fact.name }.map { ", it was \($0.value)" } ?? ""
      voice.tell("from now on \(fact.name) is \(fact.value)\(old)")
    }
  }
}
