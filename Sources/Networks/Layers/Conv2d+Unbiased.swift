// The convolution in front of a batch norm, which has a shift of its own.
import PluginKit

extension Conv2d {
  /// Takes `key.weight` [out, in, kernel, kernel] and no bias; what lies beyond the border is zero.
  init(
    unbiased file: inout Checkpoint, _ key: String, _ channels: (in: Int, out: Int), kernel: Int, stride: Int = 1
  ) throws(PluginError) {
    (inChannels, outChannels) = (channels.in, channels.out)
    self.kernel = kernel
    self.stride = stride
    (padding, groups) = (.zero, 1)
    weight = try file.tensor("\(key).weight", [channels.out, channels.in, kernel, kernel])
    bias = nil
  }
}
