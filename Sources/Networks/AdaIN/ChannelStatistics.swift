// What AdaIN takes from a style: mean and deviation of every plane of its features.
import PluginKit

/// Mean and standard deviation of each plane.
public struct ChannelStatistics: Sendable, Equatable {
  /// One of each plane.
  public private(set) var means, deviations: [Float]

  /// Added to the variance before its root, as Huang and Belongie do on both sides.
  public static let epsilon = 1e-5

  /// Of all pixels of each plane.
  public init(_ features: Image) {
    means = [Float](repeating: 0, count: features.channels)
    deviations = means
    read(features)
  }

  /// Takes those of other features with as many planes, summed in double precision. The variance is divided by the pixels less
  /// one, as pytorch-AdaIN does; a single pixel has none. Allocates nothing.
  public mutating func read(_ features: Image) {
    let count = Double(features.height * features.width)
    for plane in 0..<min(features.channels, means.count) {
      var sum = 0.0
      for y in 0..<features.height { for x in features.row(y, plane: plane) { sum += Double(x) } }
      let mean = sum / count
      var squares = 0.0
      for y in 0..<features.height {
        for x in features.row(y, plane: plane) { squares += (Double(x) - mean) * (Double(x) - mean) }
      }
      means[plane] = Float(mean)
      deviations[plane] = Float((squares / max(1, count - 1) + Self.epsilon).squareRoot())
    }
  }
}
