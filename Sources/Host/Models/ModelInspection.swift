// ModelInspection.swift - what is in a model file, for a person or as JSON.

import Weights

/// Contents of a model file and the plugin that runs it.
public struct ModelInspection: Encodable, Sendable {
  /// One tensor.
  public struct Tensor: Encodable, Sendable {
    /// Its name in the file.
    public let name: String
    /// "f32", "f16", ...
    public let type: String
    /// Its dimensions, outermost first.
    public let shape: [Int]
  }

  /// The file.
  public let path: String
  /// "safetensors", "pytorch-zip", "pytorch-legacy".
  public let format: String
  /// The plugin that runs it, null where none does.
  public let plugin: String?
  /// Why none does, null otherwise.
  public let reason: String?
  /// What network it is.
  public let architecture: String?
  /// What pixel values it takes and gives.
  public let pixels: String?
  /// Multiply-adds for one pixel.
  public let multiplyAddsPerPixel: Double?
  /// Elements of all floating point tensors.
  public let parameterCount: Int
  /// What the file says about itself.
  public let metadata: [String: String]
  /// All tensors in the file's order.
  public let tensors: [Tensor]

  /// Reads a file and asks the plugins about it.
  ///
  /// - Throws: `HostError` of kind plugin for a file that is no model; an unknown network is no error here.
  public init(_ path: String, _ library: PluginLibrary) throws(HostError) {
    let file: WeightFile
    do {
      file = try WeightFile.open(path: path)
    } catch {
      throw HostError(error)
    }
    var model: IdentifiedModel?
    var reason: String?
    do {
      model = try ModelIdentifier(library).identify(file)
    } catch {
      reason = error.description
    }
    self.path = path
    self.format = file.format.rawValue
    self.plugin = model?.plugin.info.id
    self.reason = reason
    self.architecture = model?.architecture
    self.pixels = model?.pixels
    self.multiplyAddsPerPixel = model?.multiplyAddsPerPixel
    self.parameterCount = file.parameterCount
    self.metadata = file.metadata
    self.tensors = file.tensors.map { Tensor(name: $0.name, type: $0.elementType.rawValue, shape: $0.shape) }
  }
}
