// Weights of classifiers by a formula, the same as in make_classifier_reference.py.
import Weights

/// Makes the tensors of the classifiers that SFIT learns from; shapes are written down independently of those in Networks.
enum SeededClassifiers {
  /// The numbers of `SeededPairs`, but scales of norms, variances and lengths of rows are about 1.
  static func numbers(_ name: String, _ shape: [Int]) -> [Float] {
    let isScale = shape.count == 1 && (name.hasSuffix("weight") || name.hasSuffix("running_var"))
    let isLength = shape.count == 2 && (name.hasSuffix("weight_g") || name.hasSuffix("original0"))
    return SeededPairs.numbers(name, shape).map { isScale || isLength ? $0 + 1 : $0 }
  }

  private typealias Row = (name: String, shape: [Int])

  private static func norm(_ key: String, _ planes: Int) -> [Row] {
    ["weight", "bias", "running_mean", "running_var"].map { (name: "\(key).\($0)", shape: [planes]) }
  }

  /// Weight and bias.
  private static func layer(_ key: String, _ shape: [Int]) -> [Row] {
    [(name: "\(key).weight", shape: shape), (name: "\(key).bias", shape: [shape[0]])]
  }

  /// The rows of the fixture of this name.
  private static func rows(_ name: String) -> [Row] {
    switch name {
    case "lenet", "lenet_grey":
      let convolutions =
        layer("encoder.0", [4, name == "lenet" ? 3 : 1, 5, 5]) + layer("encoder.3", [5, 4, 5, 5])
      return convolutions + layer("fc1", [12, 80]) + layer("fc2", [10, 12])
    case "lenet_shot":
      let convolutions =
        layer("base.conv_params.0", [4, 3, 5, 5]) + layer("base.conv_params.3", [5, 4, 5, 5])
      let neck = layer("bottleneck.bottleneck", [6, 80]) + norm("bottleneck.bn", 6)
      let key = "classifier.fc.parametrizations.weight.original"
      return convolutions + neck + [(name: key + "0", shape: [10, 1]), (name: key + "1", shape: [10, 6])]
    case "resnet":
      let neck = layer("bottleneck", [6, 16]) + norm("bn", 6)
      let last: [Row] = [
        (name: "fc.bias", shape: [5]), (name: "fc.weight_g", shape: [5, 1]), (name: "fc.weight_v", shape: [5, 6]),
      ]
      return trunk(stem: "conv1", norm: "bn1") { "layer\($0)" } + neck + last
    default:
      let neck = layer("bottleneck.bottleneck", [6, 16]) + norm("bottleneck.bn", 6)
      let last: [Row] = [(name: "classifier.fc.weight", shape: [5, 6])]
      return trunk(stem: "base.0", norm: "base.1") { "base.\($0 + 3)" } + neck + last
    }
  }

  /// A ResNet of 1, 2, 1 and 1 blocks.
  private static func trunk(stem: String, norm first: String, _ row: (Int) -> String) -> [Row] {
    var rows: [Row] = [(name: "\(stem).weight", shape: [4, 3, 7, 7])]
    rows += norm(first, 4)
    var planes = 4
    for (number, (count, inner, outer)) in [(1, 2, 8), (2, 3, 8), (1, 4, 12), (1, 4, 16)].enumerated() {
      for block in 0..<count {
        let key = "\(row(number + 1)).\(block)"
        let taken = block == 0 ? planes : outer
        rows += [
          (name: "\(key).conv1.weight", shape: [inner, taken, 1, 1]),
          (name: "\(key).conv2.weight", shape: [inner, inner, 3, 3]),
          (name: "\(key).conv3.weight", shape: [outer, inner, 1, 1]),
        ]
        rows += norm("\(key).bn1", inner) + norm("\(key).bn2", inner) + norm("\(key).bn3", outer)
        if block == 0 {
          rows.append((name: "\(key).downsample.0.weight", shape: [outer, taken, 1, 1]))
          rows += norm("\(key).downsample.1", outer)
        }
      }
      planes = outer
    }
    return rows
  }

  /// All tensors of the classifier of a fixture, every key behind `prefix`; numbers are those of the keys without it.
  static func tensors(_ name: String, prefix: String = "") throws -> [NamedTensor] {
    var tensors: [NamedTensor] = []
    for row in rows(name) {
      var floats = numbers(row.name, row.shape)
      if name == "resnet_numbered", row.name.hasPrefix("bottleneck.bn.running") {
        floats = floats.map { _ in row.name.hasSuffix("var") ? 1 : 0 }
      }
      tensors.append(try NamedTensor(name: prefix + row.name, shape: row.shape, floats: floats))
    }
    return tensors
  }
}
