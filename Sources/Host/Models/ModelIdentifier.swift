// ModelIdentifier.swift - which plugin runs a model file: its metadata says it, or every plugin is asked.

import Foundation
import PluginAPI
import Weights

/// What is known about a model file once a plugin has recognised it.
public struct IdentifiedModel: Sendable {
  /// The plugin that runs it.
  public let plugin: LoadedPlugin
  /// "Johnson transformer net (pytorch/examples), width 32"; nil where the plugin does not say.
  public let architecture: String?
  /// "RGB 0...255 in and out"; nil where the plugin does not say.
  public let pixels: String?
  /// Multiply-adds for one pixel; nil where unknown.
  public let multiplyAddsPerPixel: Double?
}

/// Asks plugins about model files.
struct ModelIdentifier {
  private let library: PluginLibrary

  init(_ library: PluginLibrary) { self.library = library }

  /// Metadata key of the plugin's id.
  static let pluginKey = "stylehost.plugin"

  /// Finds the plugin for a file.
  ///
  /// - Throws: `HostError` of kind plugin: none takes it, or the one it is meant for says why it is broken.
  func identify(_ file: WeightFile) throws(HostError) -> IdentifiedModel {
    if let id = file.metadata[ModelIdentifier.pluginKey] {
      guard let listing = library.listing(id: id) else {
        throw HostError(.plugin, "\(file.path) needs plugin '\(id)', which is not installed\(library.hint(for: id))")
      }
      let plugin = try library.load(listing)
      if let model = try ask(plugin, about: file) { return model }
      guard !plugin.info.identifiesModels else {
        throw HostError(.plugin, "\(file.path) names plugin '\(id)', but that does not know this network")
      }
      return IdentifiedModel(plugin: plugin, architecture: nil, pixels: nil, multiplyAddsPerPixel: nil)
    }
    var asked: [String] = []
    for listing in library.listings() where listing.status == .ok && listing.plugin?.identifiesModels == true {
      let plugin = try library.load(listing)
      asked.append(plugin.info.id)
      if let model = try ask(plugin, about: file) { return model }
    }
    let who = asked.isEmpty ? "no installed plugin runs model files" : "asked: " + asked.joined(separator: ", ")
    throw HostError(.plugin, "no plugin knows the network in \(file.path) (\(who))")
  }

  /// What a plugin says about a file; nil where it is another network's.
  private func ask(_ plugin: LoadedPlugin, about file: WeightFile) throws(HostError) -> IdentifiedModel? {
    guard let identify = plugin.table(named: STH_EXTENSION_MODELS, as: sth_models_api.self)?.pointee.identify else {
      return nil
    }
    var info = sth_model_info()
    info.struct_size = UInt32(MemoryLayout<sth_model_info>.size)
    var error = sth_error.empty()
    let status = WeightsTable.lending(file) { table, weights in
      CrashReporter.during(plugin.entry.pointee.descriptor.pointee.id) {
        identify(table, weights, &info, &error)
      }
    }
    switch status {
    case STH_OK:
      let cost = info.multiply_adds_per_pixel
      return IdentifiedModel(
        plugin: plugin, architecture: ModelIdentifier.text(info.architecture),
        pixels: ModelIdentifier.text(info.pixels),
        multiplyAddsPerPixel: cost > 0 && cost.isFinite ? cost : nil)
    case STH_ERROR_UNSUPPORTED:
      return nil
    default:
      let reason = error.text.isEmpty ? ErrorReport.meaning(of: status) : error.text
      throw HostError(.plugin, reason.contains(file.path) ? reason : "cannot use model \(file.path): \(reason)")
    }
  }

  /// The text in a C array that was imported as a tuple; nil where it is empty.
  static func text<Tuple>(_ tuple: Tuple) -> String? {
    withUnsafeBytes(of: tuple) { bytes in
      let end = bytes.firstIndex(of: 0) ?? bytes.endIndex
      return end == 0 ? nil : String(decoding: bytes[..<end], as: UTF8.self)
    }
  }
}
