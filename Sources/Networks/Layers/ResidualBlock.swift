// The residual block of style networks.
import PluginKit

/// x + norm(conv(relu(norm(conv(x))))), with nothing after the sum.
public struct ResidualBlock {
  let conv1, conv2: Conv2d
  let in1, in2: InstanceNorm2d

  /// Takes `key.conv1.conv2d`, `key.in1`, `key.conv2.conv2d`, `key.in2`, all 3x3 on `channels` planes; norms of several styles
  /// where there is a `mix` of them.
  init(
    _ checkpoint: inout Checkpoint, _ key: String, _ channels: Int, _ mix: StyleMix? = nil
  ) throws(PluginError) {
    conv1 = try Conv2d(&checkpoint, "\(key).conv1.conv2d", (channels, channels), kernel: 3)
    in1 = try InstanceNorm2d(&checkpoint, "\(key).in1", channels, mix)
    conv2 = try Conv2d(&checkpoint, "\(key).conv2.conv2d", (channels, channels), kernel: 3)
    in2 = try InstanceNorm2d(&checkpoint, "\(key).in2", channels, mix)
  }

  /// Takes `key/conv1` and `key/conv2` with their norms, as Magenta lays them.
  init(magenta checkpoint: inout Checkpoint, _ key: String, _ channels: Int, _ mix: StyleMix) throws(PluginError) {
    conv1 = try Conv2d(tensorFlow: &checkpoint, "\(key)/conv1", (channels, channels), kernel: 3)
    in1 = try InstanceNorm2d(magenta: &checkpoint, "\(key)/conv1", channels, mix)
    conv2 = try Conv2d(tensorFlow: &checkpoint, "\(key)/conv2", (channels, channels), kernel: 3)
    in2 = try InstanceNorm2d(magenta: &checkpoint, "\(key)/conv2", channels, mix)
  }

  /// x: [channels, h, w]. Gives the same shape.
  public func callAsFunction(_ x: Value, in graph: borrowing GraphBuilder) -> Value {
    let y = graph.relu(in1(conv1(x, in: graph), in: graph))
    return graph.add(x, in2(conv2(y, in: graph), in: graph))
  }

  /// Multiplications of one output pixel.
  public var multiplyAddsPerOutput: Double { conv1.multiplyAddsPerOutput + conv2.multiplyAddsPerOutput }
}
