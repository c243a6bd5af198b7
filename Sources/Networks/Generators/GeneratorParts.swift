// Files that belong to the training of a generator, and are none.
import PluginKit

/// What the other networks of CUT and CycleGAN are called.
public enum GeneratorParts {
  /// What the file is, where it is one of those networks; nil where it is not.
  public static func part(_ file: Checkpoint) -> String? {
    if file.has("mlp_0.0.weight") {
      return "it is the feature network of CUT's training (net_F), not a generator: give the file of net_G"
    }
    if let shape = file.shape(of: "model.0.weight"), shape.count == 4, shape[2...] == [4, 4] {
      return "it is a discriminator (net_D), not a generator: give the file of net_G"
    }
    return nil
  }

  /// Why the file is no residual generator.
  static func sentence(_ file: Checkpoint) -> String {
    part(file) ?? "tensor 'model.10.conv_block.1.weight' is missing: it is no residual generator"
  }
}
