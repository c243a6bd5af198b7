// How many pictures classifiers tell right, as they are and translated.
import Networks
import PluginKit

/// Measures both models of SFIT on pictures whose classes are known: what the source model makes of translations shall be what the target model makes of the
/// pictures themselves.
final class SFITAccuracy: Accuracy {
  private let examples: LabelledPictures
  /// Both models on a picture.
  private let still: CompiledGraph
  /// The source model on a translation.
  private let graph: BuiltGraph
  private let moving: CompiledGraph
  private let picture: KeptImage, logits: [KeptImage]
  /// What both models tell right of the pictures as they are, which does not change; nil before the first measurement.
  private var known: (source: Int, target: Int)?

  /// - Parameter size: of a side of the pictures.
  init(
    _ host: TrainingHost, _ networks: SFITNetworks, _ examples: LabelledPictures, size: Int
  ) throws(PluginError) {
    self.examples = examples
    let g = try GraphBuilder(host: host.services, name: "accuracy")
    let image = g.signed(g.input("picture", channels: 3))
    let (ours, theirs) = (networks.source(image, in: g).logits, networks.target(image, in: g).logits)
    still = try g.finish(outputs: [ours, theirs]).compile(BuiltGraph.Size(square: size))
    let h = try GraphBuilder(host: host.services, name: "accuracy on translations")
    h.learn { _ in true }
    let translation = networks.generator(h.signed(h.input("picture", channels: 3)), in: h)
    h.endLearning()
    let answer = networks.source(translation, in: h)
    graph = try h.finish(outputs: [answer.logits])
    moving = try graph.compile(BuiltGraph.Size(square: size))
    picture = try KeptImage(host, square: size)
    var logits: [KeptImage] = []
    for _ in 0..<2 {
      logits.append(
        try KeptImage(host, numbers: networks.source.classCount))
    }
    self.logits = logits
  }

  func measure(_ numbers: LearntNumbers) throws(TrainingError) -> AccuracyCount {
    numbers.write(to: graph.variables, style: 0)
    graph.refresh()
    let isFirst = known == nil
    var (still, translated) = ((source: 0, target: 0), 0)
    let pictures = try examples.show { (photo, label) throws(TrainingError) in
      photo.write(to: picture.target)
      try TrainingError.ofNetwork { () throws(PluginError) in
        if isFirst {
          try self.still.run([picture.image], to: logits.map(\.target))
          if logits[0].choice == label { still.source += 1 }
          if logits[1].choice == label { still.target += 1 }
        }
        try moving.run([picture.image], to: [logits[0].target])
        if logits[0].choice == label { translated += 1 }
      }
    }
    let known = known ?? still
    self.known = known
    return AccuracyCount(
      pictures: pictures,
      models: [("source", known.source), ("target", known.target), ("source on translations", translated)])
  }
}
