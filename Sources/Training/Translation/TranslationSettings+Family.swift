// How the networks of CUT's family and of CycleGAN come about.
import Networks
import PluginKit

extension TranslationSettings: TranslationFamily {
  func fresh() throws(TrainingError) -> [TrainedTensor] {
    try variant == .cyclegan ? CycleNetworks.fresh(self) : CUTNetworks.fresh(self)
  }

  func judges(_ name: String) -> Bool { CUTNetworks.judges(name) || CycleNetworks.judges(name) }

  func parts(
    _ host: TrainingHost, _ tensors: [TrainedTensor], memory: [TrainedTensor], _ lists: [ContentList],
    _ voice: TrainingVoice
  ) throws(TrainingError) -> TranslationParts {
    let (lesson, generator) = try TrainingError.ofNetwork {
      () throws(PluginError) -> (any TranslationLesson, ResNetGenerator) in
      if variant == .cyclegan {
        let networks = try CycleNetworks(host, tensors, self)
        return (try CycleLesson(host, networks, self, memory: memory), networks.toB)
      }
      let networks = try CUTNetworks(host, tensors, self)
      return (try CUTLesson(host, networks, self), networks.generator)
    }
    let size = run.cut.size
    let previews = try PicturePreviews(
      host, "pictures of A", Gallery.pictures(self.previews, of: lists[0], size: size, voice), size: size
    ) { generator($1, in: $0) }
    return TranslationParts(lesson: lesson, previews: previews, info: generator.info)
  }

  /// The generators under the names that plugin 'cut' knows.
  func network(of tensors: [TrainedTensor]) -> [TrainedTensor] {
    tensors.compactMap { tensor in
      var tensor = tensor
      if tensor.name.hasPrefix(CUTNetworks.generatorPrefix) {
        tensor.name.removeFirst(CUTNetworks.generatorPrefix.count)
        return tensor
      }
      guard tensor.name.hasPrefix("G_") else { return nil }
      tensor.name = "net\(tensor.name)"
      return tensor
    }
  }
}
