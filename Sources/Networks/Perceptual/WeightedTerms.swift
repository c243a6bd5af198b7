// A loss as a sum of terms whose weights may change from run to run.
import PluginKit

/// A loss in a graph.
public struct WeightedLoss {
  /// The sum of all parts: [1, 1, 1]; what is differentiated.
  public let total: Value
  /// Each term times its weight: [terms, 1, 1].
  public let parts: Value
  /// What the parts are called.
  public let names: [String]
}

/// Collects the terms of a loss.
public struct WeightedTerms {
  private var terms: [(name: String, value: Value)] = []

  /// None yet.
  public init() {}

  /// What they are called, in the order in which they were added: that of their weights.
  public var names: [String] { terms.map(\.name) }

  /// Adds a value [1, 1, 1].
  public mutating func add(_ name: String, _ value: Value) { terms.append((name, value)) }

  /// Adds the mean of all numbers of a value.
  public mutating func add(_ name: String, meanOf x: Value, in g: borrowing GraphBuilder) {
    add(name, g.channelMean(g.mean(x)))
  }

  /// The sum, each term times a weight that stays: as many as there are terms. There must be a term.
  public func sum(times weights: [Double], in g: borrowing GraphBuilder) -> WeightedLoss {
    let all = terms.dropFirst().reduce(terms[0].value) { g.concat($0, $1.value) }
    let numbers = g.constant("weights", shape: [terms.count], weights.map { Float($0) })
    return sum(g.affine(all, scale: numbers, shift: nil), in: g)
  }

  /// The sum, each term times its weight. Makes one input of the graph, "weights" [terms, 1, 1]. There must be a term.
  public func sum(in g: borrowing GraphBuilder) -> WeightedLoss {
    let weights = g.input("weights", channels: terms.count)
    guard var all = terms.first?.value else { return WeightedLoss(total: weights, parts: weights, names: []) }
    for term in terms.dropFirst() { all = g.concat(all, term.value) }
    return sum(g.combine(all, weights, .multiply), in: g)
  }

  private func sum(_ parts: Value, in g: borrowing GraphBuilder) -> WeightedLoss {
    let total = g.scaled(g.channelMean(parts), by: Double(terms.count), channels: 1)
    return WeightedLoss(total: total, parts: parts, names: names)
  }
}

extension GraphBuilder {
  /// (a - b)^2, number by number.
  public func squaredDifference(_ a: Value, _ b: Value) -> Value {
    let difference = combine(a, b, .subtract)
    return combine(difference, difference, .multiply)
  }
}
