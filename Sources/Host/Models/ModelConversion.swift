// ModelConversion.swift - any readable model file to a safetensors file that runs by its path alone.

import Foundation
import Weights

/// Rewrites model files.
public enum ModelConversion {
  /// What was written.
  public struct Summary: Sendable {
    /// The plugin that runs it.
    public let plugin: String
    /// How many tensors were written; all there were.
    public let tensorCount: Int
  }

  /// Writes every tensor of `source` unchanged to `target` with metadata: the plugin, a title, where it came from, and all that
  /// the source said about itself.
  ///
  /// - Parameters:
  ///   - title: for people; nil keeps the source's, or takes its file name.
  ///   - overwrite: replaces an existing file.
  /// - Throws: `HostError`: plugin for a file that no plugin runs, output where the target cannot be written.
  public static func convert(
    _ source: String, to target: String, title: String?, overwrite: Bool, _ library: PluginLibrary
  ) throws(HostError) -> Summary {
    guard target.hasSuffix(".safetensors") else {
      throw HostError(.usage, "cannot write \(target): models are written as .safetensors")
    }
    guard overwrite || !FileManager.default.fileExists(atPath: target) else {
      throw HostError(.output, "\(target) exists: give -y to overwrite it")
    }
    do {
      let file = try WeightFile.open(path: source)
      let model = try ModelIdentifier(library).identify(file)
      let name = PathText.lastPart(source)
      var metadata = file.metadata
      metadata[ModelIdentifier.pluginKey] = model.plugin.info.id
      metadata["title"] = title ?? metadata["title"] ?? PathText.stem(name)
      if metadata["stylehost.source"] == nil {
        metadata["stylehost.source"] = name
        metadata["stylehost.source_format"] = file.format.rawValue
      }
      try SafetensorsWriter.write(file.tensors, metadata: metadata, to: target)
      return Summary(plugin: model.plugin.info.id, tensorCount: file.tensors.count)
    } catch let error as WeightsError {
      throw HostError(error)
    } catch let error as HostError {
      throw error
    } catch {
      throw HostError(.output, "cannot convert \(source): \(error)")
    }
  }
}
