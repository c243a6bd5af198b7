// Weights of narrow VGGs by a formula, the same as in make_vgg_reference.py.

extension SeededNumbers {
  /// A tensor under its name in torchvision's files, of which its numbers are made; `place`: the stage of its convolution and the number in there,
  /// "3_2".
  public typealias VGGTensor = (name: String, place: String, shape: [Int], floats: [Float])

  /// What comes out of each convolution, pools as nil; `width` planes in the first stage.
  private static func layout(depth: Int, width w: Int) -> [Int?] {
    let long = depth == 19 ? 4 : 3
    let stages: [(Int, Int)] = [(2, w), (2, 2 * w), (long, 4 * w), (long, 8 * w), (long, 8 * w)]
    return stages.flatMap { count, planes in [Int?](repeating: planes, count: count) + [nil] }
  }

  /// The tensors of a VGG up to so many convolutions; shapes are written down independently of those in Networks.
  public static func vgg(depth: Int = 16, width: Int = 4, count: Int = .max) -> [VGGTensor] {
    var (tensors, number, planes, stage, i, made): ([VGGTensor], Int, Int, Int, Int, Int) = ([], 0, 3, 1, 1, 0)
    for out in layout(depth: depth, width: width) {
      guard let out else {
        (number, stage, i) = (number + 1, stage + 1, 1)
        continue
      }
      guard made < count else { break }
      for (part, shape) in [("weight", [out, planes, 3, 3]), ("bias", [out])] {
        let name = "features.\(number).\(part)"
        tensors.append((name, "\(stage)_\(i)", shape, he(name, shape)))
      }
      (number, planes, i, made) = (number + 2, out, i + 1, made + 1)
    }
    return tensors
  }
}
