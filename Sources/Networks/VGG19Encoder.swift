// The front of VGG-19 as AdaIN reads pictures with it.
import PluginKit

/// VGG-19 up to relu4_1, in the form of naoto0804's `vgg_normalised.pth`: reflected borders, pools that round up, and a leading
/// 1x1 convolution that turns R G B of 0...1 into what the rest was trained on.
///
/// Simonyan, Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition, ICLR 2015. Any width: 64 as published.
public struct VGG19Encoder {
  /// Planes after the first 3x3 convolution.
  public let width: Int
  /// Planes of the features: 8 times the width.
  public var features: Int { width * 8 }

  /// 1x1, 3 planes to 3.
  let normalise: Conv2d
  /// Convolutions of equal resolution, each followed by a ReLU; a pool stands between stages.
  let stages: [[Conv2d]]

  /// Numbers of the convolutions in the Sequential, stage by stage.
  static let keys = [[2, 5], [9, 12], [16, 19, 22, 25], [29]]

  /// A key of the part of VGG-19 behind relu4_1, which whole files carry and nothing here uses.
  public static func isBehind(_ key: String) -> Bool {
    guard let number = key.split(separator: ".").first.flatMap({ Int($0) }) else { return false }
    return number > 29
  }

  /// Planes that go in and out of convolution `i` of stage `s`.
  static func planes(_ width: Int, stage s: Int, _ i: Int) -> (in: Int, out: Int) {
    let out = width << s
    return (i > 0 ? out : s == 0 ? 3 : out / 2, out)
  }

  /// Takes `0`, `2`, `5`, ... `29` behind `prefix`.
  public init(_ file: inout Checkpoint, prefix: String) throws(PluginError) {
    let width = try file.width(fromFirst: "\(prefix)2.weight", kernel: 3)
    normalise = try Conv2d(&file, "\(prefix)0", (3, 3), kernel: 1)
    var stages: [[Conv2d]] = []
    for (s, keys) in Self.keys.enumerated() {
      var stage: [Conv2d] = []
      for (i, key) in keys.enumerated() {
        stage.append(try Conv2d(&file, "\(prefix)\(key)", Self.planes(width, stage: s, i), kernel: 3))
      }
      stages.append(stage)
    }
    self.width = width
    self.stages = stages
  }

  /// image: [3, h, w], 0...1. Gives [8 * width, ceil(h / 8), ceil(w / 8)].
  public func callAsFunction(_ image: Value, in g: borrowing GraphBuilder) -> Value {
    var x = normalise(image, in: g)
    for (s, stage) in stages.enumerated() {
      if s > 0 { x = g.maxPool2d(x, size: 2, stride: 2, ceilMode: true) }
      for conv in stage { x = g.relu(conv(x, in: g)) }
    }
    return x
  }

  /// Multiplications of one pixel of the picture.
  public var multiplyAddsPerPixel: Double {
    let stages = stages.enumerated().reduce(0) { sum, stage in
      sum + stage.element.reduce(0) { $0 + $1.multiplyAddsPerOutput } / Double(1 << (2 * stage.offset))
    }
    return normalise.multiplyAddsPerOutput + stages
  }

  /// Adds the tensors of an encoder that has learnt nothing yet.
  static func fresh(_ net: inout FreshNetwork, width: Int, prefix: String) {
    net.identity("\(prefix)0", 3)
    for (s, keys) in keys.enumerated() {
      for (i, key) in keys.enumerated() { net.conv2d("\(prefix)\(key)", planes(width, stage: s, i), kernel: 3) }
    }
  }
}
