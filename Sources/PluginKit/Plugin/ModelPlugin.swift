// What a plugin that runs from a model file adds, so that a file alone can be named as the style.

/// A plugin that can say of a model file whether it runs it.
public protocol ModelPlugin: StylePlugin, ~Copyable {
  /// Describes the weights where this plugin runs them as they are; nil where they are some other network's.
  /// Throws (`badWeights`) where they are meant for this plugin but damaged or incomplete.
  /// `weights` is lent: it is closed to the plugin when the function returns.
  static func identify(_ weights: WeightSet) throws(PluginError) -> ModelInfo?
}

/// What a plugin knows about a model file it can run.
public struct ModelInfo: Sendable, Equatable {
  /// Network and size: "Johnson transformer net (pytorch/examples), width 32". At most 127 bytes are handed over.
  public var architecture: String
  /// Pixel values: "RGB 0...255 in and out". At most 127 bytes are handed over.
  public var pixels: String
  /// Of an image large enough for borders not to count; 0 where unknown.
  public var multiplyAddsPerPixel: Double

  /// A description from its parts.
  public init(architecture: String, pixels: String, multiplyAddsPerPixel: Double = 0) {
    self.architecture = architecture
    self.pixels = pixels
    self.multiplyAddsPerPixel = multiplyAddsPerPixel
  }
}
