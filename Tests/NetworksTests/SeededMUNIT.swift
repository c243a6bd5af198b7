// Weights of MUNIT's generators by a formula, the same as in make_munit_reference.py.
import SeededNumbers
import Weights

/// Makes the tensors of both domains; shapes are written down independently of those in Networks.
enum SeededMUNIT {
  /// Uniform numbers of He's variance; gammas between 0 and 1; those of the last convolution fill the range of pixels.
  static func numbers(_ name: String, _ shape: [Int]) -> [Float] {
    let seed = name.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
    var (spread, middle) = (0.1, 0.0)
    if shape.count > 1 { spread = (6 / Double(shape[1...].reduce(1, *))).squareRoot() }
    if name.hasSuffix("dec.model.5.conv.weight") { spread *= 0.3 }
    if name.hasSuffix(".gamma") { (spread, middle) = (0.5, 0.5) }
    return (0..<shape.reduce(1, *)).map { i in
      let u = Double(SeededNumbers.mix(seed &+ UInt32(i))) / 4_294_967_296 * 2 - 1
      return Float(u * spread + middle)
    }
  }

  /// Names and shapes of one domain's generator, with the running statistics that old files have.
  static func shapes(_ prefix: String, width c: Int, blocks: Int = 2, perceptron p: Int = 16) -> [(String, [Int])] {
    var layers: [(String, [Int])] = [
      ("enc_style.model.0.conv", [c, 3, 7, 7]), ("enc_style.model.1.conv", [2 * c, c, 4, 4]),
      ("enc_style.model.2.conv", [4 * c, 2 * c, 4, 4]), ("enc_style.model.3.conv", [4 * c, 4 * c, 4, 4]),
      ("enc_style.model.4.conv", [4 * c, 4 * c, 4, 4]), ("enc_style.model.6", [8, 4 * c, 1, 1]),
      ("enc_content.model.0.conv", [c, 3, 7, 7]), ("enc_content.model.1.conv", [2 * c, c, 4, 4]),
      ("enc_content.model.2.conv", [4 * c, 2 * c, 4, 4]), ("dec.model.2.conv", [2 * c, 4 * c, 5, 5]),
      ("dec.model.4.conv", [c, 2 * c, 5, 5]), ("dec.model.5.conv", [3, c, 7, 7]), ("mlp.model.0.fc", [p, 8]),
      ("mlp.model.1.fc", [p, p]), ("mlp.model.2.fc", [16 * c * blocks, p]),
    ]
    var others: [(String, [Int])] = [("enc_content.model.0.norm.running_mean", [c])]
    for part in ["enc_content.model.3", "dec.model.0"] {
      for block in 0..<blocks {
        for i in 0..<2 {
          layers.append(("\(part).model.\(block).model.\(i).conv", [4 * c, 4 * c, 3, 3]))
          others.append(("\(part).model.\(block).model.\(i).norm.running_var", [4 * c]))
        }
      }
    }
    for (name, planes) in [("dec.model.2", 2 * c), ("dec.model.4", c)] {
      others += [("\(name).norm.gamma", [planes]), ("\(name).norm.beta", [planes])]
    }
    let tensors = layers.flatMap { [("\($0).weight", $1), ("\($0).bias", [$1[0]])] } + others
    return tensors.map { (prefix + $0, $1) }
  }

  /// The generators of both domains.
  static func tensors(width: Int = 4) throws -> [NamedTensor] {
    try (shapes("a.", width: width) + shapes("b.", width: width)).map { name, shape in
      try NamedTensor(name: name, shape: shape, floats: numbers(name, shape))
    }
  }
}
