// The networks of a MUNIT training, their tensors before the first step, and the file that comes of them.
import Networks
import PluginKit

/// The generators of two domains and what judges them; in a state their tensors stand behind "gen.a.", "gen.b.", "dis.a." and "dis.b.".
struct MUNITNetworks {
  let generators: MUNIT
  let judgeOfA: MUNITDiscriminator, judgeOfB: MUNITDiscriminator
  /// nil where it costs nothing.
  let invariance: DomainInvariance?

  static let (generatorPrefix, judgeOfAPrefix, judgeOfBPrefix) = ("gen.", "dis.a.", "dis.b.")

  /// The tensor belongs to a discriminator.
  static func judges(_ name: String) -> Bool { name.hasPrefix("dis.") }

  /// Reads the networks of a state; `vgg`: by whose features pictures are compared, nil where they are not.
  init(
    _ host: TrainingHost, _ tensors: [TrainedTensor], _ vgg: VGG?, _ settings: MUNITSettings
  ) throws(PluginError) {
    let file = try host.memory(tensors, named: settings.run.output)
    generators = try MUNIT(Checkpoint(file, under: Self.generatorPrefix))
    judgeOfA = try MUNITDiscriminator(Checkpoint(file, under: Self.judgeOfAPrefix))
    judgeOfB = try MUNITDiscriminator(Checkpoint(file, under: Self.judgeOfBPrefix))
    if let vgg { invariance = try DomainInvariance(vgg) } else { invariance = nil }
  }

  /// All tensors before the first step, those that learn in the first turn first: generators of He's variance, discriminators of deviation 0.02.
  static func fresh(_ settings: MUNITSettings) throws(TrainingError) -> [TrainedTensor] {
    let (generators, judges) = try TrainingError.ofNetwork { () throws(PluginError) in
      let generators = try MUNIT.fresh(width: settings.width, prefix: generatorPrefix)
      var judges: [FreshNetwork] = []
      for prefix in [judgeOfAPrefix, judgeOfBPrefix] {
        judges.append(try MUNITDiscriminator.fresh(width: settings.discriminatorWidth, prefix: prefix))
      }
      return (generators, judges)
    }
    var tensors = try generators.drawn(seed: settings.run.seed)
    for network in judges { tensors += try network.drawn(seed: settings.run.seed, .normal(0.02)) }
    return tensors
  }

  /// The generators of a state as the authors' files have them, "a." and "b.".
  static func published(_ tensors: [TrainedTensor]) -> [TrainedTensor] {
    var file: [TrainedTensor] = []
    for tensor in tensors where tensor.name.hasPrefix(generatorPrefix) {
      var tensor = tensor
      tensor.name.removeFirst(generatorPrefix.count)
      file.append(tensor)
      file += statistics(beside: tensor)
    }
    return file
  }

  /// The running statistics that the authors' files have of each norm whose numbers come from a style: mean 0 and variance 1, never used, but
  /// their code does not load a file without them.
  private static func statistics(beside bias: TrainedTensor) -> [TrainedTensor] {
    let end = "conv.bias"
    guard bias.name.contains(".dec.model.0."), bias.name.hasSuffix(end) else { return [] }
    let norm = "\(bias.name.dropLast(end.count))norm.running_"
    let numbers: [(name: String, value: Float)] = [("mean", 0), ("var", 1)]
    return numbers.map { number in
      TrainedTensor(
        name: "\(norm)\(number.name)", shape: bias.shape,
        floats: [Float](repeating: number.value, count: bias.floats.count))
    }
  }
}
