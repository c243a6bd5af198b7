// How much of each style is taken.
import PluginKit

/// Shares that sum to 1.
public struct StyleShares: Sendable {
  /// One of each style.
  public let values: [Float]
  /// A person has typed them.
  public let areGiven: Bool

  /// Reads "0.7+0.3"; nothing stands for equal shares. Throws `badParameter` where they are not as many as the styles, below 0, or
  /// all 0.
  public init(_ text: String, styles: Int) throws(PluginError) {
    areGiven = !text.isEmpty
    guard areGiven else {
      values = [Float](repeating: 1 / Float(styles), count: styles)
      return
    }
    var numbers: [Double] = []
    for part in text.split(separator: "+", omittingEmptySubsequences: false) {
      guard let number = Double(part), number.isFinite, number >= 0 else {
        throw PluginError(.badParameter, "weights=\(text): '\(part)' is not a number of 0 or more")
      }
      numbers.append(number)
    }
    guard numbers.count == styles else {
      throw PluginError(
        .badParameter,
        "weights=\(text) are \(numbers.count), and there \(styles == 1 ? "is 1 style" : "are \(styles) styles")")
    }
    let sum = numbers.reduce(0, +)
    guard sum > 0, sum.isFinite else { throw PluginError(.badParameter, "weights=\(text) take nothing of any style") }
    values = numbers.map { Float($0 / sum) }
  }
}
