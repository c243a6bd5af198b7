// What a picture is compared by: layers and how much each counts.
import PluginKit

/// A loss in numbers: which features of which weight, in one code's convention.
public struct PerceptualRecipe: Sendable, Equatable {
  /// A layer and how much it counts among its kind.
  public struct Term: Sendable, Equatable {
    /// Where features are taken.
    public var layer: VGGLayer
    /// Beside the weight of all content or of all style.
    public var weight: Double

    /// A term from its parts.
    public init(_ layer: VGGLayer, _ weight: Double) { (self.layer, self.weight) = (layer, weight) }
  }

  /// What means, sums and Grams are divided by.
  public let convention: PerceptualConvention
  /// Layers whose features shall be those of the content.
  public var content: [Term] = []
  /// Layers whose Gram matrices shall be those of the style.
  public var style: [Term] = []
  /// Of all content, of all style.
  public var contentWeight = 0.0, styleWeight = 0.0
  /// Of total variation: how much neighbouring pixels of 0...255 differ.
  public var variationWeight = 0.0

  /// Nothing yet, in a convention.
  public init(_ convention: PerceptualConvention) { self.convention = convention }

  /// Reads layers with their weights: "relu4_2", "relu1_1+relu2_1*0.5". `key`: what a person typed it for.
  /// Throws `badParameter` where that is something else.
  public static func terms(_ text: String, key: String) throws(PluginError) -> [Term] {
    var terms: [Term] = []
    for part in text.split(separator: "+", omittingEmptySubsequences: false) {
      let halves = part.split(separator: "*", omittingEmptySubsequences: false)
      let weight = halves.count == 2 ? Double(halves[1]) : 1
      guard halves.count <= 2, let layer = VGGLayer(String(halves[0])), let weight, weight.isFinite, weight >= 0 else {
        throw PluginError(
          .badParameter,
          "\(key)=\(text): '\(part)' is no layer: give relu1_1 to relu5_4 or conv1_1 to conv5_4, as relu4_2*0.5")
      }
      guard !terms.contains(where: { $0.layer == layer }) else {
        throw PluginError(.badParameter, "\(key)=\(text): \(layer) is there twice")
      }
      terms.append(Term(layer, weight))
    }
    return terms
  }

  /// The recipe for a network that ends earlier, or has fewer convolutions in a stage: layers that it does not have are
  /// replaced by the last before them; one that is there already counts twice.
  public func fitted(to network: VGG) -> PerceptualRecipe {
    func fit(_ terms: [Term]) -> [Term] {
      terms.reduce(into: [Term]()) { fitted, term in
        let layer = network.nearest(term.layer)
        if let i = fitted.firstIndex(where: { $0.layer == layer }) {
          fitted[i].weight += term.weight
        } else {
          fitted.append(Term(layer, term.weight))
        }
      }
    }
    var fitted = self
    (fitted.content, fitted.style) = (fit(content), fit(style))
    return fitted
  }
}

extension VGG {
  /// The layer, or the last before it of the same kind.
  func nearest(_ layer: VGGLayer) -> VGGLayer {
    if has(layer) { return layer }
    let stage = min(layer.stage, stages.count)
    let count = stages[stage - 1].count
    let convolution = stage < layer.stage ? count : min(layer.convolution, count)
    return VGGLayer(
      stage: stage, convolution: convolution, isRectified: layer.isRectified || !projections.isEmpty)
  }
}
