// The networks of a CUT training, and their tensors before the first step.
import Networks
import PluginKit

/// Generator, discriminator and the perceptrons of places; in a state their tensors stand behind "G.", "D." and "F.".
struct CUTNetworks {
  let generator: ResNetGenerator
  let discriminator: PatchGAN
  let projection: PatchProjection

  static let (generatorPrefix, discriminatorPrefix, projectionPrefix) = ("G.", "D.", "F.")

  /// The tensor belongs to the discriminator.
  static func judges(_ name: String) -> Bool { name.hasPrefix(discriminatorPrefix) }

  /// Reads the networks of a state.
  init(
    _ host: TrainingHost, _ tensors: [TrainedTensor], _ settings: TranslationSettings
  ) throws(PluginError) {
    let file = try host.memory(tensors, named: settings.run.output)
    generator = try ResNetGenerator(Checkpoint(file, under: Self.generatorPrefix))
    discriminator = try PatchGAN(
      Checkpoint(file, under: Self.discriminatorPrefix), settings.discriminator, isNormed: settings.isNormed)
    let planes = try PatchContrast(generator, size: settings.run.cut.size).planes
    projection = try PatchProjection(Checkpoint(file, under: Self.projectionPrefix), planes: planes)
  }

  /// All tensors before the first step, those that learn in the first turn first: normal numbers of Xavier's variance times 0.02.
  static func fresh(_ settings: TranslationSettings) throws(TrainingError) -> [TrainedTensor] {
    let networks = try TrainingError.ofNetwork { () throws(PluginError) in
      let width = settings.width
      // As the layers of PatchContrast.published have them.
      let planes = [3, 2 * width, 4 * width, 4 * width, 4 * width]
      return [
        try ResNetGenerator.fresh(.cut, width: width, blocks: settings.blocks, prefix: generatorPrefix),
        PatchProjection.fresh(planes: planes, prefix: projectionPrefix),
        try PatchGAN.fresh(.blurred, width: settings.discriminatorWidth, prefix: discriminatorPrefix),
      ]
    }
    var tensors: [TrainedTensor] = []
    for network in networks { tensors += try network.drawn(seed: settings.run.seed, .xavier(gain: 0.02)) }
    return tensors
  }
}
