// Adam: steps whose length is adapted to every number by itself.

/// Kingma, Ba: Adam: A Method for Stochastic Optimization, ICLR 2015, with the corrections of both moments and epsilon where PyTorch's
/// `torch.optim.Adam` has them.
///
///     g = g + decay x
///     m = b1 m + (1 - b1) g,  v = b2 v + (1 - b2) g^2
///     x = x - rate / (1 - b1^t) * m / (sqrt(v) / sqrt(1 - b2^t) + epsilon)
public struct Adam: Sendable {
  /// The length of a step, about; may be changed between steps.
  public var rate: Double
  /// How much of the mean and of the squares of earlier gradients is kept, 0 ..< 1.
  public let betas: (Double, Double)
  /// Keeps steps small where gradients are.
  public let epsilon: Double
  /// What is added to the gradient of each number, as a share of the number: PyTorch's `weight_decay`.
  public let decay: Double
  /// What is remembered: save it and put it back to go on later.
  public var state: State

  /// What Adam remembers from step to step.
  public struct State: Sendable, Equatable {
    /// Steps that were made.
    public var steps: Int
    /// Running means of the gradient and of its squares; as many as there are numbers.
    public var means, squares: [Float]

    /// A state from its parts.
    public init(steps: Int, means: [Float], squares: [Float]) {
      self.steps = steps
      self.means = means
      self.squares = squares
    }
  }

  /// Numbers in memory of somebody else and what a small change of each does to the loss; equal counts.
  public typealias Part = (numbers: UnsafeMutableBufferPointer<Float>, gradient: UnsafeBufferPointer<Float>)

  /// Before the first step, of `count` numbers.
  public init(
    count: Int, rate: Double = 1e-3, betas: (Double, Double) = (0.9, 0.999), epsilon: Double = 1e-8, decay: Double = 0
  ) {
    self.rate = rate
    self.betas = betas
    self.epsilon = epsilon
    self.decay = decay
    let zeros = [Float](repeating: 0, count: count)
    state = State(steps: 0, means: zeros, squares: zeros)
  }

  /// One step of all numbers.
  public mutating func step(_ x: inout [Float], gradient: [Float]) {
    x.withUnsafeMutableBufferPointer { numbers in
      gradient.withUnsafeBufferPointer { gradient in step([(numbers, gradient)]) }
    }
  }

  /// One step of numbers that lie in several places, always in the same order. Numbers beyond `count` stay as they are.
  public mutating func step(_ parts: [Part]) {
    state.steps += 1
    let rate = Float(rate / (1 - Self.power(betas.0, state.steps)))
    let root = Float((1 - Self.power(betas.1, state.steps)).squareRoot())
    let (keep, keepSquares, epsilon, decay) = (Float(betas.0), Float(betas.1), Float(epsilon), Float(decay))
    // As PyTorch has them: 1 - 0.999 in single precision is off by more than a step can be.
    let (take, takeSquares) = (Float(1 - betas.0), Float(1 - betas.1))
    // Taken out of the state, so that there is one owner of each and nothing is copied.
    var (means, squares) = (state.means, state.squares)
    (state.means, state.squares) = ([], [])
    var first = 0
    means.withUnsafeMutableBufferPointer { means in
      squares.withUnsafeMutableBufferPointer { squares in
        for (x, g) in parts {
          for i in 0..<max(0, min(x.count, g.count, means.count - first)) {
            let slope = g[i] + decay * x[i]
            let m = keep * means[first + i] + take * slope
            let v = keepSquares * squares[first + i] + takeSquares * slope * slope
            (means[first + i], squares[first + i]) = (m, v)
            x[i] -= rate * m / (v.squareRoot() / root + epsilon)
          }
          first += x.count
        }
      }
    }
    (state.means, state.squares) = (means, squares)
  }

  private static func power(_ x: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, x, exponent)
    while rest > 0 {
      if rest % 2 == 1 { result *= square }
      square *= square
      rest /= 2
    }
    return result
  }
}
