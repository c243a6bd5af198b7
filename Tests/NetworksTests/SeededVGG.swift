// Weights of narrow VGGs by a formula, the same as in make_vgg_reference.py.
import Weights

/// Makes the tensors of a VGG; shapes are written down independently of those in Networks.
enum SeededVGG {
  /// What comes out of each convolution, pools as nil; `width` planes in the first stage.
  static func layout(depth: Int, width w: Int) -> [Int?] {
    let long = depth == 19 ? 4 : 3
    let stages: [(Int, Int)] = [(2, w), (2, 2 * w), (long, 4 * w), (long, 8 * w), (long, 8 * w)]
    return stages.flatMap { count, planes in [Int?](repeating: planes, count: count) + [nil] }
  }

  /// Under torchvision's names, which the numbers are made of; `renamed` gives others from a name and the stage and place of the convolution.
  static func tensors(
    depth: Int = 16, width: Int = 4, count: Int = .max,
    renamed: (_ name: String, _ place: String) -> String = { $0 + $1.prefix(0) }
  ) throws -> [NamedTensor] {
    var (tensors, number, planes, stage, i, made): ([NamedTensor], Int, Int, Int, Int, Int) = ([], 0, 3, 1, 1, 0)
    for out in layout(depth: depth, width: width) {
      guard let out else {
        (number, stage, i) = (number + 1, stage + 1, 1)
        continue
      }
      guard made < count else { break }
      for (part, shape) in [("weight", [out, planes, 3, 3]), ("bias", [out])] {
        let name = "features.\(number).\(part)"
        tensors.append(
          try NamedTensor(
            name: renamed(name, "\(stage)_\(i)"), shape: shape, floats: SeededPairs.numbers(name, shape)))
      }
      (number, planes, i, made) = (number + 2, out, i + 1, made + 1)
    }
    return tensors
  }
}
