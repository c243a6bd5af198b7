// The layers of MicroAST.
import PluginKit

/// A convolution with (kernel - 1) / 2 pixels reflected on all sides, as MicroAST's `ConvLayer` keys it.
struct MicroASTConv {
  private let conv: Conv2d
  var outChannels: Int { conv.outChannels }

  /// Takes `key.conv_layer.weight` [out, in / groups, kernel, kernel] and `key.conv_layer.bias`. As many planes come out as the file
  /// says; `planes`: those that go in, then those that come out. Where the weight takes fewer than go in, there are groups.
  init(
    _ file: inout Checkpoint, _ key: String, _ planes: inout Int, kernel: Int, stride: Int = 1, isGrouped: Bool = false
  ) throws(PluginError) {
    let name = "\(key).conv_layer.weight"
    guard let shape = file.shape(of: name) else { throw file.failure("tensor '\(name)' is missing") }
    let groups = isGrouped && shape.count == 4 && shape[1] >= 1 ? planes / shape[1] : 1
    guard shape.count == 4, groups >= 1, shape[1] * groups == planes, shape[0] % groups == 0,
      shape[2...] == [kernel, kernel], Checkpoint.features.contains(shape[0])
    else {
      throw file.failure(
        "tensor '\(name)' is \(WeightSet.text(shape)), which is no \(kernel)x\(kernel) convolution of \(planes) planes")
    }
    conv = try Conv2d(
      &file, "\(key).conv_layer", (planes, shape[0]), kernel: kernel, stride: stride, groups: groups)
    planes = shape[0]
  }

  func callAsFunction(_ x: Value, in g: borrowing GraphBuilder) -> Value { conv(x, in: g) }

  /// Multiplications of one output pixel.
  var multiplyAddsPerOutput: Double { conv.multiplyAddsPerOutput }
}

/// Two 3x3 convolutions beside a way past them.
struct MicroASTBlock {
  let first, second: MicroASTConv

  /// Takes `key.conv1` and `key.conv2`, on `planes` planes.
  init(_ file: inout Checkpoint, _ key: String, _ planes: Int) throws(PluginError) {
    var width = planes
    first = try MicroASTConv(&file, "\(key).conv1", &width, kernel: 3)
    second = try MicroASTConv(&file, "\(key).conv2", &width, kernel: 3)
    guard width == planes else { throw file.failure("block '\(key)' gives \(width) planes, and \(planes) go in") }
  }

  /// x + conv(relu(conv(x)))
  func callAsFunction(_ x: Value, in g: borrowing GraphBuilder) -> Value {
    g.add(x, second(g.relu(first(x, in: g)), in: g))
  }

  /// The same with each conv(x) replaced by factor * conv(x) + past * x, numbers per plane.
  func callAsFunction(_ x: Value, factor: Value, past: Value, in g: borrowing GraphBuilder) -> Value {
    func modulated(_ conv: MicroASTConv, _ x: Value) -> Value {
      g.add(g.affine(conv(x, in: g), scale: factor, shift: nil), g.affine(x, scale: past, shift: nil))
    }
    return g.add(x, modulated(second, g.relu(modulated(first, x))))
  }

  var multiplyAddsPerOutput: Double { first.multiplyAddsPerOutput + second.multiplyAddsPerOutput }
}
