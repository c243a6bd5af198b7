// LoadedPlugin.swift - a plugin whose code is in this process.

import PluginAPI

/// A loaded plugin: its checked description and its functions. Lives as long as the process.
public final class LoadedPlugin: @unchecked Sendable {
  // @unchecked: the entry is static, read-only data of a library that is never unloaded.

  /// What it says about itself.
  public let info: PluginInfo
  /// Where it was loaded from.
  public let path: String
  let entry: UnsafePointer<sth_entry>

  /// Loads a library and checks what it offers.
  ///
  /// - Throws: `HostError` of kind plugin.
  public init(path: String) throws(HostError) {
    do {
      self.entry = try DynamicLibrary.entry(ofPluginAt: path)
      self.info = try PluginInfo(checking: entry)
    } catch {
      throw HostError(.plugin, "cannot load plugin \(path): \(error.description)")
    }
    self.path = path
  }

  /// A table of the plugin by its name, or nil.
  func table<Table>(named name: String, as type: Table.Type) -> UnsafePointer<Table>? {
    entry.pointee.get_extension?(name)?.assumingMemoryBound(to: type)
  }
}
