// The networks of a training of SFIT: a generator that learns, and two classifiers that know.
import Networks
import PluginKit

/// The generator, whose tensors a state has under the names of its file, and the source and the target model.
struct SFITNetworks {
  let generator: SFITGenerator
  let source: Classifier, target: Classifier
}

extension SFITNetworks {
  /// Reads the generator of a state, and the classifiers.
  /// - Throws: `usage` where a classifier does not take pictures of the size, `model` where the two do not belong together.
  init(_ host: TrainingHost, _ tensors: [TrainedTensor], _ settings: SFITSettings) throws(TrainingError) {
    let (source, target) = try Self.classifiers(
      host, source: settings.source + settings.head, target: settings.target + settings.head,
      size: settings.run.cut.size)
    guard !settings.comparesMaps || source.mapPlanes == target.mapPlanes else {
      throw TrainingError(
        .model,
        "the last map of the source model has \(source.mapPlanes) planes and that of the target model \(target.mapPlanes): they must be networks of one kind"
      )
    }
    let generator = try TrainingError.ofNetwork { () throws(PluginError) in
      try SFITGenerator(Checkpoint(host.memory(tensors, named: settings.run.output)))
    }
    self.init(generator: generator, source: source, target: target)
  }

  /// Reads a source and a target model, each from several files, which tell the same number of classes apart.
  static func classifiers(
    _ host: TrainingHost, source: [String], target: [String], size: Int
  ) throws(TrainingError) -> (source: Classifier, target: Classifier) {
    let source = try classifier(host, source, size: size)
    let target = try classifier(host, target, size: size)
    guard source.classCount == target.classCount else {
      throw TrainingError(
        .model,
        "the source model tells \(source.classCount) classes apart and the target model \(target.classCount): they must share their last layer"
      )
    }
    return (source, target)
  }

  private static func classifier(
    _ host: TrainingHost, _ paths: [String], size: Int
  ) throws(TrainingError) -> Classifier {
    let file = try host.open(merging: paths)
    let classifier = try TrainingError.ofNetwork { () throws(PluginError) in try Classifier(file) }
    guard let side = classifier.side, side != size else { return classifier }
    let words = "its \(classifier.name) takes pictures of \(side)x\(side), and the size is \(size)"
    throw TrainingError(.usage, "cannot learn from \(file.label): \(words)")
  }

  /// The generator's tensors before the first step: normal numbers of deviation 0.02.
  static func fresh(_ settings: SFITSettings) throws(TrainingError) -> [TrainedTensor] {
    let network = try TrainingError.ofNetwork { () throws(PluginError) in
      try SFITGenerator.fresh(width: settings.width)
    }
    return try network.drawn(seed: settings.run.seed, .normal(0.02))
  }

  /// "LeNet, 10 classes"
  var classifiers: String {
    let names = source.name == target.name ? source.name : "\(source.name) and \(target.name)"
    return "\(names), \(source.classCount) classes"
  }
}
