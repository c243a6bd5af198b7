// StyleResolver.swift - from what a person typed to a loaded plugin with checked values.

import Foundation
import Graph
import Weights

/// A style that can be started.
public struct ResolvedStyle: Sendable {
  /// The plugin, loaded.
  public let plugin: LoadedPlugin
  /// Its values.
  public let values: ParameterValues
  /// What every style can be asked for.
  public internal(set) var options: StyleOptions
  /// What errors call it: its name in a timeline, or its plugin's id.
  var name: String
  /// What its graphs compute in, as far as this machine can.
  var precision = ComputePrecision.f32
  /// What a timeline does to its values.
  var animation = Animation()
  /// Whether a timeline switches to it; other styles are always shown.
  var isSwitched = false
  /// Whether the timeline shows the picture as it is too, which must have the size of the style's.
  var isMixedWithSource = false

  init(plugin: LoadedPlugin, values: ParameterValues, options: StyleOptions = StyleOptions()) {
    self.plugin = plugin
    self.values = values
    self.options = options
    name = plugin.info.id
  }

  /// Checks what a person typed; a key that the plugin does not declare may be a common option.
  ///
  /// - Parameter catalogue: where files lie that come with the program.
  /// - Throws: `HostError`: usage; plugin where a model file is missing.
  init(
    _ plugin: LoadedPlugin, _ assignments: [StyleSpec.Assignment], _ catalogue: StyleCatalogue
  ) throws(HostError) {
    let isCommon = { (assignment: StyleSpec.Assignment) in StyleOptions.owns(assignment.key, beside: plugin.info) }
    self.init(
      plugin: plugin,
      values: try ParameterValues(assignments.filter { !isCommon($0) }, for: plugin.info, catalogue),
      options: try StyleOptions(assignments.filter(isCommon), of: plugin.info.id))
  }
}

/// Finds what a name means: a file, a plugin, a style of the catalogue - in this order. One thread at a time.
public final class StyleResolver {
  private let library: PluginLibrary
  private let catalogue: StyleCatalogue

  /// - Parameter styleFolders: where the model files of styles lie, first wins.
  public init(_ library: PluginLibrary, styleFolders: [String] = StyleCatalogue.searchOrder()) {
    self.library = library
    catalogue = StyleCatalogue(folders: styleFolders)
  }

  /// - Throws: `HostError`: usage for parameters, plugin for names, plugins and models.
  public func resolve(_ spec: StyleSpec) throws(HostError) -> ResolvedStyle {
    if spec.namesFile {
      guard StyleSpec.isFile(spec.name) else {
        throw HostError(.plugin, "there is no model file '\(spec.name)'")
      }
      if PathText.ending(spec.name) == "so" {
        let plugin = try library.load(library.listing(path: spec.name))
        return try ResolvedStyle(plugin, spec.assignments, catalogue)
      }
      return try resolve(model: spec.name, spec.assignments)
    }
    if let listing = library.listing(id: spec.name) {
      let plugin = try library.load(listing)
      return try ResolvedStyle(plugin, spec.assignments, catalogue)
    }
    if let file = catalogue.path(of: spec.name) { return try resolve(model: file, spec.assignments) }
    throw HostError(
      .plugin,
      "there is no plugin and no style '\(spec.name)'\(library.hint(for: spec.name, among: catalogue.ids()))"
        + " (see stylehost styles list)"
    )
  }

  private func resolve(model path: String, _ assignments: [StyleSpec.Assignment]) throws(HostError) -> ResolvedStyle {
    let file: WeightFile
    do {
      file = try WeightFile.open(path: path)
    } catch {
      throw HostError(error)
    }
    let plugin = try ModelIdentifier(library).identify(file).plugin
    guard let parameter = plugin.info.parameters.first(where: \.isModel) else {
      throw HostError(.plugin, "plugin '\(plugin.info.id)' is named by \(path), but takes no model file")
    }
    guard !assignments.contains(where: { $0.key == parameter.key }) else {
      throw HostError(.usage, "'\(path)' is the model already: leave \(parameter.key)= out")
    }
    let all = [StyleSpec.Assignment(key: parameter.key, value: path)] + assignments
    return try ResolvedStyle(plugin, all, catalogue)
  }
}
