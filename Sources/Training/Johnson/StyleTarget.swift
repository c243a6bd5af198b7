// What painted pictures are held against: features of a VGG, and the styles whose Gram matrices they shall have.
import Networks
import PluginKit

/// A perceptual objective with the Gram matrices of each style.
final class StyleTarget {
  let objective: PerceptualObjective
  /// Of each style, in the order of the recipe.
  let grams: [[KeptImage]]
  /// What all styles together have of red, green and blue.
  let colours: Colours
  /// Conventions, layers and weights, for the report.
  let facts: [TrainingFact]

  /// Reads the VGG and measures the styles.
  init(_ host: TrainingHost, _ settings: JohnsonSettings) throws(TrainingError) {
    let network = try host.vgg(settings.vgg, domain: settings.domain)
    let recipe = try Self.recipe(settings, network)
    objective = try TrainingError.ofNetwork { () throws(PluginError) in try PerceptualObjective(network, recipe) }
    var pictures: [Picture] = []
    for path in settings.styles {
      let picture = try PictureLoader.load(path: path, longerSide: settings.styleSize)
      let smallest = objective.smallestSide
      guard min(picture.width, picture.height) >= smallest else {
        throw TrainingError(.input, "the style \(path) is too small: it needs \(smallest) pixels along each side")
      }
      pictures.append(picture)
    }
    colours = Colours(pictures)
    grams = try Self.measure(pictures, objective, host)
    facts = Self.facts(settings, network, recipe)
  }

  /// The weights of a convention; without a name that of the authors whose VGG has the same pixel domain, since weights that suit
  /// features of one domain are off by orders of magnitude in the other.
  private static func recipe(_ settings: JohnsonSettings, _ network: VGG) throws(TrainingError) -> PerceptualRecipe {
    let convention: PerceptualConvention
    if let name = settings.convention {
      convention = try TrainingError.known(
        name, JohnsonSettings.conventions.contains(name) ? PerceptualConvention(rawValue: name) : nil,
        JohnsonSettings.conventions, "convention")
    } else {
      convention = network.domain == .caffe ? .fastNeuralStyle : .pytorchExamples
    }
    var recipe = convention.recipe.fitted(to: network)
    if let weight = settings.contentWeight { recipe.contentWeight = weight }
    if let weight = settings.styleWeight { recipe.styleWeight = weight }
    if let weight = settings.variationWeight { recipe.variationWeight = weight }
    return recipe
  }

  private static func measure(
    _ styles: [Picture], _ objective: PerceptualObjective, _ host: TrainingHost
  ) throws(TrainingError) -> [[KeptImage]] {
    try TrainingError.ofNetwork { () throws(PluginError) in
      guard let measure = try PictureMeasure(host: host.services, objective, .style) else {
        return styles.map { _ in [] }
      }
      var grams: [[KeptImage]] = []
      for style in styles {
        let image = try KeptImage(host: host.services, channels: 3, height: style.height, width: style.width)
        style.write(to: image.target)
        let prepared = try measure.prepared(height: style.height, width: style.width)
        try prepared.measure(image.image)
        grams.append(prepared.results)
      }
      return grams
    }
  }

  /// Whose features pictures are compared by. The file's name alone: one that comes with the program lies elsewhere on every machine.
  static func fact(of network: VGG, _ path: String) -> TrainingFact {
    let share = network.isDistilled ? ", distilled to \(TrainingFact.text(network.share)) of its planes" : ""
    return TrainingFact(
      "features", "\(network.name)\(share), \(network.domain.rawValue), \(TrainingFact.names(of: [path]))")
  }

  private static func facts(
    _ settings: JohnsonSettings, _ network: VGG, _ recipe: PerceptualRecipe
  ) -> [TrainingFact] {
    func words(_ terms: [PerceptualRecipe.Term]) -> String {
      terms.map { "\($0.layer)" + ($0.weight == 1 ? "" : " * \(TrainingFact.text($0.weight))") }.joined(separator: ", ")
    }
    return [
      fact(of: network, settings.vgg),
      TrainingFact("convention", recipe.convention.rawValue), TrainingFact("content weight", recipe.contentWeight),
      TrainingFact("content layers", words(recipe.content)), TrainingFact("style weight", recipe.styleWeight),
      TrainingFact("style layers", words(recipe.style)), TrainingFact("tv weight", recipe.variationWeight),
    ]
  }
}
