// The convolutions of the digit classifiers of domain adaptation.
import PluginKit

/// LeNet as ADDA (Tzeng et al., CVPR 2017) and SHOT (Liang et al., ICML 2020) have it: 5x5 without borders, a pool of 2, a ReLU, and the same again. Dropout
/// does nothing once a network has learnt.
struct LeNet {
  /// Planes of the picture that comes, 3 or 1, and of the map that goes.
  let inPlanes: Int, outPlanes: Int
  private let convolutions: [Conv2d]

  /// Names of the Sequential that holds the convolutions, as number 0 and 3: those of ADDA, and those of SHOT.
  private static let names = ["encoder", "conv_params"]
  private static let kernel = 5

  /// Takes `encoder.0` and `encoder.3`, or `conv_params.0` and `conv_params.3`, behind anything. nil where there is neither.
  init?(_ file: inout Checkpoint) throws(PluginError) {
    var found: String?
    for name in Self.names where found == nil {
      if let prefix = try file.onlyPrefix(of: "\(name).0.weight") { found = prefix + name }
    }
    guard let key = found, let shape = file.shape(of: "\(key).0.weight"), shape.suffix(2) == [Self.kernel, Self.kernel]
    else { return nil }
    guard !file.has("\(key).1.weight") else {
      throw file.failure("it is a DTN, which nothing is known of here: give a LeNet or a ResNet")
    }
    let planes = shape[1]
    guard planes == 1 || planes == 3 else {
      throw file.failure(
        "tensor '\(key).0.weight' is \(WeightSet.text(shape)), expected [planes,3,5,5] or [planes,1,5,5]")
    }
    let (inner, outer) = (file.extent(0, of: "\(key).0.weight"), file.extent(0, of: "\(key).3.weight"))
    convolutions = [
      try Conv2d(&file, "\(key).0", (planes, inner), kernel: Self.kernel),
      try Conv2d(&file, "\(key).3", (inner, outer), kernel: Self.kernel),
    ]
    (inPlanes, outPlanes) = (planes, outer)
  }

  /// image: [3, side, side], -1...1. Gives [outPlanes, map, map] behind the last ReLU.
  func callAsFunction(_ image: Value, in g: borrowing GraphBuilder) -> Value {
    var x = image
    if inPlanes == 1 {
      x = g.conv2d(x, weight: g.constant("luma", shape: [1, 3, 1, 1], GeneratorSequence.luma), bias: nil)
    }
    for convolution in convolutions {
      x = g.relu(g.maxPool2d(convolution(x, borders: .all(0), in: g), size: 2, stride: 2))
    }
    return x
  }

  /// The side of the pictures whose map has this side: of 4 it is 28.
  static func side(ofMap side: Int) -> Int { 4 * side + 12 }
}
