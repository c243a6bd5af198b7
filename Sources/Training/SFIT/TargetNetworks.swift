// The networks of the fine-tuning of a target model.
import Networks
import PluginKit

/// The target model, which learns but for its last layer and its norms, and what it learns from.
struct TargetNetworks {
  let generator: SFITGenerator
  let source: Classifier, target: Classifier
  /// What the target model's own files hold: what learns, and what stays.
  let learnt: [TrainedTensor], fixed: [TrainedTensor]

  /// The tensor learns.
  func learns(_ name: String) -> Bool { learnt.contains { $0.name == name } }

  /// "LeNet, 10 classes"
  var classifier: String { "\(target.name), \(target.classCount) classes" }
}

extension TargetNetworks {
  /// Reads all of them.
  /// - Throws: as `SFITNetworks`.
  init(_ host: TrainingHost, _ settings: TargetSettings) throws(TrainingError) {
    let (source, target) = try SFITNetworks.classifiers(
      host, source: settings.source + settings.head, target: settings.target + settings.head,
      size: settings.run.cut.size)
    let file = try host.open(settings.generator)
    let generator = try TrainingError.ofNetwork { () throws(PluginError) in try SFITGenerator(Checkpoint(file)) }
    let tensors = try TrainedTensor.merged(settings.target)
    let names = try Self.learning(host, target, of: tensors)
    self.init(
      generator: generator, source: source, target: target, learnt: tensors.filter { names.contains($0.name) },
      fixed: tensors.filter { !names.contains($0.name) })
  }

  /// The names of what learns: a graph tells which of the tensors are numbers of convolutions.
  private static func learning(
    _ host: TrainingHost, _ target: Classifier, of tensors: [TrainedTensor]
  ) throws(TrainingError) -> Set<String> {
    let own = Set(tensors.map(\.name)).subtracting(target.lastTensors)
    return try TrainingError.ofNetwork { () throws(PluginError) in
      let g = try GraphBuilder(host: host.services, name: "what learns")
      g.learn { own.contains($0) }
      _ = target(g.input("picture", channels: 3), in: g)
      return Set(g.variables.map(\.name))
    }
  }
}
