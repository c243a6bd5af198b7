// What AdaIN takes from a style: mean and deviation of every plane of its features.
import PluginKit

/// Mean and standard deviation of each plane.
public struct ChannelStatistics: Sendable, Equatable {
  /// One of each plane.
  public let means, deviations: [Float]

  /// Added to the variance before its root, as Huang and Belongie do on both sides.
  public static let epsilon = 1e-5

  /// Of all pixels of each plane, summed in double precision. The variance is biased, like the one the content is divided by:
  /// a picture in its own style stays what it is, and a single pixel has a deviation too.
  public init(_ features: Image) {
    let count = Double(features.height * features.width)
    var (means, deviations): ([Float], [Float]) = ([], [])
    for plane in 0..<features.channels {
      var sum = 0.0
      for y in 0..<features.height { for x in features.row(y, plane: plane) { sum += Double(x) } }
      let mean = sum / count
      var squares = 0.0
      for y in 0..<features.height {
        for x in features.row(y, plane: plane) { squares += (Double(x) - mean) * (Double(x) - mean) }
      }
      means.append(Float(mean))
      deviations.append(Float((squares / count + Self.epsilon).squareRoot()))
    }
    self.means = means
    self.deviations = deviations
  }
}
