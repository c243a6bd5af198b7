// What MicroAST takes from a picture: features, and of a style what they do to filters.
import PluginKit

/// From a picture to features at two depths.
struct MicroASTEncoder {
  let first: MicroASTConv
  /// Grouped 3x3 to every second pixel, then 1x1; twice.
  let down: [MicroASTConv]
  let blocks: (first: MicroASTBlock, second: MicroASTBlock)
  /// Planes of the features.
  let planes: Int

  /// Takes `enc1` and `enc2` behind `prefix`.
  init(_ file: inout Checkpoint, _ prefix: String) throws(PluginError) {
    var planes = 3
    first = try MicroASTConv(&file, "\(prefix)enc1.0", &planes, kernel: 9)
    down = [
      try MicroASTConv(&file, "\(prefix)enc1.2", &planes, kernel: 3, stride: 2, isGrouped: true),
      try MicroASTConv(&file, "\(prefix)enc1.4", &planes, kernel: 1),
      try MicroASTConv(&file, "\(prefix)enc1.6", &planes, kernel: 3, stride: 2, isGrouped: true),
      try MicroASTConv(&file, "\(prefix)enc1.8", &planes, kernel: 1),
    ]
    blocks = (
      try MicroASTBlock(&file, "\(prefix)enc1.10", planes), try MicroASTBlock(&file, "\(prefix)enc2.0", planes)
    )
    self.planes = planes
  }

  /// image: [3, h, w]. Gives two of [planes, ceil(h / 4), ceil(w / 4)].
  func callAsFunction(_ image: Value, in g: borrowing GraphBuilder) -> (first: Value, second: Value) {
    let front = ([first] + down).reduce(image) { g.relu($1($0, in: g)) }
    let x = blocks.first(front, in: g)
    return (x, blocks.second(x, in: g))
  }

  /// Multiplications of one pixel of the picture.
  var multiplyAddsPerPixel: Double {
    let half = down[0].multiplyAddsPerOutput + down[1].multiplyAddsPerOutput
    let quarter =
      down[2].multiplyAddsPerOutput + down[3].multiplyAddsPerOutput
      + blocks.first.multiplyAddsPerOutput + blocks.second.multiplyAddsPerOutput
    return first.multiplyAddsPerOutput + half / 4 + quarter / 16
  }
}

/// What a style's features do to the filters of the decoder.
struct MicroASTModulator {
  /// A factor for what a convolution gives, and one for what goes past it; for the features of either depth.
  let convs: [MicroASTConv]

  /// Takes `weight1`, `bias1`, `weight2`, `bias2` behind `prefix`: a 3x3 of each plane, then its mean.
  init(_ file: inout Checkpoint, _ prefix: String, _ planes: Int) throws(PluginError) {
    var convs: [MicroASTConv] = []
    for name in ["weight1", "bias1", "weight2", "bias2"] {
      var width = planes
      convs.append(try MicroASTConv(&file, "\(prefix)\(name).0", &width, kernel: 3, isGrouped: true))
      guard width == planes else {
        throw file.failure("'\(prefix)\(name)' gives \(width) planes, and the features have \(planes)")
      }
    }
    self.convs = convs
  }

  /// The features of both depths, then those whose means are the factors, in the order of `convs`.
  func callAsFunction(_ first: Value, _ second: Value, in g: borrowing GraphBuilder) -> Value {
    g.concat(
      first, second, convs[0](first, in: g), convs[1](first, in: g), convs[2](second, in: g), convs[3](second, in: g))
  }
}
