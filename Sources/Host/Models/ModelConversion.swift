// ModelConversion.swift - any readable model file, or the parts of one, to a safetensors file that runs by its path alone.

import Foundation
import Weights

/// Rewrites model files.
public enum ModelConversion {
  /// What was written.
  public struct Summary: Sendable {
    /// The plugin that runs it.
    public let plugin: String
    /// What the plugin says it is, nil where it says nothing; of a network's part, what that lacks.
    public let architecture: String?
    /// How many tensors were written; all there were.
    public let tensorCount: Int
  }

  /// Writes every tensor of the sources unchanged to `target` with metadata: the plugin, a title, where it came from, and all that
  /// the sources said about themselves. The tensors of a source with a name get that name and a dot before their own.
  ///
  /// - Parameters:
  ///   - title: for people; nil keeps the source's, or takes its file name; of several sources, the target's.
  ///   - overwrite: replaces an existing file.
  /// - Throws: `HostError`: plugin for a file that no plugin runs, output where the target cannot be written, usage where one of
  ///   several sources has no name.
  public static func convert(
    _ sources: [ModelSource], to target: String, title: String?, overwrite: Bool, _ library: PluginLibrary
  ) throws(HostError) -> Summary {
    guard target.hasSuffix(".safetensors") else {
      throw HostError(.usage, "cannot write \(target): models are written as .safetensors")
    }
    guard overwrite || !FileManager.default.fileExists(atPath: target) else {
      throw HostError(.output, "\(target) exists: give -y to overwrite it")
    }
    let file = try ModelSource.joined(sources, target: target)
    let model = try ModelIdentifier(library).identify(file)
    let names = sources.map { PathText.lastPart($0.path) }
    var metadata = file.metadata
    metadata[ModelIdentifier.pluginKey] = model.plugin.info.id
    metadata["title"] = title ?? metadata["title"] ?? PathText.stem(names.count == 1 ? names[0] : target)
    if metadata["stylehost.source"] == nil {
      metadata["stylehost.source"] = names.joined(separator: " + ")
      if sources.count == 1 { metadata["stylehost.source_format"] = file.format.rawValue }
    }
    do {
      try SafetensorsWriter.write(file.tensors, metadata: metadata, to: target)
    } catch {
      throw HostError(error)
    }
    return Summary(
      plugin: model.plugin.info.id, architecture: model.architecture, tensorCount: file.tensors.count)
  }
}
