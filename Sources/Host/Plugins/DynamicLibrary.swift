// DynamicLibrary.swift - the one place that loads a plugin's code. A library is never unloaded.

import Foundation
import PluginAPI

enum DynamicLibrary {
  /// Loads a library and asks its entry function.
  ///
  /// - Throws: `HostError` of kind plugin with the loader's or the contract's reason.
  static func entry(ofPluginAt path: String) throws(HostError) -> UnsafePointer<sth_entry> {
    let absolute = URL(fileURLWithPath: path).path
    guard let handle = dlopen(absolute, RTLD_NOW | RTLD_LOCAL) else {
      throw HostError(.plugin, loaderMessage(without: absolute))
    }
    guard let symbol = dlsym(handle, STH_ENTRY_SYMBOL) else {
      throw HostError(.plugin, "it does not export \(STH_ENTRY_SYMBOL)")
    }
    // SAFETY: the contract fixes the type of the symbol with this name.
    let function = unsafeBitCast(symbol, to: EntryFunction.self)
    guard let entry = function(STH_ABI_MAJOR, STH_ABI_MINOR) else {
      throw HostError(
        .plugin,
        "it cannot serve version \(STH_ABI_MAJOR).\(STH_ABI_MINOR) of the plugin contract (its entry returned NULL)")
    }
    return entry
  }

  /// Whether the file holds the entry symbol's name: a library without it is not a plugin, and is not loaded to find out.
  static func mentionsEntry(_ path: String) -> Bool {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe) else { return true }
    return data.range(of: Data(STH_ENTRY_SYMBOL.utf8)) != nil
  }

  private typealias EntryFunction = @convention(c) (UInt32, UInt32) -> UnsafePointer<sth_entry>?

  private static func loaderMessage(without path: String) -> String {
    let text = dlerror().map { String(cString: $0) } ?? "the loader gives no reason"
    let line = text.split(separator: "\n").joined(separator: " ")
    return line.hasPrefix(path + ": ") ? String(line.dropFirst(path.count + 2)) : line
  }
}
