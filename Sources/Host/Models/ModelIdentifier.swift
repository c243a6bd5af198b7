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
  /// Planes after the first convolution; nil where the plugin does not say.
  public let width: Int?
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

  /// What a file says it is where it says that it is no style: a network that styles are made with.
  static func foreignKind(of file: WeightFile) -> String? {
    file.metadata["stylehost.kind"].flatMap { $0 == "style" ? nil : $0 }
  }

  /// What one plugin says about a file.
  private enum Answer {
    case runs(IdentifiedModel)
    /// The file is meant for it, but cannot be run.
    case refuses(Refusal)
    /// The file is some other network's.
    case knowsNot
  }

  /// Why a plugin cannot run a file that it knows.
  private struct Refusal {
    let plugin: String
    let reason: String
    /// How many tensors of the file it looked at: the more, the nearer it is to running it.
    let looks: Int
  }

  /// Finds the plugin for a file.
  ///
  /// - Throws: `HostError` of kind plugin: none takes it, or those it may be meant for say why they cannot run it, the nearest first.
  func identify(_ file: WeightFile) throws(HostError) -> IdentifiedModel {
    if let kind = ModelIdentifier.foreignKind(of: file) {
      throw HostError(.plugin, "\(file.path) holds no style: it says that it is '\(kind)'")
    }
    if let id = file.metadata[ModelIdentifier.pluginKey] { return try identify(file, for: id) }
    var (asked, refusals): ([String], [Refusal]) = ([], [])
    for listing in library.listings() where listing.status == .ok && listing.plugin?.identifiesModels == true {
      let plugin = try library.load(listing)
      asked.append(plugin.info.id)
      switch ask(plugin, about: file) {
      case .runs(let model): return model
      case .refuses(let refusal): refusals.append(refusal)
      case .knowsNot: break
      }
    }
    if !refusals.isEmpty {
      let reasons = refusals.sorted { $0.looks > $1.looks }.map { "\($0.plugin): \($0.reason)" }
      throw HostError(.plugin, "no plugin runs \(file.path) as it is; \(reasons.joined(separator: "; "))")
    }
    let who = asked.isEmpty ? "no installed plugin runs model files" : "asked: " + asked.joined(separator: ", ")
    throw HostError(.plugin, "no plugin knows the network in \(file.path) (\(who))")
  }

  /// A file that names its plugin.
  private func identify(_ file: WeightFile, for id: String) throws(HostError) -> IdentifiedModel {
    guard let listing = library.listing(id: id) else {
      throw HostError(.plugin, "\(file.path) needs plugin '\(id)', which is not installed\(library.hint(for: id))")
    }
    let plugin = try library.load(listing)
    switch ask(plugin, about: file) {
    case .runs(let model): return model
    case .refuses(let refusal):
      throw HostError(.plugin, "cannot use model \(file.path): plugin '\(id)': \(refusal.reason)")
    case .knowsNot:
      guard !plugin.info.identifiesModels else {
        throw HostError(.plugin, "\(file.path) names plugin '\(id)', but that does not know this network")
      }
      return IdentifiedModel(plugin: plugin, architecture: nil, width: nil, pixels: nil, multiplyAddsPerPixel: nil)
    }
  }

  private func ask(_ plugin: LoadedPlugin, about file: WeightFile) -> Answer {
    guard let identify = plugin.table(named: STH_EXTENSION_MODELS, as: sth_models_api.self)?.pointee.identify else {
      return .knowsNot
    }
    var info = sth_model_info()
    info.struct_size = UInt32(MemoryLayout<sth_model_info>.size)
    var error = sth_error.empty()
    let (status, looks) = WeightsTable.lending(file) { table, weights in
      CrashReporter.during(plugin.entry.pointee.descriptor.pointee.id) {
        identify(table, weights, &info, &error)
      }
    }
    switch status {
    case STH_OK:
      let cost = info.multiply_adds_per_pixel
      return .runs(
        IdentifiedModel(
          plugin: plugin, architecture: ModelIdentifier.text(info.architecture),
          width: info.width > 0 ? Int(info.width) : nil, pixels: ModelIdentifier.text(info.pixels),
          multiplyAddsPerPixel: cost > 0 && cost.isFinite ? cost : nil))
    case STH_ERROR_UNSUPPORTED:
      return .knowsNot
    default:
      let reason = error.text.isEmpty ? ErrorReport.meaning(of: status) : error.text
      return .refuses(Refusal(plugin: plugin.info.id, reason: ModelIdentifier.bare(reason), looks: looks))
    }
  }

  /// A reason without "cannot load FILE: " before it: the sentence it goes into names the file.
  private static func bare(_ reason: String) -> String {
    guard reason.hasPrefix("cannot load "), let end = reason.range(of: ": ") else { return reason }
    return String(reason[end.upperBound...])
  }

  /// The text in a C array that was imported as a tuple; nil where it is empty.
  static func text<Tuple>(_ tuple: Tuple) -> String? {
    withUnsafeBytes(of: tuple) { bytes in
      let end = bytes.firstIndex(of: 0) ?? bytes.endIndex
      return end == 0 ? nil : String(decoding: bytes[..<end], as: UTF8.self)
    }
  }
}
