// What the loss was, step by step.

/// Rows of numbers, one row a step: the total and its parts.
public struct LossHistory: Equatable, Sendable {
  /// What stands in a row: "total", "content", "style", ...
  public let names: [String]
  /// All rows, one after another.
  private(set) var numbers: [Float]

  /// No steps yet.
  public init(names: [String]) { self.init(names: names, numbers: []) }

  init(names: [String], numbers: [Float]) { (self.names, self.numbers) = (names, numbers) }

  /// The same steps with other columns: what a step had no number for is 0.
  func renamed(_ wanted: [String]) -> LossHistory {
    guard wanted != names else { return self }
    let columns = wanted.map { names.firstIndex(of: $0) }
    let rows = (0..<count).flatMap { step in columns.map { $0.map { value(step, $0) } ?? 0 } }
    return LossHistory(names: wanted, numbers: rows)
  }

  /// How many steps there are.
  public var count: Int { names.isEmpty ? 0 : numbers.count / names.count }

  /// Adds a step; `row` has a number for each name.
  public mutating func append(_ row: [Float]) {
    guard row.count == names.count else { return }
    numbers += row
  }

  /// A number of a step.
  public func value(_ step: Int, _ column: Int) -> Float { numbers[step * names.count + column] }

  /// Means over equal parts of the steps, at most `most` of them: (the middle step of the part, counted from 1; its mean).
  public func curve(_ column: Int, most: Int) -> [(step: Double, mean: Double)] {
    let parts = min(most, count)
    return (0..<parts).map { part in
      let range = part * count / parts..<(part + 1) * count / parts
      let sum = range.reduce(0.0) { $0 + Double(value($1, column)) }
      return (Double(range.lowerBound + range.upperBound + 1) / 2, sum / Double(range.count))
    }
  }

  /// The mean of the last steps, at most `most` of them; nil before the first step.
  public func recent(_ column: Int, most: Int = 50) -> Double? {
    guard count > 0 else { return nil }
    let range = max(0, count - most)..<count
    return range.reduce(0.0) { $0 + Double(value($1, column)) } / Double(range.count)
  }
}
