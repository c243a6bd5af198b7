// What a person has asked for, as numbers that are checked.
import Networks
import Optimisers
import PluginKit

/// How pictures are painted.
struct GatysSettings {
  /// Where the first numbers of a picture come from.
  enum Start: String, CaseIterable, Sendable {
    /// The result of the frame before, moved as the picture moved; the frame itself where there is none.
    case previous
    /// The frame itself.
    case content
    /// Hardly visible noise about a mean grey.
    case noise
  }

  /// Who makes the steps.
  enum Optimiser: String, CaseIterable, Sendable {
    /// L-BFGS with steps as long as its model says.
    case lbfgs
    /// The same with a line search.
    case wolfe
    case adam
  }

  /// The layers of a VGG and what they count.
  let recipe: PerceptualRecipe
  let start: Start
  let optimiser: Optimiser
  /// Of the optimiser; nil for its own.
  let rate: Double?
  /// Steps that L-BFGS remembers.
  let history: Int
  /// Evaluations of a picture at its smallest size; each larger one has half as many.
  let iterations: Int
  /// Evaluations of a picture that starts from the one before.
  let followingIterations: Int
  /// Ends where the loss fell by a smaller share in as many evaluations as `patience`; 0: never.
  let leastFall: Double
  /// Sizes that a picture is painted at, each half as large as the next.
  let levels: Int
  /// Of the style pictures' longer side, in shares of the frame's.
  let styleScale: Double
  /// How much more a pixel's difference to the frame before counts than the content's.
  let temporalShare: Double
  let seed: Int

  /// Evaluations over which the fall of the loss is measured.
  static let patience = 50

  /// - Parameter network: layers of the convention that it does not have are replaced; those that a person has named are not.
  init(_ parameters: Parameters, convention: PerceptualConvention, network: VGG) throws(PluginError) {
    var recipe = convention.recipe.fitted(to: network)
    let (content, style) = (parameters[Gatys.contentLayers], parameters[Gatys.styleLayers])
    if !content.isEmpty { recipe.content = try PerceptualRecipe.terms(content, key: "content-layers") }
    if !style.isEmpty { recipe.style = try PerceptualRecipe.terms(style, key: "style-layers") }
    recipe.contentWeight = try Self.number(parameters[Gatys.contentWeight], "content-weight") ?? recipe.contentWeight
    recipe.styleWeight = try Self.number(parameters[Gatys.styleWeight], "style-weight") ?? recipe.styleWeight
    recipe.variationWeight = try Self.number(parameters[Gatys.variation], "tv") ?? recipe.variationWeight
    guard recipe.contentWeight > 0 || recipe.styleWeight > 0 else {
      throw PluginError(.badParameter, "content-weight=0 and style-weight=0 leave nothing to paint by")
    }
    self.recipe = recipe
    (start, optimiser) = (parameters[Gatys.start], parameters[Gatys.optimiser])
    rate = parameters[Gatys.rate] > 0 ? parameters[Gatys.rate] : nil
    history = parameters[Gatys.history]
    (iterations, followingIterations) = (parameters[Gatys.iterations], parameters[Gatys.followingIterations])
    (leastFall, levels) = (parameters[Gatys.leastFall] / 100, parameters[Gatys.levels])
    (styleScale, temporalShare) = (parameters[Gatys.styleScale], parameters[Gatys.temporal])
    seed = parameters[Gatys.seed]
  }

  private static func number(_ text: String, _ key: String) throws(PluginError) -> Double? {
    if text.isEmpty { return nil }
    guard let number = Double(text), number.isFinite, number >= 0 else {
      throw PluginError(.badParameter, "\(key)=\(text) is not a number of 0 or more")
    }
    return number
  }

  /// Height and width of each size, smallest first; none has a side below `smallest` unless the picture has.
  func sizes(height: Int, width: Int, smallest: Int) -> [(height: Int, width: Int)] {
    (0..<levels).reversed().compactMap { halvings in
      let scale = 1 << halvings
      let size = ((height + scale / 2) / scale, (width + scale / 2) / scale)
      return halvings == 0 || min(size.0, size.1) >= smallest ? size : nil
    }
  }
}
