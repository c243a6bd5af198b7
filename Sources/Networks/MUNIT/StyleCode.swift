// Random styles: codes from a seed, the same on every machine.
import Glibc

/// Codes of normally distributed numbers, each made from its place alone: seed, series, position in the series and in the code. No
/// number depends on another having been drawn, so any frame of a video finds its code without those before it.
///
/// The numbers are this program's own; PyTorch's generator gives others for the same seed.
public struct StyleCode: Sendable {
  private let seed: UInt64

  /// Codes of one seed.
  public init(seed: Int) { self.seed = UInt64(bitPattern: Int64(seed)) }

  /// Number `element` of a code at a time: `time` 0, 1, 2, ... are independent codes of a series, and between them one turns into the
  /// next. On the way the numbers stay normally distributed, and they come to rest at each code.
  public func number(_ element: Int, series: Int, time: Double = 0) -> Float {
    let (position, part) = (time.rounded(.down), time - time.rounded(.down))
    let first = normal(element, series, position)
    guard part > 0 else { return Float(first) }
    let angle = part * part * (3 - 2 * part) * .pi / 2
    return Float(cos(angle) * first + sin(angle) * normal(element, series, position + 1))
  }

  /// A normally distributed number, mean 0, variance 1 (Box and Muller 1958).
  private func normal(_ element: Int, _ series: Int, _ position: Double) -> Double {
    var bits = seed
    for part in [UInt64(bitPattern: Int64(series)), position.bitPattern, UInt64(bitPattern: Int64(element))] {
      bits = Self.scrambled(bits ^ Self.scrambled(part &+ 0x9e37_79b9_7f4a_7c15))
    }
    // Multiples of 2^-53, the first of them above 0.
    let radius = Double((bits >> 11) + 1) * 0x1p-53
    let turn = Double(Self.scrambled(bits) >> 11) * 0x1p-53
    return (-2 * log(radius)).squareRoot() * cos(2 * .pi * turn)
  }

  /// Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014.
  private static func scrambled(_ bits: UInt64) -> UInt64 {
    var z = bits &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
