// In what form a VGG was published: how deep it is, and what its tensors are called.
import PluginKit

/// The convolutions of a VGG under the names that one published code gives them.
struct VGGForm {
  /// "VGG-16", "VGG-19": which of the two the names and numbers of convolutions tell.
  let name: String
  /// Where files of this form do not say what pixels they were trained on.
  let domain: VGGDomain
  /// Stage by stage.
  let stages: [[Conv2d.Names]]

  /// What the convolutions are called; `stage` and `convolution` count from 1, `layer` and `ordinal` from 0: the number in a Sequential of
  /// convolutions, ReLUs and pools, and that among convolutions alone.
  private enum Naming: CaseIterable {
    /// torchvision: "features.0.weight", or the numbers alone.
    case numbered
    /// Caffe: "conv1_1.weight".
    case named
    /// Caffe2 as ONNX: "conv1_1_w_0".
    case caffe2
    /// The ONNX zoo: "vgg0_conv0_weight".
    case zoo

    func names(stage: Int, convolution: Int, layer: Int, ordinal: Int) -> Conv2d.Names {
      switch self {
      case .numbered: ("\(layer).weight", "\(layer).bias")
      case .named: ("conv\(stage)_\(convolution).weight", "conv\(stage)_\(convolution).bias")
      case .caffe2: ("conv\(stage)_\(convolution)_w_0", "conv\(stage)_\(convolution)_b_0")
      case .zoo: ("vgg0_conv\(ordinal)_weight", "vgg0_conv\(ordinal)_bias")
      }
    }
  }

  private static let depths = [("VGG-16", [2, 2, 3, 3, 3]), ("VGG-19", [2, 2, 4, 4, 4])]

  /// The form of a file; nil where it is some other network's. Of a file that ends before the two depths differ it is VGG-16.
  /// Throws `badWeights` where a convolution is missing that a later one needs.
  init?(_ file: Checkpoint) throws(PluginError) {
    var best: (form: VGGForm, count: Int, gap: String?)?
    for naming in Naming.allCases {
      let first = naming.names(stage: 1, convolution: 1, layer: 0, ordinal: 0).weight
      let folder = file.prefixes(of: first).first {
        file.shape(of: $0 + first).map { $0.count == 4 && $0[1...] == [3, 3, 3] } ?? false
      }
      guard let folder else { continue }
      for (name, counts) in Self.depths {
        let all = Self.names(naming, counts, folder)
        let flat = all.flatMap(\.self)
        let present = flat.prefix { file.has($0.weight) }.count
        let gap = flat[present...].contains { file.has($0.weight) } ? flat[present].weight : nil
        var rest = present
        let stages = all.map { stage in
          let own = Array(stage.prefix(rest))
          rest -= own.count
          return own
        }
        let form = VGGForm(
          name: name, domain: naming == .numbered || naming == .zoo ? .torchvision : .caffe,
          stages: stages.filter { !$0.isEmpty })
        if best.map({ present > $0.count }) ?? true { best = (form, present, gap) }
      }
      break
    }
    guard let best else { return nil }
    if let gap = best.gap { throw file.failure("tensor '\(gap)' is missing") }
    self = best.form
  }

  private init(name: String, domain: VGGDomain, stages: [[Conv2d.Names]]) {
    (self.name, self.domain, self.stages) = (name, domain, stages)
  }

  private static func names(_ naming: Naming, _ counts: [Int], _ folder: String) -> [[Conv2d.Names]] {
    var (layer, ordinal) = (0, 0)
    return counts.enumerated().map { stage, count in
      let names = (1...count).map { i in
        let names = naming.names(
          stage: stage + 1, convolution: i, layer: layer + 2 * (i - 1), ordinal: ordinal + i - 1)
        return (weight: folder + names.weight, bias: folder + names.bias)
      }
      layer += 2 * count + 1
      ordinal += count
      return names
    }
  }
}
