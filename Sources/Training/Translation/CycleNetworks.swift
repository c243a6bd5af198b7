// The networks of a CycleGAN training, and their tensors before the first step.
import Networks
import PluginKit

/// Two generators and two discriminators; in a state their tensors stand behind "G_A.", "G_B.", "D_A." and "D_B.", as the authors call their
/// files: G_A translates from A to B, and D_A judges what it makes.
struct CycleNetworks {
  let toB: ResNetGenerator, toA: ResNetGenerator
  let judgeOfB: PatchGAN, judgeOfA: PatchGAN

  static let (toBPrefix, toAPrefix, judgeOfBPrefix, judgeOfAPrefix) = ("G_A.", "G_B.", "D_A.", "D_B.")

  /// The tensor belongs to a discriminator.
  static func judges(_ name: String) -> Bool { [judgeOfBPrefix, judgeOfAPrefix].contains { name.hasPrefix($0) } }

  /// Reads the networks of a state.
  init(_ host: TrainingHost, _ tensors: [TrainedTensor], _ settings: TranslationSettings) throws(PluginError) {
    let file = try host.memory(tensors, named: settings.run.output)
    toB = try ResNetGenerator(Checkpoint(file, under: Self.toBPrefix))
    toA = try ResNetGenerator(Checkpoint(file, under: Self.toAPrefix))
    judgeOfB = try PatchGAN(Checkpoint(file, under: Self.judgeOfBPrefix), settings.discriminator)
    judgeOfA = try PatchGAN(Checkpoint(file, under: Self.judgeOfAPrefix), settings.discriminator)
  }

  /// All tensors before the first step, those that learn in the first turn first: normal numbers of deviation 0.02.
  static func fresh(_ settings: TranslationSettings) throws(TrainingError) -> [TrainedTensor] {
    let networks = try TrainingError.ofNetwork { () throws(PluginError) in
      var networks: [FreshNetwork] = []
      for prefix in [toBPrefix, toAPrefix] {
        networks.append(
          try ResNetGenerator.fresh(.cycleGAN, width: settings.width, blocks: settings.blocks, prefix: prefix))
      }
      for prefix in [judgeOfBPrefix, judgeOfAPrefix] {
        networks.append(try PatchGAN.fresh(.strided, width: settings.discriminatorWidth, prefix: prefix))
      }
      return networks
    }
    var tensors: [TrainedTensor] = []
    for network in networks { tensors += try network.drawn(seed: settings.run.seed, .normal(0.02)) }
    return tensors
  }
}
