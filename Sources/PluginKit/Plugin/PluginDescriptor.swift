// Who a plugin is: the part of it that never changes.

/// What the host shows of a plugin, and the table of its parameters.
public struct PluginDescriptor: Sendable {
  /// What a person types: lower case letters, digits, '.' and '-'; "johnson", "org.example.glow".
  public var id: String
  /// "Johnson fast style transfer"
  public var name: String
  /// "1.2.0"
  public var version: String
  /// Who made it.
  public var vendor: String
  /// SPDX expression: "MIT".
  public var licence: String
  /// One to three sentences.
  public var description: String
  /// A frame's result depends on that frame and the parameters alone.
  public var isStateless: Bool
  /// In the order in which they are shown.
  public var parameters: [any ParameterDeclaration]

  /// A descriptor from its parts; most effects remember nothing from frame to frame.
  public init(
    id: String, name: String, version: String, vendor: String = "", licence: String, description: String,
    isStateless: Bool = true, parameters: [any ParameterDeclaration] = []
  ) {
    self.id = id
    self.name = name
    self.version = version
    self.vendor = vendor
    self.licence = licence
    self.description = description
    self.isStateless = isStateless
    self.parameters = parameters
  }
}
