// What a plugin that runs from a model file adds, so that a file alone can be named as the style.

/// A plugin that can say of a model file whether it runs it.
public protocol ModelPlugin: StylePlugin, ~Copyable {
  /// Describes the weights where this plugin runs them as they are; nil where they are some other network's.
  /// Throws (`badWeights`) where they are meant for this plugin but damaged or incomplete.
  /// `weights` is lent: it is closed to the plugin when the function returns.
  static func identify(_ weights: WeightSet) throws(PluginError) -> ModelInfo?

  /// Describes a network that has learnt nothing yet, of `width` planes after its first convolution, nil for the published
  /// width: the host draws its numbers and writes the file. nil where the plugin has no such network.
  static func fresh(width: Int?) throws(PluginError) -> FreshNetwork?
}

extension ModelPlugin where Self: ~Copyable {
  /// Has none.
  public static func fresh(width: Int?) throws(PluginError) -> FreshNetwork? { nil }
}

/// What a plugin knows about a model file it can run.
public struct ModelInfo: Sendable, Equatable {
  /// Network and size: "Johnson transformer net (pytorch/examples), width 32". At most 127 bytes are handed over.
  public var architecture: String
  /// Pixel values: "RGB 0...255 in and out". At most 127 bytes are handed over.
  public var pixels: String
  /// Planes after the first convolution; 0 where the network has no such measure.
  public var width: Int
  /// Of an image large enough for borders not to count; 0 where unknown.
  public var multiplyAddsPerPixel: Double

  /// A description from its parts.
  public init(architecture: String, pixels: String, width: Int = 0, multiplyAddsPerPixel: Double = 0) {
    self.architecture = architecture
    self.pixels = pixels
    self.width = width
    self.multiplyAddsPerPixel = multiplyAddsPerPixel
  }
}
