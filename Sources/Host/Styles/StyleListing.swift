// StyleListing.swift - one line of `styles list`.

import Weights

/// A style that runs by its name.
public struct StyleListing: Encodable, Equatable, Sendable {
  /// What a person types.
  public let id: String
  /// "quality", "balanced" or "realtime"; nil where the file does not say.
  public let preset: String?
  /// The plugin that runs it.
  public let plugin: String
  /// The model file.
  public let path: String
  /// For people; the id where the file has none.
  public let title: String
  /// What may be done with it; nil where the file does not say.
  public let licence: String?
  /// What `-s` takes behind the id and a colon before the style can run, "style=FILE"; nil where the id is enough.
  public let needs: String?

  private enum CodingKeys: String, CodingKey {
    case id, preset, plugin, path, title, licence, needs
  }

  /// Writes every key, null where there is nothing to say.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(preset, forKey: .preset)
    try container.encode(plugin, forKey: .plugin)
    try container.encode(path, forKey: .path)
    try container.encode(title, forKey: .title)
    try container.encode(licence, forKey: .licence)
    try container.encode(needs, forKey: .needs)
  }

  init(id: String, _ file: WeightFile, plugin: PluginInfo) {
    (self.id, self.plugin, path) = (id, plugin.id, file.path)
    preset = file.metadata["stylehost.preset"]
    title = file.metadata["title"] ?? id
    licence = ModelProvenance(file.metadata).licence
    needs = StyleListing.needs(plugin.parameters)
  }

  /// The parameters that have no default and are not the model, "style=FILE,level=VALUE"; nil where there are none.
  static func needs(_ parameters: [ParameterInfo]) -> String? {
    let missing = parameters.filter { $0.isRequired && !$0.isModel }
    let values = missing.map { parameter in
      let isFile = [.path, .image, .images].contains(parameter.kind)
      return "\(parameter.key)=\(isFile ? "FILE" : "VALUE")"
    }
    return values.isEmpty ? nil : values.joined(separator: ",")
  }
}

extension StyleCatalogue {
  /// Looks into every model file.
  ///
  /// - Returns: the styles by name, and a line for each file that should be one and cannot be used.
  public func listings(_ library: PluginLibrary) -> (styles: [StyleListing], warnings: [String]) {
    var (styles, warnings): ([StyleListing], [String]) = ([], [])
    for model in models() {
      do {
        let file = try WeightFile.open(path: model.path)
        if StyleCatalogue.isTool(file) { continue }
        let plugin = try ModelIdentifier(library).identify(file).plugin
        styles.append(StyleListing(id: model.id, file, plugin: plugin.info))
      } catch {
        warnings.append("\(error)")
      }
    }
    return (styles, warnings)
  }

  /// Names of what may be a style, sorted.
  func ids() -> [String] {
    models().filter { model in
      (try? WeightFile.open(path: model.path)).map { !StyleCatalogue.isTool($0) } ?? true
    }.map(\.id)
  }

  /// Whether styles are made with it, by what it says or by its name.
  private static func isTool(_ file: WeightFile) -> Bool {
    ModelIdentifier.foreignKind(of: file) != nil || PathText.lastPart(file.path) == featuresName
  }
}
