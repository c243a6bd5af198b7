// The residual block of ResNets of fifty layers and more.
import PluginKit

/// relu(shortcut(x) + norm(1x1(relu(norm(3x3(relu(norm(1x1(x)))))))): the bottleneck of He et al. (Deep Residual Learning for Image Recognition,
/// CVPR 2016). A block that halves the picture does so in its 3x3 convolution, as torchvision has it (v1.5).
struct ResNetBlock {
  /// Planes that go.
  let outPlanes: Int
  private let stride: Int
  private let convolutions: [Conv2d], norms: [BatchNorm2d]
  /// What brings x to the planes and the size that are added to it; nil where it has them.
  private let shortcut: (convolution: Conv2d, norm: BatchNorm2d)?

  /// Takes `key.conv1` to `conv3`, `key.bn1` to `bn3`, and `key.downsample.0` and `.1` where the file has them. Planes inside and those that go are as many
  /// as the file has.
  init(_ file: inout Checkpoint, _ key: String, planes: Int, stride: Int) throws(PluginError) {
    let (inner, outer) = (file.extent(0, of: "\(key).conv1.weight"), file.extent(0, of: "\(key).conv3.weight"))
    convolutions = [
      try Conv2d(unbiased: &file, "\(key).conv1", (planes, inner), kernel: 1),
      try Conv2d(unbiased: &file, "\(key).conv2", (inner, inner), kernel: 3, stride: stride),
      try Conv2d(unbiased: &file, "\(key).conv3", (inner, outer), kernel: 1),
    ]
    norms = [
      try BatchNorm2d(&file, "\(key).bn1", inner), try BatchNorm2d(&file, "\(key).bn2", inner),
      try BatchNorm2d(&file, "\(key).bn3", outer),
    ]
    if planes != outer || stride != 1 || file.has("\(key).downsample.0.weight") {
      let convolution = try Conv2d(
        unbiased: &file, "\(key).downsample.0", (planes, outer), kernel: 1, stride: stride)
      shortcut = (convolution, try BatchNorm2d(&file, "\(key).downsample.1", outer))
    } else {
      shortcut = nil
    }
    (outPlanes, self.stride) = (outer, stride)
  }

  /// x: [planes, h, w]. Gives [outPlanes, ceil(h / stride), ceil(w / stride)].
  func callAsFunction(_ x: Value, in g: borrowing GraphBuilder) -> Value {
    var y = x
    for i in convolutions.indices {
      y = norms[i](convolutions[i](y, in: g), in: g)
      if i < convolutions.count - 1 { y = g.relu(y) }
    }
    guard let shortcut else { return g.relu(g.add(x, y)) }
    return g.relu(g.add(shortcut.norm(shortcut.convolution(x, in: g), in: g), y))
  }

  /// The side of what comes out of something of a side.
  func side(of side: Int) -> Int { (side - 1) / stride + 1 }
}
