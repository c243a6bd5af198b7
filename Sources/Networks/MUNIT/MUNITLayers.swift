// The layers of MUNIT's generators.
import PluginKit

/// A convolution with its border, as MUNIT's `Conv2dBlock` keys it: (kernel - 1) / 2 pixels reflected on all sides.
struct MUNITConv {
  let conv: Conv2d

  /// Takes `key.conv.weight` and `key.conv.bias`. The planes that come out are as many as the file says; `planes`: those that go in,
  /// then those that come out.
  init(
    _ file: inout Checkpoint, _ key: String, _ planes: inout Int, kernel: Int, stride: Int = 1
  ) throws(PluginError) {
    let name = "\(key).conv.weight"
    guard let shape = file.shape(of: name) else { throw file.failure("tensor '\(name)' is missing") }
    guard shape.count == 4, shape[1...] == [planes, kernel, kernel], Checkpoint.features.contains(shape[0]) else {
      throw file.failure(
        "tensor '\(name)' is \(WeightSet.text(shape)), expected [planes,\(planes),\(kernel),\(kernel)] of planes "
          + "\(Checkpoint.features)")
    }
    conv = try Conv2d(&file, "\(key).conv", (planes, shape[0]), kernel: kernel, stride: stride)
    planes = shape[0]
  }

  func callAsFunction(_ x: Value, in g: borrowing GraphBuilder) -> Value { conv(x, in: g) }
}

/// A residual block: x + norm(conv(relu(norm(conv(x))))), with nothing after the sum.
struct MUNITBlock {
  let first, second: MUNITConv

  /// Takes `key.model.0` and `key.model.1`, 3x3 on `planes` planes.
  init(_ file: inout Checkpoint, _ key: String, _ planes: Int) throws(PluginError) {
    var width = planes
    first = try MUNITConv(&file, "\(key).model.0", &width, kernel: 3)
    second = try MUNITConv(&file, "\(key).model.1", &width, kernel: 3)
    guard width == planes else {
      throw file.failure("block '\(key)' gives \(width) planes, and \(planes) go in")
    }
  }

  /// Multiplications of one pixel of the content.
  var multiplyAddsPerOutput: Double { first.conv.multiplyAddsPerOutput + second.conv.multiplyAddsPerOutput }

  /// x: [planes, h, w]. Gives the same shape. `norm`: of the first convolution's result, then of the second's.
  func callAsFunction(_ x: Value, in g: borrowing GraphBuilder, norm: (Value, Int) -> Value) -> Value {
    let y = g.relu(norm(first(x, in: g), 0))
    return g.add(x, norm(second(y, in: g), 1))
  }
}

/// MUNIT's own `LayerNorm`: all planes and pixels of a picture together, divided by the unbiased deviation plus epsilon, then scaled
/// and shifted plane by plane.
struct MUNITLayerNorm {
  let gamma, beta: Tensor

  /// Takes `key.gamma` and `key.beta`, [planes] each.
  init(_ file: inout Checkpoint, _ key: String, _ planes: Int) throws(PluginError) {
    gamma = try file.tensor("\(key).gamma", [planes])
    beta = try file.tensor("\(key).beta", [planes])
  }

  /// x: [planes, h, w]. Gives the same shape.
  func callAsFunction(_ x: Value, in g: borrowing GraphBuilder) -> Value {
    g.groupNorm(
      x, groups: 1, scale: g.constant(gamma), shift: g.constant(beta), epsilon: 1e-5, isUnbiased: true,
      isEpsilonOnDeviation: true)
  }
}
