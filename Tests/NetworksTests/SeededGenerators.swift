// Weights of residual generators of every form by a formula, the same as in make_generator_reference.py.
import SeededNumbers
import Weights

/// Makes the tensors of generators from their names; shapes are written down independently of those in Networks.
enum SeededGenerators {
  /// Uniform numbers of He's variance. The first convolution is so weak that the epsilon of the norm behind it counts: without that
  /// the norm hides any scale of the picture.
  static func numbers(_ name: String, _ shape: [Int]) -> [Float] {
    let seed = name.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
    var (spread, middle) = (0.25, 0.0)
    if shape.count == 4 {
      spread = (6 / Double(shape[1] * shape[2] * shape[3])).squareRoot()
    } else if shape[0] > 3 && name.hasSuffix(".weight") {
      middle = 1
    }
    if name == "model.1.weight" { spread *= 0.005 }
    if shape.suffix(2) == [7, 7] && shape[0] <= 3 { spread *= 0.5 }
    return (0..<shape.reduce(1, *)).map { i in
      let u = Double(SeededNumbers.mix(seed &+ UInt32(i))) / 4_294_967_296 * 2 - 1
      return Float(u * spread + middle)
    }
  }

  /// What a form is made of.
  struct Recipe {
    /// After the first convolution, the reductions and the enlargements.
    var planes = [4, 8, 16, 8, 4]
    /// Planes inside each block.
    var inner: [Int]
    var isBlurredDown = false
    enum Enlargement { case nearest, transposed, blurred }
    var up = Enlargement.transposed
    var block = "conv_block"
    /// Number of a block's second convolution.
    var second = 5
    var isMobile = false, isAffine = false
    var colours = 3
  }

  static let recipes: [String: Recipe] = [
    "cut9": Recipe(inner: Array(repeating: 16, count: 9), isBlurredDown: true, up: .blurred),
    "cut6": Recipe(inner: Array(repeating: 16, count: 6), isBlurredDown: true, up: .blurred),
    "no_antialias": Recipe(inner: Array(repeating: 16, count: 6), up: .blurred),
    "no_antialias_up": Recipe(inner: Array(repeating: 16, count: 6), isBlurredDown: true),
    "cyclegan": Recipe(inner: Array(repeating: 16, count: 9)),
    "dropout": Recipe(inner: Array(repeating: 16, count: 6), second: 6),
    "affine": Recipe(inner: Array(repeating: 16, count: 9), block: "block", isAffine: true),
    "mobile": Recipe(planes: [4, 6, 16, 5, 3], inner: [10, 16, 12], second: 6, isMobile: true),
    "sfit": Recipe(inner: Array(repeating: 16, count: 3), up: .nearest, block: "block"),
    "sfit_grey": Recipe(inner: Array(repeating: 16, count: 3), up: .nearest, block: "block", colours: 1),
  ]

  /// All tensors of a form, every key behind `prefix`; numbers are those of the keys without it.
  static func tensors(_ form: String, prefix: String = "") throws -> [NamedTensor] {
    guard let recipe = recipes[form] else { return [] }
    return try rows(recipe).map { name, shape in
      let floats = name.hasSuffix(".filt") ? filter(shape) : numbers(name, shape)
      return try NamedTensor(name: prefix + name, shape: shape, floats: floats)
    }
  }

  /// The numbers of the buffers of CUT's blur filters.
  static func filter(_ shape: [Int]) -> [Float] {
    let row: [Float] = shape[2] == 3 ? [1, 2, 1] : [1, 3, 3, 1]
    return (0..<shape[0]).flatMap { _ in row.flatMap { a in row.map { a * $0 / 16 } } }
  }

  static func rows(_ recipe: Recipe) -> [(name: String, shape: [Int])] {
    var rows: [(String, [Int])] = []
    var (n, c) = (1, recipe.planes[0])
    func layer(_ key: String, _ shape: [Int], out: Int) -> [(String, [Int])] {
      [("\(key).weight", shape), ("\(key).bias", [out])]
    }
    func norm(_ key: String, _ planes: Int) -> [(String, [Int])] {
      recipe.isAffine ? layer(key, [planes], out: planes) : []
    }
    rows += layer("model.1", [c, recipe.colours, 7, 7], out: c) + norm("model.2", c)
    n = 4
    for planes in recipe.planes[1...2] {
      rows += layer("model.\(n)", [planes, c, 3, 3], out: planes) + norm("model.\(n + 1)", planes)
      n += 3
      c = planes
      if recipe.isBlurredDown {
        rows.append(("model.\(n).filt", [c, 1, 3, 3]))
        n += 1
      }
    }
    for inner in recipe.inner {
      for (i, from, to) in [(1, c, inner), (recipe.second, inner, c)] {
        let key = "model.\(n).\(recipe.block).\(i)"
        if recipe.isMobile {
          rows +=
            layer("\(key).conv.0", [from, 1, 3, 3], out: from) + layer("\(key).conv.2", [to, from, 1, 1], out: to)
        } else {
          rows += layer(key, [to, from, 3, 3], out: to) + norm("model.\(n).\(recipe.block).\(i + 1)", to)
        }
      }
      n += 1
    }
    for planes in recipe.planes[3...4] {
      if recipe.up == .blurred { rows.append(("model.\(n).filt", [c, 1, 4, 4])) }
      if recipe.up != .transposed { n += 1 }
      let shape = recipe.up == .transposed ? [c, planes, 3, 3] : [planes, c, 3, 3]
      rows += layer("model.\(n)", shape, out: planes) + norm("model.\(n + 1)", planes)
      n += 3
      c = planes
    }
    return rows + layer("model.\(n + 1)", [recipe.colours, c, 7, 7], out: recipe.colours)
  }
}
