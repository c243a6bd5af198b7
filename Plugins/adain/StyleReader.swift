// Reads style pictures: reduces them, and takes the statistics of their features.
import Networks
import PluginKit

/// From a picture to the statistics that make its style.
final class StyleReader {
  let host: PluginHost
  private var graph: BuiltGraph?

  /// Pixels that the shorter side of a picture keeps at least when it is reduced. The network was trained on pictures of this
  /// size; strokes of larger ones look coarser than they are.
  static let shorterSide = 512

  init(host: PluginHost, network: any StyleNetwork) throws(PluginError) {
    self.host = host
    let builder = try GraphBuilder(host: host, name: "adain style")
    let features = network.features(builder.input("style", channels: 3), in: builder)
    graph = try builder.finish(outputs: features)
  }

  /// No more pictures come: the packed weights of the encoder are given back before those of the frames are made.
  func close() { graph = nil }

  /// The statistics of a picture of 0...1.
  func statistics(of picture: KeptImage) throws(PluginError) -> ChannelStatistics {
    let features = try features(height: picture.image.height, width: picture.image.width)
    return try withExtendedLifetime(features) { () throws(PluginError) in
      ChannelStatistics(try features.of(picture.image))
    }
  }

  /// The encoder made ready for pictures of a size.
  func features(height: Int, width: Int) throws(PluginError) -> StyleFeatures {
    guard let plan = try graph?.compile([BuiltGraph.Size(height: height, width: width)]) else {
      throw PluginError(.internalFailure, "cannot read a style: its encoder is closed")
    }
    return try StyleFeatures(host: host, plan: plan)
  }
}

/// The encoder ready for one size, and the place for what it gives.
final class StyleFeatures {
  private let plan: CompiledGraph
  private let features: KeptImage

  init(host: PluginHost, plan: consuming CompiledGraph) throws(PluginError) {
    let shape = plan.info.output
    features = try KeptImage(host: host, channels: shape.channels, height: shape.height, width: shape.width)
    self.plan = plan
  }

  /// The features of a picture, until the next call or the end of this object. Allocates nothing.
  func of(_ picture: Image) throws(PluginError) -> Image {
    try plan.run(picture, features.target)
    return features.image
  }
}
