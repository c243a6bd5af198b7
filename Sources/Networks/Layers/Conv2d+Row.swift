// Convolutions of VGG and its kin: 3x3, one behind the other, as wide as their tensors say.
import PluginKit

extension Conv2d {
  /// Takes 3x3 convolutions that follow each other, each as wide as its tensor says. `planes`: those that go into the first, then
  /// those that come out of the last. Throws `badWeights` where one does not take what the one before it gives.
  static func row(
    _ file: inout Checkpoint, _ names: [Names], from planes: inout Int, padding: PadMode = .reflect
  ) throws(PluginError) -> [Conv2d] {
    var row: [Conv2d] = []
    for names in names {
      guard let shape = file.shape(of: names.weight) else {
        throw file.failure("tensor '\(names.weight)' is missing")
      }
      guard shape.count == 4, shape[1...] == [planes, 3, 3], Checkpoint.features.contains(shape[0]) else {
        throw file.failure(
          "tensor '\(names.weight)' is \(WeightSet.text(shape)), expected [planes,\(planes),3,3] of planes "
            + "\(Checkpoint.features)")
      }
      row.append(try Conv2d(&file, names: names, (planes, shape[0]), kernel: 3, padding: padding))
      planes = shape[0]
    }
    return row
  }

  /// The same of `key.weight` and `key.bias`.
  static func row(
    _ file: inout Checkpoint, _ keys: [String], from planes: inout Int
  ) throws(PluginError) -> [Conv2d] {
    try row(&file, keys.map { ("\($0).weight", "\($0).bias") }, from: &planes)
  }
}

extension Checkpoint {
  /// Planes that a layer whose width the file says may have.
  static let features = 1...8192
}
