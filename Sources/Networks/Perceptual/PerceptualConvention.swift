// How published codes weigh content and style: the same words with other numbers in each.
import PluginKit

/// The conventions of one code: what it divides by, which layers it takes, and how much of what.
public enum PerceptualConvention: String, CaseIterable, Sendable {
  /// jcjohnson/neural-style (Lua): means of squares; variation as a gradient of squared differences.
  case neuralStyle = "neural-style"
  /// ProGamerGov/neural-style-pt: the same, variation as a sum of sizes.
  case neuralStylePT = "neural-style-pt"
  /// Gatys, Ecker, Bethge: Image Style Transfer Using Convolutional Neural Networks, CVPR 2016: half the sum of squares, features before
  /// their ReLU, Grams divided by pixels alone.
  case gatys
  /// pytorch/examples, fast_neural_style: no variation, features of a torchvision VGG-16.
  case pytorchExamples = "pytorch-examples"
  /// jcjohnson/fast-neural-style (Lua), and Johnson, Alahi, Fei-Fei: Perceptual Losses, ECCV 2016.
  case fastNeuralStyle = "fast-neural-style"

  /// What the authors optimise, of a VGG of their own choice: layers and weights.
  public var recipe: PerceptualRecipe {
    let style = ["relu1_2", "relu2_2", "relu3_3", "relu4_3"]
    let first = (1...5).map { "relu\($0)_1" }
    switch self {
    case .neuralStyle, .neuralStylePT: return make(["relu4_2"], first, (5, 100, 1e-3))
    // The paper's a / b is 1e-3 to 1e-4.
    case .gatys: return make(["conv4_2"], (1...5).map { "conv\($0)_1" }, (1, 1000, 0), share: 1 / 5)
    case .pytorchExamples: return make(["relu2_2"], style, (1e5, 1e10, 0))
    case .fastNeuralStyle: return make(["relu3_3"], style, (1, 5, 1e-6))
    }
  }

  /// What a Gram matrix is divided by.
  var gramDivisor: ProductsDivisor { self == .gatys ? .pixels : .elements }

  /// Content is half the sum of squared differences instead of their mean.
  var contentIsHalfOfSum: Bool { self == .gatys }

  /// What the mean of squared differences of two Grams is multiplied by. The paper's 1 / (4 c^2 (h w)^2) of sums over products that were divided
  /// by nothing is a quarter of the mean.
  var styleFactor: Double { self == .gatys ? 0.25 : 1 }

  /// Variation is a sum of sizes instead of half the sum of squares.
  var variationIsOfSizes: Bool { self == .neuralStylePT }

  private func make(
    _ content: [String], _ style: [String], _ weights: (content: Double, style: Double, variation: Double),
    share: Double = 1
  ) -> PerceptualRecipe {
    var recipe = PerceptualRecipe(self)
    recipe.content = content.compactMap { VGGLayer($0) }.map { .init($0, 1) }
    recipe.style = style.compactMap { VGGLayer($0) }.map { .init($0, share) }
    (recipe.contentWeight, recipe.styleWeight, recipe.variationWeight) = weights
    return recipe
  }
}
