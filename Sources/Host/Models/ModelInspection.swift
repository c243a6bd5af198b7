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

  /// What one picture costs.
  public struct Cost: Encodable, Sendable {
    /// Of the picture, in pixels.
    public let width: Int
    /// Of the picture, in pixels.
    public let height: Int
    /// 10^9 multiply-adds.
    public let gmac: Double
  }

  /// The file.
  public let path: String
  /// "safetensors", "pytorch-zip", "pytorch-legacy", "onnx", "torch7".
  public let format: String
  /// The plugin that runs it, null where none does.
  public let plugin: String?
  /// Why none does, null otherwise.
  public let reason: String?
  /// What network it is.
  public let architecture: String?
  /// Planes after the first convolution.
  public let width: Int?
  /// What pixel values it takes and gives.
  public let pixels: String?
  /// Multiply-adds for one pixel.
  public let multiplyAddsPerPixel: Double?
  /// What a picture of the size that was asked for costs.
  public let cost: Cost?
  /// Elements of all floating point tensors.
  public let parameterCount: Int
  /// What may be done with it, where the file says so.
  public let licence: String?
  /// Who made it, where the file says so.
  public let author: String?
  /// Where it is from, where the file says so.
  public let source: String?
  /// What the file says about itself.
  public let metadata: [String: String]
  /// All tensors in the file's order.
  public let tensors: [Tensor]

  /// Reads a file and asks the plugins about it.
  ///
  /// - Parameter size: of the picture whose cost is told.
  /// - Throws: `HostError` of kind plugin for a file that is no model; an unknown network is no error here.
  public init(
    _ path: String, size: (width: Int, height: Int), _ library: PluginLibrary
  ) throws(HostError) {
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
    let provenance = ModelProvenance(file.metadata)
    self.path = path
    self.format = file.format.rawValue
    self.plugin = model?.plugin.info.id
    self.reason = reason
    self.architecture = model?.architecture
    self.width = model?.width
    self.pixels = model?.pixels
    self.multiplyAddsPerPixel = model?.multiplyAddsPerPixel
    self.cost = model?.multiplyAddsPerPixel.map {
      Cost(width: size.width, height: size.height, gmac: $0 * Double(size.width) * Double(size.height) / 1e9)
    }
    self.parameterCount = file.parameterCount
    (licence, author, source) = (provenance.licence, provenance.author, provenance.source)
    self.metadata = file.metadata
    self.tensors = file.tensors.map { Tensor(name: $0.name, type: $0.elementType.rawValue, shape: $0.shape) }
  }

  /// The metadata that `licence`, `author` and `source` do not tell already, sorted by key.
  public var otherMetadata: [(key: String, value: String)] {
    let told = ModelProvenance(metadata).keys
    return metadata.filter { !told.contains($0.key) }.sorted { $0.key < $1.key }
  }
}
