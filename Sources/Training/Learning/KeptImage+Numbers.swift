// Images of trainings: the two shapes that most have, and numbers in and out of them.
import PluginKit

extension KeptImage {
  /// A picture of zeros: [3, side, side]. Throws `noMemory` where the host has none left.
  convenience init(_ host: TrainingHost, square side: Int) throws(PluginError) {
    try self.init(host: host.services, channels: 3, height: side, width: side)
  }

  /// Zeros without a place: [count, 1, 1]. Throws `noMemory` where the host has none left.
  convenience init(_ host: TrainingHost, numbers count: Int) throws(PluginError) {
    try self.init(host: host.services, channels: count, height: 1, width: 1)
  }

  /// Takes the numbers of an image of its shape.
  func take(_ other: Image) {
    for plane in 0..<image.channels {
      for y in 0..<image.height { _ = target.row(y, plane: plane).update(fromContentsOf: other.row(y, plane: plane)) }
    }
  }

  /// Takes whole numbers, for an image of one row.
  func take(_ numbers: [Int]) {
    let row = target.row(0, plane: 0)
    for (i, number) in numbers.prefix(row.count).enumerated() { row[i] = Float(number) }
  }

  /// The channel of the largest number: of logits [classes, 1, 1] the class that a model takes a picture for.
  var choice: Int {
    var best = 0
    for label in 0..<image.channels where image.row(0, plane: label)[0] > image.row(0, plane: best)[0] { best = label }
    return best
  }
}
