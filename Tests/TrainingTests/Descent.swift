// The slow way to a picture: its pixels, one evaluation of L-BFGS after the other.
import Optimisers
import Testing

@testable import Training

/// The optimisation of a picture.
enum Descent {
  /// How far it is after some evaluations.
  struct Progress {
    /// The lowest loss so far, whose picture may have values beyond 0...255.
    let free: Double
    /// The loss of that picture as it is shown: with its values clamped to 0...255, as those of a network's painting are.
    let shown: Double
  }

  /// From a picture on, after so many evaluations of L-BFGS with the first step of PyTorch.
  /// - Parameter loss: of numbers [3][h][w]; fills their gradient.
  static func run(
    from start: Picture, _ counts: [Int], _ loss: ([Float], inout [Float]) throws -> Double
  ) throws -> [Progress] {
    struct Enough: Error {}
    var options = LBFGS.Options()
    let most = counts.max() ?? 1
    (options.iterations, options.evaluations) = (most, most)
    (options.gradientTolerance, options.changeTolerance) = (0, -1)
    var (lbfgs, x, evaluations) = (LBFGS(options), start.numbers, 0)
    var best = (loss: Double.infinity, picture: x), unused = x
    var found: [Int: Progress] = [:]
    do {
      _ = try lbfgs.step(&x) { (x, slope) throws in
        if evaluations >= most { throw Enough() }
        let value = try loss(x, &slope)
        if value < best.loss { best = (value, x) }
        evaluations += 1
        if counts.contains(evaluations) {
          let shown = try loss(best.picture.map { min(max($0, 0), 255) }, &unused)
          found[evaluations] = Progress(free: best.loss, shown: shown)
        }
        return value
      }
    } catch is Enough {}
    return try counts.map { try #require(found[$0]) }
  }
}
