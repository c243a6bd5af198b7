// Steps down the gradient until there were enough: what all trainings have in common.
import Optimisers

/// Repeats steps of Adam and saves now and then. A run that goes on from a state makes the steps of one that never stopped.
final class TrainingLoop {
  private let settings: TrainingRun
  private let course: any Course
  private let voice: TrainingVoice
  private var numbers: LearntNumbers, gradient: [Float]
  private let turns: [Range<Int>]
  /// Of each turn.
  private var optimisers: [Adam]
  private var state: TrainingState
  private var stepsOfThisRun = 0, secondsOfThisRun = 0.0

  /// Lends a host to what makes a course and the state it begins with, and goes through the course.
  static func run(
    _ run: TrainingRun, voice: TrainingVoice, shouldStop: () -> Bool,
    through prepare: (TrainingHost) throws(TrainingError) -> (any Course, TrainingState)
  ) throws(TrainingError) -> TrainingSummary {
    try run.checkOverwriting()
    return try TrainingHost.serve(threads: run.threads, cpuLevel: run.cpuLevel) { (host) throws(TrainingError) in
      let (course, state) = try prepare(host)
      return try TrainingLoop(course, run, from: state, voice: voice).run(shouldStop)
    }
  }

  /// From a state on, whose weights are what is learnt.
  private init(
    _ course: any Course, _ run: TrainingRun, from state: TrainingState, voice: TrainingVoice
  ) throws(TrainingError) {
    (self.course, settings, self.state, self.voice) = (course, run, state, voice)
    numbers = try LearntNumbers(state.weights)
    turns = course.turns(of: numbers)
    gradient = [Float](repeating: 0, count: numbers.count)
    let earlier = state.optimiser
    optimisers = turns.map { turn in
      var optimiser = Adam(
        count: turn.count, rate: run.learningRate, betas: run.betas, decay: run.weightDecay)
      optimiser.state = Adam.State(
        steps: earlier.steps, means: Array(earlier.means[turn]), squares: Array(earlier.squares[turn]))
      return optimiser
    }
  }

  /// Goes on until the run says that it is over or `shouldStop` holds, which is asked between steps. What was learnt is saved in the
  /// end; where a step fails the last checkpoint stands.
  private func run(_ shouldStop: () -> Bool) throws(TrainingError) -> TrainingSummary {
    var wasStopped = shouldStop()
    while !wasStopped, !isDone {
      let start = ContinuousClock.now
      try step()
      let elapsed = (ContinuousClock.now - start) / .seconds(1)
      (stepsOfThisRun, secondsOfThisRun) = (stepsOfThisRun + 1, secondsOfThisRun + elapsed)
      state.seconds += elapsed
      voice.progress(progress)
      wasStopped = shouldStop()
      if state.step.isMultiple(of: settings.checkpointEvery), !wasStopped, !isDone { try save() }
    }
    if stepsOfThisRun > 0 { try save() }
    return TrainingSummary(
      steps: state.step, seconds: state.seconds, wasStopped: wasStopped && !isDone, wasSaved: stepsOfThisRun > 0)
  }

  private var isDone: Bool { settings.isOver(steps: state.step, seconds: state.seconds) }

  private var progress: TrainingProgress {
    let losses = state.losses.names.indices.map { (state.losses.names[$0], state.losses.recent($0, most: 20) ?? 0) }
    let (steps, seconds) = (max(1, stepsOfThisRun), max(1e-9, secondsOfThisRun))
    return TrainingProgress(
      step: state.step, steps: settings.steps, seconds: state.seconds, limit: settings.seconds, losses: losses,
      imagesPerSecond: Double(stepsOfThisRun * settings.batch) / seconds, secondsPerStep: seconds / Double(steps))
  }

  /// Of each turn the mean gradient of a batch of pictures, and a step of the optimiser.
  private func step() throws(TrainingError) {
    for i in gradient.indices { gradient[i] = 0 }
    var losses = [Float](repeating: 0, count: state.losses.names.count)
    for (number, turn) in turns.enumerated() {
      try course.learn(number, numbers, &state, losses: &losses, gradient: &gradient)
      guard losses.allSatisfy(\.isFinite), gradient[turn].allSatisfy(\.isFinite) else { throw notANumber }
      optimisers[number].rate = settings.rate(steps: state.step, seconds: state.seconds)
      numbers.numbers.withUnsafeMutableBufferPointer { numbers in
        gradient.withUnsafeBufferPointer { gradient in
          optimisers[number].step([(.init(rebasing: numbers[turn]), .init(rebasing: gradient[turn]))])
        }
      }
      guard numbers.numbers[turn].allSatisfy(\.isFinite) else { throw notANumber }
    }
    state.losses.append(losses)
    state.step += 1
  }

  private var notANumber: TrainingError {
    TrainingError(
      .model,
      "the loss is no number any more after \(state.step) steps: resume from the last checkpoint, or begin again, with a smaller learning rate"
    )
  }

  private func save() throws(TrainingError) {
    let parts = optimisers.map(\.state)
    state.optimiser = Adam.State(
      steps: parts.first?.steps ?? 0, means: parts.flatMap(\.means), squares: parts.flatMap(\.squares))
    state.weights = numbers.weights
    try course.save(numbers, &state, progress)
  }
}
