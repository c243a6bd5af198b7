// Weights of Johnson nets of several styles by a formula, the same as in make_styles_reference.py.
import Foundation
import SeededNumbers
import Weights

/// Makes the tensors from their names; shapes are written down independently of those in Networks.
enum SeededStyles {
  /// The net of pytorch/examples of width 4 with a row of every norm for each style.
  static func examples(styles: Int = 3) throws -> [NamedTensor] {
    try SeededWeights.shapes(width: 4).map { name, shape in
      let isNorm = shape.count == 1 && !name.contains(".conv2d.")
      let rows = isNorm ? [styles] + shape : shape
      return try NamedTensor(name: name, shape: rows, floats: SeededNumbers.tensor(name, rows))
    }
  }

  /// Magenta's net of width 4 and three styles, laid as TensorFlow lays it.
  static func magenta(width c: Int = 4, styles: Int = 3) throws -> [NamedTensor] {
    var stages = [
      ("contract/conv1", 9, 3, c), ("contract/conv2", 3, c, 2 * c), ("contract/conv3", 3, 2 * c, 4 * c),
      ("expand/conv1/conv", 3, 4 * c, 2 * c), ("expand/conv2/conv", 3, 2 * c, c), ("expand/conv3/conv", 9, c, 3),
    ]
    for r in 1...5 { for i in 1...2 { stages.append(("residual/residual\(r)/conv\(i)", 3, 4 * c, 4 * c)) } }
    return try stages.flatMap { key, kernel, into, out in
      [
        ("\(key)/weights", [kernel, kernel, into, out]), ("\(key)/InstanceNorm/gamma", [styles, out]),
        ("\(key)/InstanceNorm/beta", [styles, out]),
      ]
    }.map { key, shape in
      try NamedTensor(name: "transformer/\(key)", shape: shape, floats: numbers("transformer/\(key)", shape))
    }
  }

  /// The first convolution is so weak that the epsilon of its norm counts: without that the norm hides any scale of the picture.
  private static func numbers(_ name: String, _ shape: [Int]) -> [Float] {
    let seed = name.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
    var spread = shape.count == 4 ? (6 / Double(shape[0] * shape[1] * shape[2])).squareRoot() : 0.25
    if name == "transformer/contract/conv1/weights" { spread *= 0.02 }
    let middle = name.hasSuffix("gamma") ? 1.0 : 0
    return (0..<shape.reduce(1, *)).map { i in
      let u = Double(SeededNumbers.mix(seed &+ UInt32(i))) / 4_294_967_296 * 2 - 1
      return Float(u * spread + middle)
    }
  }
}
