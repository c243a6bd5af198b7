// The residual block of style networks.
import PluginKit

/// x + norm(conv(relu(norm(conv(x))))), with nothing after the sum.
public struct ResidualBlock {
  let conv1, conv2: Conv2d
  let in1, in2: InstanceNorm2d

  /// Takes `key.conv1.conv2d`, `key.in1`, `key.conv2.conv2d`, `key.in2`, all 3x3 on `channels` planes.
  public init(_ checkpoint: inout Checkpoint, _ key: String, _ channels: Int) throws(PluginError) {
    conv1 = try Conv2d(&checkpoint, "\(key).conv1.conv2d", (channels, channels), kernel: 3)
    in1 = try InstanceNorm2d(&checkpoint, "\(key).in1", channels)
    conv2 = try Conv2d(&checkpoint, "\(key).conv2.conv2d", (channels, channels), kernel: 3)
    in2 = try InstanceNorm2d(&checkpoint, "\(key).in2", channels)
  }

  /// Takes the convolutions `key.1` and `key.5`, 3x3 on `channels` planes, with norms that have nothing to learn: the blocks of
  /// CycleGAN and CUT, whose keys are numbers of a Sequential.
  public init(plain checkpoint: inout Checkpoint, _ key: String, _ channels: Int) throws(PluginError) {
    conv1 = try Conv2d(&checkpoint, "\(key).1", (channels, channels), kernel: 3)
    in1 = InstanceNorm2d()
    conv2 = try Conv2d(&checkpoint, "\(key).5", (channels, channels), kernel: 3)
    in2 = InstanceNorm2d()
  }

  /// x: [channels, h, w]. Gives the same shape.
  public func callAsFunction(_ x: Value, in graph: borrowing GraphBuilder) -> Value {
    let y = graph.relu(in1(conv1(x, in: graph), in: graph))
    return graph.add(x, in2(conv2(y, in: graph), in: graph))
  }

  /// Multiplications of one output pixel.
  public var multiplyAddsPerOutput: Double { conv1.multiplyAddsPerOutput + conv2.multiplyAddsPerOutput }
}
