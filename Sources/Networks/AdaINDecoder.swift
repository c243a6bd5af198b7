// The decoder of AdaIN: VGG-19 backwards.
import PluginKit

/// From features of relu4_1 back to a picture: the mirror of `VGG19Encoder` with nearest enlargement for pools and no norms,
/// in the form of naoto0804's `decoder.pth`.
public struct AdaINDecoder {
  /// Convolutions of equal resolution; between stages the picture is enlarged. All but the very last are followed by a ReLU.
  let stages: [[Conv2d]]

  /// Numbers of the convolutions in the Sequential, stage by stage.
  static let keys = [[1], [5, 8, 11, 14], [18, 21], [25, 28]]

  /// Planes that go in and out of convolution `i` of stage `s` of a pair of this width.
  static func planes(_ width: Int, stage s: Int, _ i: Int) -> (in: Int, out: Int) {
    let planes = width << (3 - s)
    guard i == keys[s].count - 1 else { return (planes, planes) }
    return (planes, s == 3 ? 3 : planes / 2)
  }

  /// Takes `1`, `5`, ... `28` behind `prefix`.
  public init(_ file: inout Checkpoint, prefix: String, width: Int) throws(PluginError) {
    var stages: [[Conv2d]] = []
    for (s, keys) in Self.keys.enumerated() {
      var stage: [Conv2d] = []
      for (i, key) in keys.enumerated() {
        stage.append(try Conv2d(&file, "\(prefix)\(key)", Self.planes(width, stage: s, i), kernel: 3))
      }
      stages.append(stage)
    }
    self.stages = stages
  }

  /// features: [8 * width, h, w]. Gives [3, 8 * h, 8 * w], nominally 0...1.
  public func callAsFunction(_ features: Value, in g: borrowing GraphBuilder) -> Value {
    var x = features
    for (s, stage) in stages.enumerated() {
      if s > 0 { x = g.upsampleNearest(x, factor: 2) }
      for (i, conv) in stage.enumerated() {
        x = conv(x, in: g)
        if s < stages.count - 1 || i < stage.count - 1 { x = g.relu(x) }
      }
    }
    return x
  }

  /// Multiplications of one pixel of the picture.
  public var multiplyAddsPerPixel: Double {
    stages.enumerated().reduce(0) { sum, stage in
      sum + stage.element.reduce(0) { $0 + $1.multiplyAddsPerOutput } / Double(1 << (2 * (3 - stage.offset)))
    }
  }

  /// Adds the tensors of a decoder that has learnt nothing yet.
  static func fresh(_ net: inout FreshNetwork, width: Int, prefix: String) {
    for (s, keys) in keys.enumerated() {
      for (i, key) in keys.enumerated() { net.conv2d("\(prefix)\(key)", planes(width, stage: s, i), kernel: 3) }
    }
  }
}
