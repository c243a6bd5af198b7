// Networks that people have beside their styles: what they are is said, since no plugin runs them.
import PluginKit

/// A network that belongs to a method and paints nothing itself.
public enum Bystander: CaseIterable, Sendable {
  /// The convolutions of VGG-16, by which styles are trained.
  case vgg16
  /// The discriminators of MUNIT.
  case munitDiscriminator

  /// Throws `badWeights` with what the file is where it is one of these; gives nil where it is none of them.
  public static func refuse(_ weights: WeightSet, _ bystanders: Bystander...) throws(PluginError) -> ModelInfo? {
    let file = Checkpoint(weights)
    guard let found = bystanders.first(where: { $0.matches(file) }) else { return nil }
    throw weights.failure(found.sentence)
  }

  private func matches(_ file: Checkpoint) -> Bool {
    switch self {
    case .vgg16:
      file.shape(of: "conv1_1.weight") == [64, 3, 3, 3] && file.shape(of: "conv5_3.weight") == [512, 512, 3, 3]
        && !file.has("conv5_4.weight")
    case .munitDiscriminator:
      ["", "a.", "b."].contains { file.has($0 + "cnns.0.0.conv.weight") }
    }
  }

  private var sentence: String {
    switch self {
    case .vgg16: "it is VGG-16 (conv1_1 to conv5_3), by which styles are trained and measured, and no style itself"
    case .munitDiscriminator:
      "it is the discriminators of MUNIT's training (dis), which paint nothing: give the file of the generators (gen)"
    }
  }
}
