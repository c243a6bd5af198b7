// Random bits that are the same on every machine.

/// SplitMix64 (Steele, Lea, Flood 2014): 64 bits of state, every seed is as good as any other.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The stream of a seed.
  public init(seed: UInt64) { state = seed }

  /// A stream of its own for each name under the same seed.
  public init(seed: UInt64, name: String) {
    // FNV-1a of the name, scrambled together with the seed.
    let hash = name.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    state = seed
    state = next() ^ hash
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A number in 0 ..< 1, a multiple of 2^-53. (The standard library's own ways to draw may change between its versions.)
  public mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A whole number in 0 ..< limit, limit >= 1 and small beside 2^53.
  public mutating func below(_ limit: Int) -> Int { Int(fraction() * Double(limit)) }
}
