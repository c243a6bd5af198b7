// In which order pictures are seen: shuffled, and the same for the same seed.
import Weights

/// Numbers the pictures of all rounds 0, 1, 2, ...: each round shows every picture once, in an order of its own.
struct PictureOrder {
  let count: Int
  let seed: UInt64
  private var round: Int?
  private var order: [Int] = []

  init(count: Int, seed: UInt64) { (self.count, self.seed) = (count, seed) }

  /// Which picture is seen under a number, and what its draws begin with.
  mutating func picture(at number: Int) -> (index: Int, draws: SplitMix64) {
    shuffle(round: number / count)
    return (order[number % count], SplitMix64(seed: seed, name: "picture \(number)"))
  }

  /// Fisher and Yates, from the last place to the first.
  private mutating func shuffle(round wanted: Int) {
    guard round != wanted else { return }
    round = wanted
    order = Array(0..<count)
    var draws = SplitMix64(seed: seed, name: "round \(wanted)")
    for last in stride(from: count - 1, to: 0, by: -1) { order.swapAt(last, draws.below(last + 1)) }
  }
}
