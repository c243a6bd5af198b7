// The tensors of Johnson nets by a formula: parity that needs no file from anywhere.
import SeededNumbers
import Weights

/// Makes the tensors of a Johnson net of any width from their names.
enum SeededWeights {
  /// Names and shapes of a Johnson net, written down independently of the one in Networks.
  static func shapes(width c: Int) -> [(name: String, shape: [Int])] {
    var convs = [
      ("conv1.conv2d", [c, 3, 9, 9]), ("conv2.conv2d", [2 * c, c, 3, 3]), ("conv3.conv2d", [4 * c, 2 * c, 3, 3]),
      ("deconv1.conv2d", [2 * c, 4 * c, 3, 3]), ("deconv2.conv2d", [c, 2 * c, 3, 3]), ("deconv3.conv2d", [3, c, 9, 9]),
    ]
    var norms = [("in1", c), ("in2", 2 * c), ("in3", 4 * c), ("in4", 2 * c), ("in5", c)]
    for r in 1...5 {
      convs += [("res\(r).conv1.conv2d", [4 * c, 4 * c, 3, 3]), ("res\(r).conv2.conv2d", [4 * c, 4 * c, 3, 3])]
      norms += [("res\(r).in1", 4 * c), ("res\(r).in2", 4 * c)]
    }
    return convs.flatMap { [("\($0).weight", $1), ("\($0).bias", [$1[0]])] }
      + norms.flatMap { [("\($0).weight", [$1]), ("\($0).bias", [$1])] }
  }

  /// The same of a real-time net.
  static func realtimeShapes(width c: Int) -> [(name: String, shape: [Int])] {
    var convs = [
      ("stem.conv2d", [c, 48, 3, 3]), ("up.conv2d", [c / 2, c, 3, 3]), ("out.conv2d", [12, c / 2, 3, 3]),
    ]
    var norms = [("in1", c), ("in2", c / 2)]
    for r in 1...4 {
      convs += [("res\(r).conv1.conv2d", [c, c, 3, 3]), ("res\(r).conv2.conv2d", [c, c, 3, 3])]
      norms += [("res\(r).in1", c), ("res\(r).in2", c)]
    }
    return convs.flatMap { [("\($0).weight", $1), ("\($0).bias", [$1[0]])] }
      + norms.flatMap { [("\($0).weight", [$1]), ("\($0).bias", [$1])] }
  }

  /// All tensors of a net of this width, with every key behind `prefix`.
  static func tensors(width: Int, prefix: String = "") throws -> [NamedTensor] {
    try shapes(width: width).map { name, shape in
      try NamedTensor(name: prefix + name, shape: shape, floats: SeededNumbers.tensor(name, shape))
    }
  }
}
