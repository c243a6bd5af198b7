// How a training goes on that was stopped.

extension TrainingRun {
  /// The state to go on from; nil where the run begins.
  /// - Throws: `output` where something would be overwritten that nobody spoke of, `model` for a state that cannot be read.
  func earlier() throws(TrainingError) -> TrainingState? {
    if isResumed { return try TrainingState(readingFrom: TrainingState.path(beside: output)) }
    try checkOverwriting()
    return nil
  }

  /// Where a run is: that of an earlier part of itself, or one that has just begun, told what it is asked to do now. Changes are told.
  /// - Parameters:
  ///   - fresh: what is learnt, before the first step.
  ///   - fixed: what belongs to the network and stays as it is.
  /// - Throws: `model` where the earlier part was about another network.
  func state(
    _ earlier: TrainingState?, fresh: [TrainedTensor], fixed: [TrainedTensor] = [], losses: [String],
    _ facts: [TrainingFact], _ voice: TrainingVoice
  ) throws(TrainingError) -> TrainingState {
    var state = earlier ?? TrainingState(weights: fresh, lossNames: losses)
    if let earlier {
      for (old, new) in zip(earlier.weights, fresh) where old.name != new.name || old.shape != new.shape {
        throw TrainingError(
          .model,
          "cannot resume \(output): it has '\(old.name)' \(old.shape) where '\(new.name)' \(new.shape) was asked for")
      }
      guard earlier.weights.count == fresh.count else {
        throw TrainingError(.model, "cannot resume \(output): it is a network of other layers than was asked for")
      }
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
