// In what form a pair of encoder and decoder was published: what its tensors are called, and how its pools round.
import PluginKit

/// The layers of VGG-19 to relu4_1 and back, under the names that one published code gives them.
struct AdaINForm: Sendable, Equatable {
  /// For people: whose code.
  let name: String
  /// The 1x1 convolution that turns R G B of 0...1 into what the rest was trained on.
  let first: String
  /// The encoder's 3x3 convolutions of equal resolution, stage by stage, with a pool between stages.
  let encoder: [[String]]
  /// The decoder's, with an enlargement between stages.
  let decoder: [[String]]
  /// Pools of an odd size keep the last row and column: ceil_mode of PyTorch.
  let roundsUp: Bool

  /// naoto0804's pytorch-AdaIN: bare numbers of a Sequential.
  static let numbered = AdaINForm(
    name: "pytorch-AdaIN", first: "0", encoder: [["2", "5"], ["9", "12"], ["16", "19", "22", "25"], ["29"]],
    decoder: [["1"], ["5", "8", "11", "14"], ["18", "21"], ["25", "28"]], roundsUp: true)

  /// Wang et al.: Collaborative Distillation for Ultra-Resolution Universal Style Transfer, CVPR 2020: VGG's own names, at full
  /// width and at a quarter of it.
  static let named = AdaINForm(
    name: "Collaborative-Distillation", first: "conv0",
    encoder: [["conv11", "conv12"], ["conv21", "conv22"], ["conv31", "conv32", "conv33", "conv34"], ["conv41"]],
    decoder: [["conv41"], ["conv34", "conv33", "conv32", "conv31"], ["conv22", "conv21"], ["conv12", "conv11"]],
    roundsUp: false)

  /// Huang's AdaIN-style, the author's own: numbers of a Torch7 Sequential, which counts from 1.
  static let lua = AdaINForm(
    name: "AdaIN-style", first: "1", encoder: [["3", "6"], ["10", "13"], ["17", "20", "23", "26"], ["30"]],
    decoder: [["2"], ["6", "9", "12", "15"], ["19", "22"], ["26", "29"]], roundsUp: true)

  /// VGG-16, which Huang and Belongie did not use: what this program trains on features of such a network. Names are VGG's own.
  static let sixteen = AdaINForm(
    name: "VGG-16", first: "conv0",
    encoder: [["conv1_1", "conv1_2"], ["conv2_1", "conv2_2"], ["conv3_1", "conv3_2", "conv3_3"], ["conv4_1"]],
    decoder: [["conv4_1"], ["conv3_3", "conv3_2", "conv3_1"], ["conv2_2", "conv2_1"], ["conv1_2", "conv1_1"]],
    roundsUp: true)

  static let all = [numbered, named, lua, sixteen]

  /// "VGG-19", "VGG-16": whose convolutions the encoder has.
  var network: String { encoder[2].count == 3 ? "VGG-16" : "VGG-19" }

  /// A key that encoders carry and that nothing here uses: VGG-19 behind relu4_1, or the 1x1 convolutions that were compared with
  /// the large network while distilling. `last`: the number of the last convolution that is used.
  static func isUnused(_ key: String, behind last: Int) -> Bool {
    guard let layer = key.split(separator: ".").dropLast().last else { return false }
    return layer.hasSuffix("_aux") || Int(layer).map { $0 > last } ?? false
  }

  /// The shapes of weights that are kept as matrices, [out, in * height * width], as Torch7's SpatialConvolutionMM does: 1x1 of 3 planes
  /// to 3, the others 3x3.
  static func kernels(_ weights: WeightSet) -> [String: [Int]] {
    var kernels: [String: [Int]] = [:]
    for name in weights.names where name.hasSuffix("weight") {
      guard let shape = weights[name]?.shape, shape.count == 2 else { continue }
      if shape == [3, 3] { kernels[name] = [3, 3, 1, 1] }
      if shape[1] > 0, shape[1] % 9 == 0 { kernels[name] = [shape[0], shape[1] / 9, 3, 3] }
    }
    return kernels
  }

  /// What stands before the keys of an encoder of this form; nil where there is none.
  func encoderPrefix(_ file: Checkpoint) -> String? {
    guard let deep = encoder.last?.last else { return nil }
    return file.prefixes(of: "\(deep).weight").first { file.isKernel("\($0)\(first).weight", planes: 3, side: 1) }
  }

  /// What stands before the keys of a decoder of this form; nil where there is none.
  func decoderPrefix(_ file: Checkpoint) -> String? {
    guard let top = decoder.first?.first, let last = decoder.last?.last else { return nil }
    return file.prefixes(of: "\(last).weight").first {
      file.isKernel("\($0)\(last).weight", planes: 3, side: 3) && file.has("\($0)\(top).weight")
        && !file.has("\($0)\(first).weight")
    }
  }
}

/// What a model file holds of a pair.
struct AdaINPart {
  /// Which networks.
  enum Kind { case pair, decoder, encoder }

  let kind: Kind
  let form: AdaINForm
  /// What stands before the keys of the encoder and of the decoder.
  let prefixes: (encoder: String, decoder: String)

  /// What part of a pair the checkpoint is meant to be, and in which form; nil where it is some other network's.
  init?(_ file: Checkpoint) {
    let (front, back) = (AdaIN.encoderPrefix, AdaIN.decoderPrefix)
    let isNamed = [front, back].allSatisfy { name in file.keys.contains { $0.hasPrefix(name) } }
    for form in AdaINForm.all {
      let found = (encoder: form.encoderPrefix(file), decoder: form.decoderPrefix(file))
      switch (found.encoder, found.decoder) {
      case (nil, nil): continue
      case (_?, _?): kind = .pair
      case (_?, nil): kind = isNamed ? .pair : .encoder
      case (nil, _?): kind = isNamed ? .pair : .decoder
      }
      self.form = form
      prefixes = (found.encoder ?? front, found.decoder ?? back)
      return
    }
    return nil
  }
}

extension Checkpoint {
  /// There is a square kernel of this side that gives so many planes.
  fileprivate func isKernel(_ key: String, planes: Int, side: Int) -> Bool {
    shape(of: key).map { $0.count == 4 && $0[0] == planes && $0[2...] == [side, side] } ?? false
  }
}
