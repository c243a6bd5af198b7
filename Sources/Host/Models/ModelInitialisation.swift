// ModelInitialisation.swift - writes a network that has learnt nothing yet, ready to run, to time and to train.

import Foundation
import Weights

/// Makes model files from nothing but a seed.
public enum ModelInitialisation {
  /// What was written.
  public struct Summary: Sendable {
    /// What network it is.
    public let architecture: String
    /// How many numbers it has.
    public let parameterCount: Int
  }

  /// Writes a fresh network of a plugin: weights He normal, biases 0, scales 1, shifts 0. Equal arguments give equal bytes on
  /// every machine.
  ///
  /// - Parameters:
  ///   - id: the plugin that shall run it.
  ///   - width: planes after the first convolution; nil for the published number.
  ///   - overwrite: replaces an existing file.
  /// - Throws: `HostError`: plugin where there is none of this id or it has no fresh network, usage for a width it refuses,
  ///   output where the target cannot be written.
  public static func write(
    _ id: String, to target: String, width: Int?, seed: UInt64, overwrite: Bool, _ library: PluginLibrary
  ) throws(HostError) -> Summary {
    guard target.hasSuffix(".safetensors") else {
      throw HostError(.usage, "cannot write \(target): models are written as .safetensors")
    }
    guard overwrite || !FileManager.default.fileExists(atPath: target) else {
      throw HostError(.output, "\(target) exists: give -y to overwrite it")
    }
    guard let listing = library.listing(id: id) else {
      throw HostError(.plugin, "there is no plugin '\(id)'\(library.hint(for: id))")
    }
    let fresh = try FreshModel(library.load(listing), width: width)
    let architecture = fresh.architecture ?? id
    var metadata = [
      ModelIdentifier.pluginKey: id, "title": "\(id), untrained", "stylehost.architecture": architecture,
      "stylehost.initialisation": "He normal", "stylehost.seed": "\(seed)",
    ]
    if let width = fresh.width { metadata["stylehost.width"] = "\(width)" }
    let tensors = try fresh.filled(seed: seed)
    do {
      try SafetensorsWriter.write(tensors, metadata: metadata, to: target)
    } catch {
      throw HostError(error)
    }
    return Summary(architecture: architecture, parameterCount: tensors.reduce(0) { $0 + $1.elementCount })
  }
}
