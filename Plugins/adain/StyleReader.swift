// Reads a style picture once, before the first frame.
import Networks
import PluginKit

/// From a picture to the statistics that make its style.
struct StyleReader {
  let host: PluginHost
  let network: AdaIN

  /// Pixels that the shorter side of a picture keeps at least when it is reduced. The network was trained on pictures of this
  /// size; strokes of larger ones look coarser than they are.
  static let shorterSide = 512

  /// The statistics of a picture of 0...1. Large pictures are reduced first.
  func statistics(of picture: Image) throws(PluginError) -> ChannelStatistics {
    let factor = max(1, min(picture.height, picture.width) / Self.shorterSide)
    guard factor > 1 else { return try encode(picture) }
    let reduced = try OwnedImage(
      host: host, channels: 3, height: picture.height / factor, width: picture.width / factor)
    return try reduced.withImage { (image, target) throws(PluginError) in
      reduce(picture, by: factor, into: target)
      return try encode(image)
    }
  }

  /// Runs the encoder alone. Its graph ends here, before that of the frames is compiled: two sets of packed weights are never held.
  private func encode(_ picture: Image) throws(PluginError) -> ChannelStatistics {
    let builder = try GraphBuilder(host: host, name: "adain style")
    let features = network.features(builder.input("style", channels: 3), in: builder)
    let graph = try builder.finish(outputs: features)
    let plan = try graph.compile(BuiltGraph.Size(height: picture.height, width: picture.width))
    let shape = plan.info.output
    let output = try OwnedImage(host: host, channels: shape.channels, height: shape.height, width: shape.width)
    return try output.withImage { (image, target) throws(PluginError) in
      try plan.run(picture, target)
      return ChannelStatistics(image)
    }
  }

  /// Each pixel of `target` is the mean of factor x factor pixels of `picture`; what is left at bottom and right is dropped.
  private func reduce(_ picture: Image, by factor: Int, into target: MutableImage) {
    let share = 1 / Float(factor * factor)
    for plane in 0..<target.channels {
      for y in 0..<target.height {
        let to = target.row(y, plane: plane)
        for x in 0..<to.count { to[x] = 0 }
        for dy in 0..<factor {
          let from = picture.row(y * factor + dy, plane: plane)
          for x in 0..<to.count { for dx in 0..<factor { to[x] += from[x * factor + dx] * share } }
        }
      }
    }
  }
}
