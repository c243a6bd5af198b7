// A picture with noise, for a network that is to paint it as if there were none.
import Weights

extension Picture {
  /// The same with equally distributed noise of at most `level` on every value, clamped to 0...255. A seed and the number of the picture
  /// decide it.
  func noisy(level: Double, seed: UInt64, number: Int) -> Picture {
    var picture = self
    var draws = SplitMix64(seed: seed, name: "noise \(number)")
    for i in picture.numbers.indices {
      let value = picture.numbers[i] + Float((2 * draws.fraction() - 1) * level)
      picture.numbers[i] = min(max(value, 0), 255)
    }
    return picture
  }
}
