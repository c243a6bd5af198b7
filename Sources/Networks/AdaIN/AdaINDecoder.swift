// The decoder of AdaIN: VGG-19 backwards.
import PluginKit

/// From features of relu4_1 back to a picture: the mirror of `AdaINEncoder` with nearest enlargement for pools and no norms.
struct AdaINDecoder {
  /// Convolutions of equal resolution; between stages the picture is enlarged. All but the very last are followed by a ReLU.
  /// (Collaborative-Distillation has one there too: what it cuts off is outside of the picture's range.)
  let stages: [[Conv2d]]

  /// Takes the decoder's tensors of a form behind `prefix`, for this many planes of features.
  init(_ file: inout Checkpoint, _ form: AdaINForm, prefix: String, features: Int) throws(PluginError) {
    var (stages, planes): ([[Conv2d]], Int) = ([], features)
    for keys in form.decoder { stages.append(try Conv2d.row(&file, keys.map { "\(prefix)\($0)" }, from: &planes)) }
    guard planes == 3 else {
      throw file.failure("its last convolution gives \(planes) planes, and a picture has 3")
    }
    self.stages = stages
  }

  /// features: [features, h, w]. Gives [3, 8 * h, 8 * w], nominally 0...1.
  func callAsFunction(_ features: Value, in g: borrowing GraphBuilder) -> Value {
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
  var multiplyAddsPerPixel: Double {
    stages.enumerated().reduce(0) { sum, stage in
      let scale = Double(1 << (2 * (stages.count - 1 - stage.offset)))
      return sum + stage.element.reduce(0) { $0 + $1.multiplyAddsPerOutput } / scale
    }
  }

  /// Adds the tensors of a decoder that has learnt nothing yet.
  /// - Parameters:
  ///   - width: planes before its last convolution.
  ///   - features: planes that come in; nil: as many as a mirrored encoder of this width gives.
  static func fresh(
    _ net: inout FreshNetwork, _ form: AdaINForm, width: Int, features: Int? = nil, prefix: String
  ) {
    var planes = features ?? width << (form.decoder.count - 1)
    for (s, keys) in form.decoder.enumerated() {
      let wide = width << (form.decoder.count - 1 - s)
      for (i, key) in keys.enumerated() {
        let isLast = i == keys.count - 1
        let out = !isLast ? wide : s == form.decoder.count - 1 ? 3 : wide / 2
        net.conv2d("\(prefix)\(key)", (planes, out), kernel: 3)
        planes = out
      }
    }
  }
}
