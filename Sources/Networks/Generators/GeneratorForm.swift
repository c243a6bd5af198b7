// In which of its published forms a residual generator comes, read from its keys.
import PluginKit

/// What differs between the residual generators of CycleGAN, CUT, SFIT and their kin.
///
/// All are one Sequential, `model`: 7x7, two reductions, residual blocks, two enlargements, 7x7, tanh. The number of a key tells
/// where its module stands, and so which modules without keys stand before it.
struct GeneratorForm: Equatable, Sendable {
  /// How a picture is halved.
  enum Reduction: Sendable {
    /// By a 3x3 convolution at every second pixel.
    case strided
    /// By a 3x3 convolution at every pixel, then `BlurDown`.
    case blurred
  }

  /// How it is doubled again.
  enum Enlargement: Sendable {
    /// By repeated pixels, then a 3x3 convolution.
    case nearest
    /// By a transposed 3x3 convolution.
    case transposed
    /// By `BlurUp`, then a 3x3 convolution.
    case blurred
  }

  var reduction = Reduction.strided
  var enlargement = Enlargement.nearest
  /// What the 3x3 convolutions outside the blocks see beyond the border.
  var padding = PadMode.zero
  /// What stands between a block's number and those of its layers.
  var blockName = "conv_block"
  var blockCount = 9
  /// The blocks' convolutions are separable.
  var isMobile = false
  /// Norms have learnt a scale and a shift.
  var isAffine = false

  /// Where the first block stands, and the first module behind the blocks.
  var firstBlock: Int { reduction == .strided ? 10 : 12 }
  var end: Int { firstBlock + blockCount }

  /// Blocks that a generator has at most.
  static let maximumBlocks = 64

  /// The form of a file; nil where it is no residual generator.
  init?(_ file: Checkpoint) {
    func isBlock(_ number: Int, _ name: String) -> Bool {
      ["1.weight", "1.conv.0.weight"].contains { file.has("model.\(number).\(name).\($0)") }
    }
    let places = [(10, Reduction.strided), (12, .blurred)].flatMap { place in
      ["conv_block", "block"].map { (number: place.0, reduction: place.1, name: $0) }
    }
    guard file.has("model.1.weight"), let place = places.first(where: { isBlock($0.number, $0.name) }) else {
      return nil
    }
    (reduction, blockName) = (place.reduction, place.name)
    blockCount = (0..<Self.maximumBlocks).prefix { isBlock(place.number + $0, place.name) }.count
    isMobile = file.has("model.\(place.number).\(place.name).1.conv.0.weight")
    isAffine = file.has("model.2.weight")
    if file.has("model.\(end).weight") {
      enlargement = .transposed
    } else if file.has("model.\(end).filt") || reduction == .blurred {
      enlargement = .blurred
    } else {
      // The house's own generator reflects every border; those of the authors see zeros around the 3x3 convolutions.
      padding = blockName == "conv_block" ? .reflect : .zero
    }
  }

  /// A form from its parts.
  init(blockName: String, blockCount: Int, padding: PadMode) {
    (self.blockName, self.blockCount, self.padding) = (blockName, blockCount, padding)
  }

  /// CUT's, and CycleGAN's.
  static func cut(blocks: Int) -> GeneratorForm {
    var form = GeneratorForm(blockName: "conv_block", blockCount: blocks, padding: .zero)
    (form.reduction, form.enlargement) = (.blurred, .blurred)
    return form
  }
  static func cycleGAN(blocks: Int) -> GeneratorForm {
    var form = GeneratorForm(blockName: "conv_block", blockCount: blocks, padding: .zero)
    form.enlargement = .transposed
    return form
  }

  /// SFIT's form: enlarged by repeated pixels, as no other with blocks of this name is.
  var isSFIT: Bool { blockName == "block" && reduction == .strided && enlargement == .nearest && !isAffine }

  /// In words: "CUT, blur filters".
  var description: String {
    let blocks = isMobile ? ", separable blocks" : ""
    let norms = isAffine ? ", affine norms" : ""
    switch (reduction, enlargement) {
    case (.blurred, .blurred): return "CUT, blur filters" + blocks + norms
    case (.blurred, _): return "CUT, blur filters and transposed convolutions" + blocks + norms
    case (.strided, .blurred): return "CUT, blur filters in enlargements" + blocks + norms
    case (.strided, .transposed): return "CycleGAN, transposed convolutions" + blocks + norms
    case (.strided, .nearest):
      let borders = padding == .reflect ? ", reflected borders" : ""
      return "nearest enlargement" + borders + blocks + norms
    }
  }
}
