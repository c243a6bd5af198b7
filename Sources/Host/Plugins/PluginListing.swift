// PluginListing.swift - one line of `plugins list`.

/// What was found at one path: a usable plugin, a broken one with its reason, or one that another hides.
public struct PluginListing: Encodable, Equatable, Sendable {
  /// Whether it can be used.
  public enum Status: String, Codable, Sendable {
    /// Can be used.
    case ok
    /// Cannot be used; the reason says why.
    case failed
    /// Another library with the same id comes first.
    case duplicate
  }

  /// The plugin's id, nil where it could not be asked.
  public let id: String?
  /// Its version, nil where it could not be asked.
  public let version: String?
  /// The library.
  public let path: String
  /// Whether it can be used.
  public let status: Status
  /// One line where it cannot.
  public let reason: String?
  /// All it says about itself; not part of the JSON of a list.
  public let plugin: PluginInfo?

  private enum CodingKeys: String, CodingKey {
    case id, version, path, status, reason
  }

  /// Writes every key, null where there is nothing to say.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(version, forKey: .version)
    try container.encode(path, forKey: .path)
    try container.encode(status, forKey: .status)
    try container.encode(reason, forKey: .reason)
  }
}
