// How many pictures a target model tells right while it learns.
import Networks
import PluginKit

/// Measures the target model on pictures whose classes are known.
final class TargetAccuracy: Accuracy {
  private let examples: LabelledPictures
  private let graph: BuiltGraph
  private let plan: CompiledGraph
  private let picture: KeptImage, logits: KeptImage
  /// How many the model of the files tells right; nil before the first measurement.
  private var before: Int?

  /// - Parameter size: of a side of the pictures.
  init(
    _ host: TrainingHost, _ networks: TargetNetworks, _ examples: LabelledPictures, size: Int
  ) throws(PluginError) {
    let g = try GraphBuilder(host: host.services, name: "accuracy")
    g.learn(networks.learns)
    let logits = networks.target(g.signed(g.input("picture", channels: 3)), in: g).logits
    graph = try g.finish(outputs: [logits])
    plan = try graph.compile(BuiltGraph.Size(square: size))
    picture = try KeptImage(host, square: size)
    self.logits = try KeptImage(host, numbers: networks.target.classCount)
    self.examples = examples
  }

  func measure(_ numbers: LearntNumbers) throws(TrainingError) -> AccuracyCount {
    // The graph begins with the numbers of the files.
    if before == nil { before = try count().right }
    numbers.write(to: graph.variables, style: 0)
    graph.refresh()
    let (right, pictures) = try count()
    return AccuracyCount(pictures: pictures, models: [("target before", before ?? 0), ("target", right)])
  }

  private func count() throws(TrainingError) -> (right: Int, pictures: Int) {
    var right = 0
    let pictures = try examples.show { (photo, label) throws(TrainingError) in
      photo.write(to: picture.target)
      try TrainingError.ofNetwork { () throws(PluginError) in try plan.run([picture.image], to: [logits.target]) }
      if logits.choice == label { right += 1 }
    }
    return (right, pictures)
  }
}
