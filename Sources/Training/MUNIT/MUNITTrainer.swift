// Trains a translation between two domains, each picture in as many styles as the other domain has.
import Networks
import PluginKit

/// Huang, Liu, Belongie, Kautz: Multimodal Unsupervised Image-to-Image Translation, ECCV 2018.
public enum MUNITTrainer {
  /// Trains as `JohnsonTrainer.train` does.
  public static func train(
    _ settings: MUNITSettings, card: ModelCard, voice: TrainingVoice, shouldStop: () -> Bool
  ) throws(TrainingError) -> TrainingSummary {
    try TranslationTrainer.train(family: settings, card: card, voice: voice, shouldStop: shouldStop)
  }
}

extension MUNITSettings: TranslationFamily {
  func fresh() throws(TrainingError) -> [TrainedTensor] { try MUNITNetworks.fresh(self) }

  func judges(_ name: String) -> Bool { MUNITNetworks.judges(name) }

  func parts(
    _ host: TrainingHost, _ tensors: [TrainedTensor], memory: [TrainedTensor], _ lists: [ContentList],
    _ voice: TrainingVoice
  ) throws(TrainingError) -> TranslationParts {
    let features: VGG? = try perceptualWeight > 0 ? host.vgg(vgg, domain: domain) : nil
    let (networks, lesson) = try TrainingError.ofNetwork {
      () throws(PluginError) -> (MUNITNetworks, MUNITLesson) in
      let networks = try MUNITNetworks(host, tensors, features, self)
      return (networks, try MUNITLesson(host, networks, self))
    }
    let previews = try PairPreviews(host, networks.generators, self, lists, voice)
    return TranslationParts(lesson: lesson, previews: previews, info: networks.generators.info)
  }

  func network(of tensors: [TrainedTensor]) -> [TrainedTensor] { MUNITNetworks.published(tensors) }
}
