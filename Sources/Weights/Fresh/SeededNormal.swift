// Normal numbers that are the same on every machine.

/// A stream of numbers of mean 0 and variance 1.
///
/// `SplitMix64` gives bits; the polar method (Marsaglia, Bray 1964) makes pairs of normal numbers of them.
/// Nothing but + - * / and square roots, which IEEE 754 rounds in one way only: the logarithm of a system's library would do
/// for the eye, but not for equal bytes.
public struct SeededNormal {
  private var bits: SplitMix64
  private var spare: Double?

  /// A stream of its own for each name: a tensor's numbers depend neither on the order of tensors nor on what else there is.
  public init(seed: UInt64, name: String) { bits = SplitMix64(seed: seed, name: name) }

  /// The next number.
  public mutating func next() -> Double {
    if let spare {
      self.spare = nil
      return spare
    }
    while true {
      let (u, v) = (nextSigned(), nextSigned())
      let s = u * u + v * v
      guard s > 0, s < 1 else { continue }
      let stretch = (-2 * SeededNormal.logarithm(s) / s).squareRoot()
      spare = v * stretch
      return u * stretch
    }
  }

  /// A multiple of 2^-52 in -1 ..< 1.
  private mutating func nextSigned() -> Double { Double(bits.next() >> 11) * 0x1p-52 - 1 }

  /// The natural logarithm of a positive normal number, to about 1e-15.
  static func logarithm(_ x: Double) -> Double {
    var (exponent, m) = (Double(x.exponent), x.significand)
    if m > 1.4142135623730951 {
      m /= 2
      exponent += 1
    }
    // ln m = 2 artanh((m - 1) / (m + 1)), |argument| < 0.172: the eleventh term is below 1e-17.
    let t = (m - 1) / (m + 1)
    let square = t * t
    var sum = 0.0
    for k in stride(from: 21, through: 1, by: -2) { sum = sum * square + 1 / Double(k) }
    return exponent * 0.6931471805599453 + 2 * t * sum
  }
}
