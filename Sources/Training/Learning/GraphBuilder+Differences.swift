// How large values are, and how far from each other: what losses of several trainings are made of.
import Networks
import PluginKit

extension GraphBuilder {
  /// The mean of the squares of all numbers: [1, 1, 1].
  func meanSquare(_ x: Value) -> Value { channelMean(mean(combine(x, x, .multiply))) }

  /// The mean squared difference of all numbers of two values: [1, 1, 1].
  func meanSquaredDifference(_ a: Value, _ b: Value) -> Value { channelMean(mean(squaredDifference(a, b))) }

  /// The mean difference of all numbers of two values: [1, 1, 1].
  func meanDifference(_ a: Value, _ b: Value) -> Value {
    channelMean(mean(activate(combine(a, b, .subtract), .abs)))
  }
}
