// What networks have in common that take the style of any picture.
import PluginKit

/// A network from picture to picture that takes a style as statistics of features.
///
/// Takes and gives [3, h, w], R G B, 0...1.
public protocol StyleNetwork {
  /// Planes of features that are brought to the statistics of the style.
  var planes: Int { get }
  /// Planes behind them, whose means alone are taken, and in full at any strength.
  var modulations: Int { get }
  /// Pixels of the picture along a side of one of the features.
  var reduction: Int { get }
  /// Pixels of features of a picture of this many pixels, along a side.
  func featurePixels(_ pixels: Int) -> Int
  /// Network, width and pixel values in words.
  var info: ModelInfo { get }

  /// image: [3, h, w], 0...1. Gives the features whose statistics make the style: `planes` and `modulations` of them.
  func features(_ image: Value, in g: borrowing GraphBuilder) -> Value

  /// image: [3, h, w], 0...1. Gives the same in a mixture of styles, nominally 0...1.
  func painted(_ image: Value, _ mixture: StyleMixture, in g: borrowing GraphBuilder) -> Value
}

extension StyleNetwork {
  /// image: [3, h, w], 0...1. Gives the same in a mixture of styles, clamped to 0...1.
  public func callAsFunction(_ image: Value, _ mixture: StyleMixture, in g: borrowing GraphBuilder) -> Value {
    g.clamp(painted(image, mixture, in: g), low: 0, high: 1)
  }

  /// As many as cover the picture.
  public func featurePixels(_ pixels: Int) -> Int { (pixels + reduction - 1) / reduction }
}

/// One mixture of styles everywhere, as inputs of a graph in this order: numbers that may change from frame to frame.
public struct StyleMixture {
  /// Of the styles, each times its share and the strength: deviations and means, [planes, 1, 1].
  let deviation, mean: Value
  /// How much of the content's own features stays, [planes, 1, 1]: 1 less the strength; nil: nothing.
  let rest: Value?
  /// Of the styles, each times its share, [modulations, 1, 1]; no input where a network has none.
  let modulation: Value

  /// Three or four inputs.
  public init(_ network: any StyleNetwork, in g: borrowing GraphBuilder) {
    deviation = g.input("style deviation", channels: network.planes)
    mean = g.input("style mean", channels: network.planes)
    rest = g.input("content share", channels: network.planes)
    modulation = network.modulations > 0 ? g.input("modulation", channels: network.modulations) : mean
  }

  /// Of one picture, in the graph itself: while a network learns. The network has no modulations.
  /// - Parameters:
  ///   - features: of the picture, as the network gives them.
  ///   - pixels: of those.
  public init(_ network: any StyleNetwork, of features: Value, pixels: Int, in g: borrowing GraphBuilder) {
    (mean, deviation) = AdaIN.statistics(
      features, planes: network.planes, pixels: pixels, epsilon: ChannelStatistics.epsilon, in: g)
    (rest, modulation) = (nil, mean)
  }

  /// Adaptive instance normalisation (Huang and Belongie 2017): `content` brought to the style's statistics, beside what stays of it.
  /// `own`: the planes of the mixture that are the content's.
  func mixed(_ content: Value, _ own: Range<Int>, in g: borrowing GraphBuilder) -> Value {
    let styled = g.groupNorm(
      content, groups: own.count, scale: g.slice(deviation, own), shift: g.slice(mean, own),
      epsilon: ChannelStatistics.epsilon, isUnbiased: true)
    guard let rest else { return styled }
    return g.add(styled, g.affine(content, scale: g.slice(rest, own), shift: nil))
  }
}
