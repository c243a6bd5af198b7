// What one picture teaches a small feature network: how far its features are from those of the VGG.
import Networks
import PluginKit

/// Teacher and pupil in one graph, for one size of picture. The loss of a layer is the mean squared difference as a share of the mean square
/// of what is to be learnt: 1 of a network that knows nothing, 0 of one that knows all.
final class FeatureLesson {
  /// "total" and the layers.
  let lossNames: [String]
  private let graph: LearningGraph
  private let picture: KeptImage, weights: KeptImage

  init(
    _ host: TrainingHost, _ pupil: VGG, _ teacher: VGG, _ basis: FeatureBasis, size: Int
  ) throws(PluginError) {
    graph = try LearningGraph(host.services, "features", sizes: [.init(square: size), .one]) { g in
      let image = g.input("picture", channels: 3)
      let features = pupil.features(image, at: basis.layers, in: g)
      g.endLearning()
      var terms = WeightedTerms()
      for (i, target) in teacher.features(image, at: basis.layers, in: g).enumerated() {
        let layer = basis.layers[i]
        let shape = [pupil.planes(of: layer), teacher.planes(of: layer), 1, 1]
        let matrix = g.constant("basis \(layer)", shape: shape, basis.matrices[i])
        terms.add(
          "\(layer)", meanOf: g.squaredDifference(features[i], g.conv2d(target, weight: matrix, bias: nil)), in: g)
      }
      return LearningGraph.Parts(loss: terms.sum(in: g))
    }
    lossNames = ["total"] + graph.terms
    picture = try KeptImage(host, square: size)
    weights = try KeptImage(host, numbers: graph.terms.count)
    for (i, energy) in basis.energies.enumerated() { weights.target.row(0, plane: i)[0] = Float(1 / energy) }
  }

  /// Learns from now on with these numbers.
  func use(_ numbers: LearntNumbers) { graph.use(numbers) }

  /// Adds losses and gradients of what a picture teaches, times `share`.
  func learn(
    from photo: Picture, share: Float, _ numbers: LearntNumbers, adding losses: inout [Float], _ gradient: inout [Float]
  ) throws(PluginError) {
    photo.write(to: picture.target)
    try graph.run([picture.image, weights.image])
    for term in 1..<losses.count {
      let loss = share * graph.loss(term - 1)
      losses[0] += loss / Float(losses.count - 1)
      losses[term] += loss
    }
    graph.addGradients(of: numbers, times: share, to: &gradient)
  }
}
