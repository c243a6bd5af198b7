// ScanReport.swift - what the scanning child learnt about one library.

import Foundation
import PluginAPI

/// The outcome of asking one library what it is. Written by the child, kept in the cache.
public struct ScanReport: Codable, Equatable, Sendable {
  /// What it is, where it could be asked.
  public let plugin: PluginInfo?
  /// Why it cannot be used, one line.
  public let failure: String?

  init(plugin: PluginInfo) { (self.plugin, self.failure) = (plugin, nil) }
  init(failure: String) { (self.plugin, self.failure) = (nil, failure) }

  /// Loads a library into this process and says what it is: the work of the scanning child.
  public static func scanning(_ path: String) -> ScanReport {
    do {
      let started = ContinuousClock.now
      let entry = try DynamicLibrary.entry(ofPluginAt: path)
      let plugin = try PluginInfo(checking: entry)
      guard ContinuousClock.now - started < .seconds(5) else {
        return ScanReport(failure: "it took more than 5 s to load: a plugin does no work before it is used")
      }
      return ScanReport(plugin: plugin)
    } catch {
      return ScanReport(failure: error.description)
    }
  }
}
