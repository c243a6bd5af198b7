// What the planes of a VGG have to do with each other.
import Networks
import PluginKit

/// Of each layer the mean, over the pixels of some pictures, of the products of each two planes: [planes][planes].
struct FeatureMoments {
  /// The layers, in the order of the network.
  let layers: [VGGLayer]
  /// Of each layer.
  let matrices: [[Float]]

  /// Pictures that are measured: at 128x128 even the deepest layer has 8192 places for its 512 planes.
  private static let pictures = 128

  /// Measures pictures of a feed.
  init(_ host: TrainingHost, _ teacher: VGG, size: Int, _ feed: PictureFeed) throws(TrainingError) {
    layers = teacher.distilledLayers
    // Grams that are divided by pixels are these means.
    var recipe = PerceptualConvention.gatys.recipe
    (recipe.content, recipe.style) = ([], layers.map { .init($0, 1) })
    var sums = layers.map { [Float](repeating: 0, count: teacher.planes(of: $0) * teacher.planes(of: $0)) }
    let (measure, image) = try TrainingError.ofNetwork { () throws(PluginError) in
      (
        try PictureMeasure(host: host.services, PerceptualObjective(teacher, recipe), .style)?
          .prepared(height: size, width: size),
        try KeptImage(host, square: size)
      )
    }
    guard let measure else {
      matrices = sums
      return
    }
    for _ in 0..<Self.pictures {
      try feed.next().picture.write(to: image.target)
      try TrainingError.ofNetwork { () throws(PluginError) in try measure.measure(image.image) }
      for (l, gram) in measure.results.enumerated() {
        let planes = gram.image.channels
        for a in 0..<planes {
          for b in 0..<planes { sums[l][a * planes + b] += gram.image.row(b, plane: a)[0] / Float(Self.pictures) }
        }
      }
    }
    matrices = sums
  }
}
