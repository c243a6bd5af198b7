// Exact fractions: frame rates, time bases and aspect ratios are never rounded to floating point on their way through.
import CFFmpeg

/// A fraction of two 32-bit integers, such as the frame rate 30000/1001. A zero denominator or 0/1 stands for "unknown" where a
/// property says so.
public struct Rational: Equatable, Hashable, Sendable, CustomStringConvertible {
  /// The part above the line.
  public var numerator: Int32
  /// The part below the line.
  public var denominator: Int32

  /// The fraction `numerator/denominator`, as given (not reduced).
  public init(_ numerator: Int32, _ denominator: Int32) {
    self.numerator = numerator
    self.denominator = denominator
  }

  init(_ value: AVRational) { self.init(value.num, value.den) }

  /// Reads `25`, `30000/1001`, `30000:1001` or `29.97` (which becomes 2997/100). Nil for anything that is not a positive fraction.
  public init?(parsing text: String) {
    let parts = text.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "/" || $0 == ":" })
    if parts.count == 2 {
      guard let above = Int32(parts[0]), let below = Int32(parts[1]), above > 0, below > 0 else { return nil }
      self.init(above, below)
      return
    }
    guard parts.count == 1, let value = Double(text), value.isFinite, value > 0, value < 1e6 else { return nil }
    let fraction = Rational(av_d2q(value, 1_001_000))
    guard fraction.numerator > 0, fraction.denominator > 0 else { return nil }
    self = fraction
  }

  /// The fraction as a floating-point number; not a number when the denominator is 0.
  public var value: Double { denominator == 0 ? .nan : Double(numerator) / Double(denominator) }

  /// The fraction turned upside down.
  public var inverse: Rational { Rational(denominator, numerator) }

  /// Whether both parts are positive.
  public var isPositive: Bool { numerator > 0 && denominator > 0 }

  /// `30000/1001`.
  public var description: String { "\(numerator)/\(denominator)" }

  /// Takes a time in units of this time base to another one; to the nearest, halves away from zero.
  public func rescale(_ ticks: Int64, to other: Rational) -> Int64 {
    guard isPositive, other.isPositive, self != other else { return ticks }
    return av_rescale_q(ticks, av, other.av)
  }

  /// A time in units of this time base, in seconds.
  public func seconds(_ ticks: Int64) -> Double { Double(ticks) * value }

  /// A time in seconds, in units of this time base; to the nearest.
  func ticks(_ seconds: Double) -> Int64 {
    let ticks = (seconds / value).rounded()
    return ticks.magnitude < 9e18 ? Int64(ticks) : (ticks < 0 ? Int64.min / 2 : Int64.max / 2)
  }

  var av: AVRational { AVRational(num: numerator, den: denominator) }
}
