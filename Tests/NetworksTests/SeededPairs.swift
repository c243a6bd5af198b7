// Weights of AdaIN nets and of a residual generator by a formula, the same as in make_pair_reference.py.
import SeededNumbers
import Weights

/// Makes the tensors of networks of any width from their names; shapes are written down independently of those in Networks.
enum SeededPairs {
  /// Uniform numbers of He's variance; those of the last convolution fill the range of pixels.
  static func numbers(_ name: String, _ shape: [Int]) -> [Float] {
    let factor: Double = ["decoder.28.weight": 12, "model.28.weight": 0.5][name] ?? 1
    return SeededNumbers.he(name, shape, times: factor, around: name == "decoder.28.bias" ? 0.5 : 0)
  }

  private static func tensors(_ convolutions: [(String, [Int])]) throws -> [NamedTensor] {
    try convolutions.flatMap { [("\($0).weight", $1), ("\($0).bias", [$1[0]])] }.map { name, shape in
      try NamedTensor(name: name, shape: shape, floats: numbers(name, shape))
    }
  }

  /// Both networks in one file.
  static func adain(width w: Int = 4) throws -> [NamedTensor] {
    func rows(_ prefix: String, _ planes: [(Int, Int, Int)]) -> [(String, [Int])] {
      planes.map { ("\(prefix).\($0)", [$2, $1, 3, 3]) }
    }
    let encoder = [
      (2, 3, w), (5, w, w), (9, w, 2 * w), (12, 2 * w, 2 * w), (16, 2 * w, 4 * w), (19, 4 * w, 4 * w),
      (22, 4 * w, 4 * w), (25, 4 * w, 4 * w), (29, 4 * w, 8 * w),
    ]
    let decoder = [
      (1, 8 * w, 4 * w), (5, 4 * w, 4 * w), (8, 4 * w, 4 * w), (11, 4 * w, 4 * w), (14, 4 * w, 2 * w),
      (18, 2 * w, 2 * w), (21, 2 * w, w), (25, w, w), (28, w, 3),
    ]
    return try tensors([("encoder.0", [3, 3, 1, 1])] + rows("encoder", encoder) + rows("decoder", decoder))
  }

  /// The networks behind one prefix, without it: as they come in files of their own.
  private static func part(_ prefix: String, width: Int) throws -> [NamedTensor] {
    try adain(width: width).filter { $0.name.hasPrefix(prefix) }.map { $0.renamed(String($0.name.dropFirst(8))) }
  }

  /// decoder.pth
  static func decoder(width: Int = 4) throws -> [NamedTensor] { try part("decoder.", width: width) }

  /// vgg_normalised.pth, with some of what stands behind relu4_1.
  static func encoder(width w: Int = 4) throws -> [NamedTensor] {
    let rest = try ["32", "51"].map {
      try NamedTensor(name: "\($0).bias", shape: [8 * w], floats: numbers($0, [8 * w]))
    }
    return try part("encoder.", width: w) + rest
  }

  /// A residual generator of nine blocks.
  static func cut(width c: Int = 4) throws -> [NamedTensor] {
    let blocks = (10..<19).flatMap { n in [1, 5].map { ("model.\(n).conv_block.\($0)", [4 * c, 4 * c, 3, 3]) } }
    return try tensors(
      [("model.1", [c, 3, 7, 7]), ("model.4", [2 * c, c, 3, 3]), ("model.7", [4 * c, 2 * c, 3, 3])] + blocks
        + [("model.20", [2 * c, 4 * c, 3, 3]), ("model.24", [c, 2 * c, 3, 3]), ("model.28", [3, c, 7, 7])])
  }

  /// A real-time AdaIN. Its numbers are those of the names behind "4379.", where hardly any rectifier is dead: most numbers leave half of them so.
  static func realtimeAdaIN(width c: Int = 4) throws -> [NamedTensor] {
    let blocks: [(String, Int, Int)] = [("enc1", 2 * c), ("dec1", 2 * c), ("dec2", 2 * c), ("dec3", c)].flatMap {
      [("\($0).conv1", $1, $1), ("\($0).conv2", $1, $1)]
    }
    let convolutions: [(String, Int, Int)] =
      [("stem", 48, c), ("down", c, 2 * c), ("up1", 2 * c, c), ("up2", c, c / 2), ("out", c / 2, 12)] + blocks
    let shapes: [(String, [Int])] = convolutions.flatMap { key, planes, out in
      [("\(key).conv2d.weight", [out, planes, 3, 3]), ("\(key).conv2d.bias", [out])]
    }
    return try shapes.map { name, shape in
      try NamedTensor(name: name, shape: shape, floats: SeededNumbers.he("4379.\(name)", shape))
    }
  }
}
