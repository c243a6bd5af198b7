// What a picture is made of, as MUNIT sees it: content, which has a place, and style, which has none.
import PluginKit

/// The content encoder: 7x7, strided 4x4, residual blocks, each convolution followed by an instance norm that has nothing to learn.
struct MUNITContentEncoder {
  let first: MUNITConv
  let down: [MUNITConv]
  let blocks: [MUNITBlock]
  /// Planes of the content.
  let planes: Int
  private let norm = InstanceNorm2d()

  /// Takes `key.model.0`, ... with as many reductions and blocks as the file has.
  init(_ file: inout Checkpoint, _ key: String) throws(PluginError) {
    var planes = 3
    first = try MUNITConv(&file, "\(key).model.0", &planes, kernel: 7)
    var down: [MUNITConv] = []
    let reductions = try file.count(upTo: MUNIT.maximumReductions) { "\(key).model.\($0 + 1).conv.weight" }
    for i in 0..<reductions {
      down.append(try MUNITConv(&file, "\(key).model.\(i + 1)", &planes, kernel: 4, stride: 2))
    }
    blocks = try MUNITBlock.row(&file, "\(key).model.\(down.count + 1)", planes)
    self.down = down
    self.planes = planes
  }

  /// Sides are worked on at multiples of this.
  var multiple: Int { 1 << down.count }

  /// image: [3, h, w], -1...1. Gives [planes, ceil(h / multiple), ceil(w / multiple)]: the network rounds down, so the picture is
  /// reflected to the next multiple at bottom and right.
  func callAsFunction(_ image: Value, in g: borrowing GraphBuilder) -> Value {
    var x = g.padToMultiple(image, multiple, .reflect)
    for conv in [first] + down { x = g.relu(norm(conv(x, in: g), in: g)) }
    for block in blocks { x = block(x, in: g) { y, _ in norm(y, in: g) } }
    return x
  }

  /// Multiplications of one pixel of the picture.
  var multiplyAddsPerPixel: Double {
    let front = ([first] + down).enumerated().reduce(0) {
      $0 + $1.element.conv.multiplyAddsPerOutput / Double(1 << (2 * $1.offset))
    }
    return front + blocks.reduce(0) { $0 + $1.multiplyAddsPerOutput } / Double(multiple * multiple)
  }
}

/// The style encoder: 7x7, strided 4x4, the mean of each plane, 1x1; no norms, which would take the style away.
struct MUNITStyleEncoder {
  let convs: [MUNITConv]
  let last: Conv2d
  /// Numbers of a code, 8 as published.
  let size: Int

  /// Takes `key.model.0`, ... with as many reductions as the file has; behind them a pool has a number and no tensors.
  init(_ file: inout Checkpoint, _ key: String) throws(PluginError) {
    var planes = 3
    var convs = [try MUNITConv(&file, "\(key).model.0", &planes, kernel: 7)]
    let reductions = try file.count(upTo: MUNIT.maximumReductions) { "\(key).model.\($0 + 1).conv.weight" }
    for i in 0..<reductions {
      convs.append(try MUNITConv(&file, "\(key).model.\(i + 1)", &planes, kernel: 4, stride: 2))
    }
    let name = "\(key).model.\(convs.count + 1)"
    guard let shape = file.shape(of: "\(name).weight"), shape.count == 4, (1...1024).contains(shape[0]) else {
      throw file.failure("tensor '\(name).weight' is missing or not [codes,\(planes),1,1] of codes 1...1024")
    }
    last = try Conv2d(&file, name, (planes, shape[0]), kernel: 1)
    self.convs = convs
    size = shape[0]
  }

  /// Sides of a picture that has anything left after all reductions.
  var leastSide: Int { 1 << (convs.count - 1) }

  /// image: [3, h, w], -1...1, both sides `leastSide` at least. Gives the code, [size, 1, 1].
  func callAsFunction(_ image: Value, in g: borrowing GraphBuilder) -> Value {
    last(g.mean(convs.reduce(image) { g.relu($1($0, in: g)) }), in: g)
  }
}

extension MUNITBlock {
  /// Takes `key.model.0`, `key.model.1`, ...: as many blocks as the file has.
  static func row(_ file: inout Checkpoint, _ key: String, _ planes: Int) throws(PluginError) -> [MUNITBlock] {
    let count = try file.count(upTo: GeneratorForm.maximumBlocks) { "\(key).model.\($0).model.0.conv.weight" }
    guard count > 0 else { throw file.failure("tensor '\(key).model.0.model.0.conv.weight' is missing") }
    var blocks: [MUNITBlock] = []
    for i in 0..<count { blocks.append(try MUNITBlock(&file, "\(key).model.\(i)", planes)) }
    return blocks
  }
}
