// L-BFGS: steps along a direction that the last gradients have corrected.

/// Liu, Nocedal: On the limited memory BFGS method for large scale optimization, 1989, as `torch.optim.LBFGS` has it: steps of a fixed rate,
/// or of a length that is searched for; the first step is no longer than 1 in the sum of all numbers.
///
/// Keeps two vectors for each of the last `history` steps.
public struct LBFGS: Sendable {
  /// What it is told.
  public var options: Options
  /// What is remembered: save it and put it back to go on later.
  public var state = State()
  /// A pair that is no longer remembered, whose memory is used again.
  private var spare: Pair?

  /// How steps are made and when they end; PyTorch's defaults.
  public struct Options: Sendable, Equatable {
    /// The length of a step, as a share of the one that the model of the loss proposes.
    public var rate = 1.0
    /// How far the very first direction takes the number with the steepest slope. nil: all numbers together by 1 at most, as PyTorch has it; of
    /// millions of numbers about 100 that is less than single precision can tell, and what it teaches is noise.
    public var firstMove: Double?
    /// Most directions of one `step`, >= 1.
    public var iterations = 20
    /// Most evaluations of one `step`; nil: five for every four iterations.
    public var evaluations: Int?
    /// Ends where no number of the gradient is larger.
    public var gradientTolerance = 1e-7
    /// Ends where neither the loss nor any number changes by more. With -1 it never does, as neural-style wants it.
    public var changeTolerance = 1e-9
    /// Most steps that are remembered, >= 1.
    public var history = 100
    /// How the length of a step is found.
    public var search = Search.none

    /// The defaults.
    public init() {}
  }

  /// How the length of a step is found.
  public enum Search: Sendable {
    /// It is the rate.
    case none
    /// Until Wolfe's conditions hold in their strong form: costs evaluations, never goes uphill.
    case strongWolfe
  }

  /// Why a `step` ended.
  public enum Ending: Sendable {
    /// All iterations or evaluations were made.
    case iterations, evaluations
    /// By the tolerances.
    case smallGradient, smallChange
  }

  /// What a `step` did.
  public struct Report: Sendable, Equatable {
    /// Before the first and at the last evaluation.
    public var firstLoss, loss: Double
    /// How often the loss was asked for.
    public var evaluations: Int
    /// Why it ended.
    public var ending: Ending
  }

  /// What is remembered from step to step.
  public struct State: Sendable, Equatable {
    /// Directions that were taken, and evaluations.
    public var iterations = 0, evaluations = 0
    /// Oldest first.
    public var pairs: [Pair] = []
    /// The last direction and how far it was followed.
    public var direction: [Float] = []
    /// Of the direction.
    public var length = 0.0
    /// The gradient from which the last direction was made.
    public var gradient: [Float] = []
    /// The size of the first guess of the inverse curvature.
    public var scale = 1.0

    /// Before the first step.
    public init() {}
  }

  /// What one step has taught.
  public struct Pair: Sendable, Equatable {
    /// By how much the numbers and the gradient changed.
    public var step, change: [Float]
    /// 1 / (step . change)
    public var inverse: Double

    /// A pair from its parts.
    public init(step: [Float], change: [Float], inverse: Double) {
      self.step = step
      self.change = change
      self.inverse = inverse
    }
  }

  /// Before the first step.
  public init(_ options: Options = Options()) { self.options = options }

  /// Forgets all steps; the loss is another one now.
  public mutating func reset() { state = State() }

