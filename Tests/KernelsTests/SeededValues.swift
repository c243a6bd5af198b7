// SeededValues.swift - the same pseudo-random numbers in every run.

/// Numbers in -1 ..< 1 from SplitMix64.
struct SeededValues {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> Float {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    z ^= z >> 31
    return Float(Int64(z >> 40) - (1 << 23)) / Float(1 << 23)
  }

  mutating func array(_ count: Int) -> [Float] { (0..<count).map { _ in next() } }
}
