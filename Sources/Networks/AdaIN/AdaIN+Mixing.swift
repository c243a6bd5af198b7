// Where a style meets the content: statistics that may change from frame to frame are inputs of the graph.
import PluginKit

extension AdaIN {
  /// image: [3, h, w], 0...1. Gives the same in a mixture of styles, nominally 0...1.
  public func painted(_ image: Value, _ mixture: StyleMixture, in g: borrowing GraphBuilder) -> Value {
    g.cropLike(decoder(mixture.mixed(features(image, in: g), 0..<planes, in: g), in: g), image)
  }

  /// A style for each region, as inputs of a graph in this order. Maps are of the size of the features.
  public struct Regions {
    /// How many.
    let count: Int
    /// Of the styles, each times the strength, one after another: [count * planes, 1, 1].
    let deviation, mean: Value
    /// How much of the style a pixel of features takes: [count, h, w].
    let share: Value
    /// The share divided by its mean, 0 where that is 0: what a pixel counts in its region's statistics. [count, h, w]
    let weight: Value
    /// n / (n - 1), where n pixels belong to the region: [count, 1, 1].
    let unbiased: Value
    /// How much of the content's own features stays: [1, h, w].
    let rest: Value

    /// Six inputs.
    public init(_ network: AdaIN, count: Int, in g: borrowing GraphBuilder) {
      self.count = count
      deviation = g.input("style deviation", channels: count * network.planes)
      mean = g.input("style mean", channels: count * network.planes)
      share = g.input("share", channels: count)
      weight = g.input("weight", channels: count)
      unbiased = g.input("unbiased", channels: count)
      rest = g.input("content share", channels: 1)
    }
  }

  /// image: [3, h, w], 0...1. Gives the same with a style in each region, content statistics taken inside the region; clamped to
  /// 0...1.
  public func callAsFunction(_ image: Value, _ regions: Regions, in g: borrowing GraphBuilder) -> Value {
    let content = features(image, in: g)
    var sum = g.combine(content, regions.rest, .multiply)
    for i in 0..<regions.count { sum = g.add(sum, styled(content, regions, i, in: g)) }
    return picture(sum, like: image, in: g)
  }

  /// The part of region `i`, which is 0 outside of it.
  private func styled(
    _ content: Value, _ regions: Regions, _ i: Int, in g: borrowing GraphBuilder
  ) -> Value {
    let own = i * planes..<(i + 1) * planes
    let weight = g.slice(regions.weight, i..<i + 1)
    let minus = g.constant("-1", shape: [planes], [Float](repeating: -1, count: planes))
    let epsilon = g.constant(
      "epsilon", shape: [planes], [Float](repeating: Float(ChannelStatistics.epsilon), count: planes))
    let mean = g.mean(g.combine(content, weight, .multiply))
    let centred = g.affine(content, scale: nil, shift: g.affine(mean, scale: minus, shift: nil))
    let squares = g.combine(g.combine(centred, centred, .multiply), weight, .multiply)
    let variance = g.combine(g.mean(squares), g.slice(regions.unbiased, i..<i + 1), .multiply)
    let deviation = g.activate(g.affine(variance, scale: nil, shift: epsilon), .sqrt)
    let scale = g.combine(g.slice(regions.deviation, own), deviation, .divide)
    let styled = g.affine(centred, scale: scale, shift: g.slice(regions.mean, own))
    return g.combine(styled, g.slice(regions.share, i..<i + 1), .multiply)
  }
}