  /// Changes `x` until the options end it. `evaluate` writes the gradient at the numbers it is given and gives the loss; what it throws
  /// ends the step, with `x` at the numbers it was asked about.
  @discardableResult
  public mutating func step<Failure: Error>(
    _ x: inout [Float], _ evaluate: (_ x: [Float], _ gradient: inout [Float]) throws(Failure) -> Double
  ) throws(Failure) -> Report {
    var gradient = [Float](repeating: 0, count: x.count)
    let first = try evaluate(x, &gradient)
    state.evaluations += 1
    var report = Report(firstLoss: first, loss: first, evaluations: 1, ending: .iterations)
    func isFlat(_ gradient: [Float]) -> Bool { Double(gradient.largestSize) <= options.gradientTolerance }
    if isFlat(gradient) {
      report.ending = .smallGradient
      return report
    }
    let limit = options.evaluations ?? options.iterations * 5 / 4
    for iteration in 1...max(1, options.iterations) {
      aim(gradient)
      let slope = gradient.dot(state.direction)
      if slope > -options.changeTolerance {
        report.ending = .smallChange
        break
      }
      let before = report.loss
      let isLast = iteration == options.iterations
      switch options.search {
      case .none:
        x.add(state.direction, times: Float(state.length))
        if isLast { return report }
        report.loss = try evaluate(x, &gradient)
        (report.evaluations, state.evaluations) = (report.evaluations + 1, state.evaluations + 1)
      case .strongWolfe:
        var search = WolfeSearch(start: x, direction: state.direction, loss: before, slope: slope, gradient: gradient)
        search.changeTolerance = options.changeTolerance
        try search.run(&x, from: state.length, atMost: limit - report.evaluations, evaluate)
        (report.loss, gradient, state.length) = (search.best.loss, search.best.gradient, search.best.length)
        report.evaluations += search.evaluations
        state.evaluations += search.evaluations
      }
      if let ending = ending(report, limit, isLast) {
        report.ending = ending
        break
      }
      if isFlat(gradient) {
        report.ending = .smallGradient
        break
      }
      let moved = Double(state.direction.largestSize) * state.length
      if moved <= options.changeTolerance || abs(report.loss - before) < options.changeTolerance {
        report.ending = .smallChange
        break
      }
    }
    return report
  }

  private func ending(_ report: Report, _ limit: Int, _ isLast: Bool) -> Ending? {
    if isLast { return .iterations }
    return report.evaluations >= limit ? .evaluations : nil
  }

  /// Learns from the last step and chooses the next direction and length.
  private mutating func aim(_ gradient: [Float]) {
    state.iterations += 1
    if state.iterations == 1 {
      state.direction = gradient
      state.direction.set(gradient, times: -1)
      let largest = Double(gradient.largestSize)
      state.length = options.firstMove.map { $0 / largest } ?? min(1, 1 / gradient.sumOfSizes) * options.rate
    } else {
      learn(gradient)
      state.direction.set(gradient, times: -1)
      correct()
      state.length = options.rate
    }
    state.gradient = gradient
  }

  /// Remembers the last step and by how much it changed the gradient, unless the loss is not convex there.
  private mutating func learn(_ gradient: [Float]) {
    var pair = spare ?? Pair(step: state.direction, change: gradient, inverse: 0)
    spare = nil
    pair.step.set(state.direction, times: Float(state.length))
    pair.change.set(gradient, minus: state.gradient)
    let product = pair.change.dot(pair.step)
    guard product > 1e-10 else {
      spare = pair
      return
    }
    pair.inverse = 1 / product
    state.scale = product / pair.change.dot(pair.change)
    if state.pairs.count >= max(1, options.history) { spare = state.pairs.removeFirst() }
    state.pairs.append(pair)
  }

  /// Multiplies the direction by the inverse curvature that the pairs tell of.
  private mutating func correct() {
    var shares = [Double](repeating: 0, count: state.pairs.count)
    for i in state.pairs.indices.reversed() {
      shares[i] = state.pairs[i].step.dot(state.direction) * state.pairs[i].inverse
      state.direction.add(state.pairs[i].change, times: Float(-shares[i]))
    }
    let scale = Float(state.scale)
    for i in state.direction.indices { state.direction[i] *= scale }
    for i in state.pairs.indices {
      let share = state.pairs[i].change.dot(state.direction) * state.pairs[i].inverse
      state.direction.add(state.pairs[i].step, times: Float(shares[i] - share))
    }
  }
}
