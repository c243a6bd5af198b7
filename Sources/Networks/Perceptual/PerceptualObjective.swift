// How far a picture is from the content of one and the style of others, as nodes of a graph.
import PluginKit

/// Content and style loss of features of a VGG, and total variation.
///
/// For the optimisation of a picture and for the training of a network alike: `image` is an input of the graph, or what a network makes
/// of one. What it is compared with are inputs, made by other plans of the same VGG (`PictureMeasure`):
///
///     let objective = try PerceptualObjective(vgg, PerceptualConvention.neuralStyle.recipe)
///     let image = g.input("image", channels: 3)
///     let loss = objective.loss(of: image, in: g)       // inputs: content features, Grams, weights
///     let slope = g.gradients(of: loss.total, withRespectTo: [image])
///
/// Where a network learns, end that (`endLearning`) before the loss is built: the VGG's tensors are constants.
public struct PerceptualObjective {
  /// Whose features are compared.
  public let network: VGG
  /// Which of them.
  public let recipe: PerceptualRecipe

  /// Planes, rows and columns of a value.
  public typealias Shape = (channels: Int, height: Int, width: Int)

  /// Throws `badParameter` where the network does not have a layer, or no term counts.
  public init(_ network: VGG, _ recipe: PerceptualRecipe) throws(PluginError) {
    for term in recipe.content + recipe.style where !network.has(term.layer) {
      let has =
        network.isDistilled && !term.layer.isRectified
        ? "it was distilled, and has features behind a ReLU alone"
        : "it is a \(network.name) that ends with \(network.last)"
      throw PluginError(.badParameter, "the feature network has no layer \(term.layer): \(has)")
    }
    self.network = network
    self.recipe = recipe
    guard !recipe.content.isEmpty || !recipe.style.isEmpty else {
      throw PluginError(.badParameter, "there is neither a content layer nor a style layer to compare pictures by")
    }
  }

  /// Pixels that a picture must have along a side at least: the deepest layer needs one.
  public var smallestSide: Int { 1 << (((layers(.content) + layers(.style)).map(\.stage).max() ?? 1) - 1) }

  /// What a picture is measured for.
  public enum Kind: Sendable {
    /// Features.
    case content
    /// Gram matrices.
    case style
  }

  func layers(_ kind: Kind) -> [VGGLayer] { (kind == .content ? recipe.content : recipe.style).map(\.layer) }

  /// What a picture has of a kind: features [c, h, w], or Grams [c, c, 1]; image: [3, h, w], R G B, 0...255.
  public func measures(of image: Value, _ kind: Kind, in g: borrowing GraphBuilder) -> [Value] {
    let features = network.features(image, at: layers(kind), in: g)
    return kind == .content ? features : features.map { g.gram($0, recipe.convention.gramDivisor) }
  }

  /// Shapes of the measures of a picture of a size.
  public func shapes(_ kind: Kind, height: Int, width: Int) -> [Shape] {
    layers(kind).map { layer in
      let planes = network.planes(of: layer)
      return kind == .content ? (planes, layer.extent(height), layer.extent(width)) : (planes, planes, 1)
    }
  }

  /// The loss of image: [3, h, w], R G B, 0...255. Makes inputs of the graph: `content` measures, `style` measures, then the
  /// weights of all terms. `further`: terms [1, 1, 1] of somebody else, whose weights stand behind those of `weights`.
  public func loss(
    of image: Value, further: [(name: String, value: Value)] = [], in g: borrowing GraphBuilder
  ) -> WeightedLoss {
    var terms = WeightedTerms()
    // All features come out of one walk through the network.
    let layers = layers(.content) + layers(.style)
    let features = network.features(image, at: layers, in: g)
    for (i, layer) in layers.enumerated() {
      let isContent = i < recipe.content.count
      let name = "\(isContent ? "content" : "style") \(layer)"
      let target = g.input(name, channels: network.planes(of: layer))
      let measure = isContent ? features[i] : g.gram(features[i], recipe.convention.gramDivisor)
      terms.add(name, meanOf: g.squaredDifference(measure, target), in: g)
    }
    if hasVariation { addVariation(of: image, to: &terms, in: g) }
    for term in further { terms.add(term.name, term.value) }
    return terms.sum(in: g)
  }

  /// The weights of the terms of a picture of a size, in their order: what every mean of squares is multiplied by.
  ///
  /// Of a distilled network of k planes for C, whose features are sqrt(k / C) times those of the other one in its own k directions, the mean
  /// of squared differences of features is the other one's, that of Grams divided by elements is (C / k)^2 times it, and that of
  /// Grams divided by pixels is it.
  public func weights(height: Int, width: Int) -> [Float] {
    let convention = recipe.convention
    var weights = zip(recipe.content, shapes(.content, height: height, width: width)).map { term, shape in
      let count = Double(shape.channels * shape.height * shape.width) / network.share
      return recipe.contentWeight * term.weight * (convention.contentIsHalfOfSum ? count / 2 : 1)
    }
    let gramShare = convention.gramDivisor == .elements ? network.share * network.share : 1
    weights += recipe.style.map { recipe.styleWeight * $0.weight * convention.styleFactor * gramShare }
    if hasVariation {
      let (tall, wide) = (Double(height), Double(width))
      let counts =
        convention.variationIsOfSizes
        ? [tall * (wide - 1), (tall - 1) * wide] : [Double](repeating: (tall - 1) * (wide - 1) / 2, count: 2)
      weights += counts.map { recipe.variationWeight * 3 * $0 }
    }
    return weights.map { Float($0) }
  }

  private var hasVariation: Bool { recipe.variationWeight != 0 }

  /// Differences to the pixel at the right and to the pixel below. Those of squares leave the last row and column out, as the authors do.
  private func addVariation(of image: Value, to terms: inout WeightedTerms, in g: borrowing GraphBuilder) {
    let isOfSizes = recipe.convention.variationIsOfSizes
    for (name, right, bottom) in [("across", 1, 0), ("down", 0, 1)] {
      let edge = isOfSizes ? (right, bottom) : (1, 1)
      let here = g.pad2d(image, Borders(top: 0, left: 0, bottom: -edge.1, right: -edge.0), .zero)
      let there = g.pad2d(
        image, Borders(top: -bottom, left: -right, bottom: bottom - edge.1, right: right - edge.0), .zero)
      let difference = g.combine(here, there, .subtract)
      let term = isOfSizes ? g.activate(difference, .abs) : g.combine(difference, difference, .multiply)
      terms.add("variation \(name)", meanOf: term, in: g)
    }
  }
}
