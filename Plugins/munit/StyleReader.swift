// Reads a style picture once, before the first frame.
import Networks
import PluginKit

/// From a picture to its code.
struct StyleReader {
  private let host: PluginHost
  private let network: MUNIT
  private let direction: MUNIT.Direction

  /// Pixels that the shorter side of a picture keeps at least when it is reduced: the network was trained on pictures of this size.
  static let shorterSide = 256

  init(host: PluginHost, network: MUNIT, _ direction: MUNIT.Direction) {
    (self.host, self.network, self.direction) = (host, network, direction)
  }

  /// The code of a picture of 0...1. Large pictures are reduced first; one that is too small for the network is reflected at bottom
  /// and right.
  func code(of picture: Image) throws(PluginError) -> [Float] {
    let reduced = try KeptImage(host: host, reducing: picture, shorterSide: Self.shorterSide)
    let (height, width) = (reduced.image.height, reduced.image.width)
    for plane in 0..<3 {
      for y in 0..<height {
        let row = reduced.target.row(y, plane: plane)
        for x in 0..<width { row[x] = 2 * row[x] - 1 }
      }
    }
    let builder = try GraphBuilder(host: host, name: "munit style")
    let least = network.leastStyleSide(direction)
    let borders = Borders(top: 0, left: 0, bottom: max(0, least - height), right: max(0, least - width))
    let image = builder.pad2d(builder.input("style", channels: 3), borders, .reflect)
    let code = network.code(of: image, direction, in: builder)
    let plan = try builder.finish(outputs: code).compile(BuiltGraph.Size(height: height, width: width))
    let result = try KeptImage(host: host, channels: plan.info.output.channels, height: 1, width: 1)
    return try withExtendedLifetime((reduced, result)) { () throws(PluginError) in
      try plan.run(reduced.image, result.target)
      return (0..<result.image.channels).map { result.image.row(0, plane: $0)[0] }
    }
  }
}
