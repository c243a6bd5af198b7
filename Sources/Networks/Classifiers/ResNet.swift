// The convolutions of ResNet-50, ResNet-101 and their like.
import PluginKit

/// He et al., CVPR 2016, as torchvision has it: 7x7 at every second pixel, a pool of 3 at every second, and four rows of blocks, each but the first of which
/// halves the picture. Batch norms are frozen. How many blocks there are, and so the depth, and how wide they are is what the file says.
struct ResNet {
  /// Planes of the last map.
  let outPlanes: Int
  private let stem: Conv2d, norm: BatchNorm2d
  private let blocks: [ResNetBlock]

  /// Blocks that a row has at most; ResNet-101 has 23 in its third.
  private static let mostBlocks = 64

  /// What the parts are called: `conv1`, `bn1`, `layer1`, or their numbers in a Sequential, as SFIT's code has them.
  private struct Names {
    let prefix: String
    let isNumbered: Bool

    var stem: String { prefix + (isNumbered ? "0" : "conv1") }
    var norm: String { prefix + (isNumbered ? "1" : "bn1") }
    /// The first row is number 1.
    func row(_ number: Int) -> String { prefix + (isNumbered ? "\(number + 3)" : "layer\(number)") }

    /// nil where there is no such network.
    init?(_ file: Checkpoint) throws(PluginError) {
      if let prefix = try file.onlyPrefix(of: "layer1.0.conv1.weight") {
        (self.prefix, isNumbered) = (prefix, false)
      } else if let prefix = try file.onlyPrefix(of: "4.0.conv1.weight") {
        (self.prefix, isNumbered) = (prefix, true)
      } else {
        return nil
      }
    }
  }

  /// Takes the convolutions and their norms behind anything. nil where there are none.
  init?(_ file: inout Checkpoint) throws(PluginError) {
    guard let names = try Names(file) else { return nil }
    var planes = file.extent(0, of: "\(names.stem).weight")
    stem = try Conv2d(unbiased: &file, names.stem, (3, planes), kernel: 7, stride: 2)
    norm = try BatchNorm2d(&file, names.norm, planes)
    var blocks: [ResNetBlock] = []
    for number in 1...4 {
      let row = names.row(number)
      let count = try file.count(upTo: Self.mostBlocks) { "\(row).\($0).conv1.weight" }
      guard count > 0 else { throw file.failure("tensor '\(row).0.conv1.weight' is missing") }
      for i in 0..<count {
        let stride = number > 1 && i == 0 ? 2 : 1
        let block = try ResNetBlock(&file, "\(row).\(i)", planes: planes, stride: stride)
        planes = block.outPlanes
        blocks.append(block)
      }
    }
    self.blocks = blocks
    outPlanes = planes
  }

  /// "ResNet-50"
  var name: String { "ResNet-\(3 * blocks.count + 2)" }

  /// image: [3, h, w], -1...1. Gives [outPlanes, h / 32, w / 32], rounded up, behind the last ReLU.
  func callAsFunction(_ image: Value, in g: borrowing GraphBuilder) -> Value {
    var pool = Pool(.max, size: 3, stride: 2)
    pool.padding = .all(1)
    var x = g.pool2d(g.relu(norm(stem(image, in: g), in: g)), pool)
    for block in blocks { x = block(x, in: g) }
    return x
  }

  /// The side of the map of a picture of a side.
  func mapSide(_ side: Int) -> Int {
    func halved(_ side: Int) -> Int { (side - 1) / 2 + 1 }
    return blocks.reduce(halved(halved(side))) { $1.side(of: $0) }
  }
}
