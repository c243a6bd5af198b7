// A residual block whose statistics nobody touches.
import PluginKit

/// x + conv(relu(conv(x))), 3x3: without norms, which would take away what AdaIN has set.
struct PlainBlock {
  let conv1, conv2: Conv2d

  /// Takes `key.conv1.conv2d` and `key.conv2.conv2d` on `channels` planes.
  init(_ file: inout Checkpoint, _ key: String, _ channels: Int) throws(PluginError) {
    conv1 = try Conv2d(&file, "\(key).conv1.conv2d", (channels, channels), kernel: 3)
    conv2 = try Conv2d(&file, "\(key).conv2.conv2d", (channels, channels), kernel: 3)
  }

  /// x: [channels, h, w]. Gives the same shape.
  func callAsFunction(_ x: Value, in g: borrowing GraphBuilder) -> Value {
    g.add(x, conv2(g.relu(conv1(x, in: g)), in: g))
  }

  /// Multiplications of one output pixel.
  var multiplyAddsPerOutput: Double { conv1.multiplyAddsPerOutput + conv2.multiplyAddsPerOutput }
}

extension FreshNetwork {
  /// Weights and biases of a `PlainBlock`.
  mutating func plainBlock(_ key: String, _ channels: Int) {
    for i in 1...2 { conv2d("\(key).conv\(i).conv2d", (channels, channels), kernel: 3) }
  }
}
