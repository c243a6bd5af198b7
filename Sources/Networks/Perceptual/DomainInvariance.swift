// What pictures of two domains have in common, by the features of a VGG.
import PluginKit

/// The domain-invariant perceptual loss of MUNIT (Huang et al., ECCV 2018), made for pictures of 512 pixels and more: features of relu5_3, each
/// plane brought to mean 0 and variance 1, which takes away most of what a domain looks like. There is no pool between the fourth stage and
/// the fifth, as NVlabs' VGG-16 has none.
public struct DomainInvariance {
  private let network: VGG

  private static let layer = VGGLayer(stage: 5, convolution: 3)

  /// Throws `badParameter` where the network ends before relu5_3.
  public init(_ network: VGG) throws(PluginError) {
    guard network.has(Self.layer) else {
      throw PluginError(
        .badParameter,
        "the feature network has no layer \(Self.layer): it is a \(network.name) that ends with \(network.last)")
    }
    self.network = network
  }

  /// The mean squared difference of two pictures [3, h, w], R G B, 0...255: [1, 1, 1].
  public func callAsFunction(_ a: Value, _ b: Value, in g: borrowing GraphBuilder) -> Value {
    g.channelMean(g.mean(g.squaredDifference(normalised(a, in: g), normalised(b, in: g))))
  }

  private func normalised(_ image: Value, in g: borrowing GraphBuilder) -> Value {
    let features = network.features(image, at: [Self.layer], unpooled: Self.layer.stage, in: g)
    return g.instanceNorm(features[0], scale: nil, shift: nil)
  }
}
