// The front of VGG-19 as AdaIN reads pictures with it.
import PluginKit

/// VGG-19 up to relu4_1 with reflected borders, and a leading 1x1 convolution that turns R G B of 0...1 into what the rest was
/// trained on.
///
/// Simonyan, Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition, ICLR 2015. Every layer is as wide as
/// the file says, so that distilled and pruned ones run too.
struct AdaINEncoder {
  /// 1x1, 3 planes to 3.
  let normalise: Conv2d
  /// Convolutions of equal resolution, each followed by a ReLU; a pool stands between stages.
  let stages: [[Conv2d]]
  let roundsUp: Bool

  /// Planes after the first 3x3 convolution, 64 as published.
  var width: Int { stages[0][0].outChannels }
  /// Planes of the features, 512 as published.
  var features: Int { stages[stages.count - 1].last?.outChannels ?? 0 }
  /// Pixels of the picture along a side of one of the features.
  var reduction: Int { 1 << (stages.count - 1) }

  /// Takes the encoder's tensors of a form behind `prefix`.
  init(_ file: inout Checkpoint, _ form: AdaINForm, prefix: String) throws(PluginError) {
    normalise = try Conv2d(&file, "\(prefix)\(form.first)", (3, 3), kernel: 1)
    var (stages, planes): ([[Conv2d]], Int) = ([], 3)
    for keys in form.encoder { stages.append(try Conv2d.row(&file, keys.map { "\(prefix)\($0)" }, from: &planes)) }
    self.stages = stages
    roundsUp = form.roundsUp
  }

  /// image: [3, h, w], 0...1. Gives [features, ceil(h / 8), ceil(w / 8)]: where pools round down, the picture is reflected at
  /// bottom and right to the next multiple of 8.
  func callAsFunction(_ image: Value, in g: borrowing GraphBuilder) -> Value {
    layers(image, in: g).last?.last ?? image
  }

  /// What comes out of each convolution behind its ReLU, stage by stage.
  func layers(_ image: Value, in g: borrowing GraphBuilder) -> [[Value]] {
    var x = normalise(roundsUp ? image : g.padToMultiple(image, reduction, .reflect), in: g)
    var all: [[Value]] = []
    for (s, stage) in stages.enumerated() {
      if s > 0 { x = g.maxPool2d(x, size: 2, stride: 2, ceilMode: roundsUp) }
      all.append([])
      for conv in stage {
        x = g.relu(conv(x, in: g))
        all[s].append(x)
      }
    }
    return all
  }

  /// Multiplications of one pixel of the picture.
  var multiplyAddsPerPixel: Double {
    let stages = stages.enumerated().reduce(0) { sum, stage in
      sum + stage.element.reduce(0) { $0 + $1.multiplyAddsPerOutput } / Double(1 << (2 * stage.offset))
    }
    return normalise.multiplyAddsPerOutput + stages
  }

  /// Adds the tensors of an encoder of pytorch-AdaIN's form that has learnt nothing yet.
  static func fresh(_ net: inout FreshNetwork, width: Int, prefix: String) {
    net.identity("\(prefix)\(AdaINForm.numbered.first)", 3)
    var planes = 3
    for (s, keys) in AdaINForm.numbered.encoder.enumerated() {
      for key in keys {
        net.conv2d("\(prefix)\(key)", (planes, width << s), kernel: 3)
        planes = width << s
      }
    }
  }
}
