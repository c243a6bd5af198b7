// Narrow VGGs as tensors of a file, with numbers by a formula.
import SeededNumbers
import Weights

/// Makes the tensors of a VGG.
enum SeededVGG {
  /// Under torchvision's names, which the numbers are made of; `renamed` gives others from a name and the stage and place of the convolution.
  static func tensors(
    depth: Int = 16, width: Int = 4, count: Int = .max,
    renamed: (_ name: String, _ place: String) -> String = { name, _ in name }
  ) throws -> [NamedTensor] {
    try SeededNumbers.vgg(depth: depth, width: width, count: count).map { tensor in
      try NamedTensor(name: renamed(tensor.name, tensor.place), shape: tensor.shape, floats: tensor.floats)
    }
  }
}
