// PluginFolder.swift - one place where plugins are looked for, and in what order.

import Foundation

/// A folder (or one library) in the search order.
public struct PluginFolder: Equatable, Sendable {
  /// The folder, or a library itself.
  public let path: String
  /// Holds other libraries too: only `lib*.so` with our entry symbol count, all else is not ours and not mentioned.
  public let isShared: Bool

  /// A folder by its path.
  public init(path: String, isShared: Bool = false) {
    self.path = path
    self.isShared = isShared
  }

  /// The search order: `given` > STYLEHOST_PLUGIN_PATH (':' between) > beside the executable >
  /// $XDG_DATA_HOME/stylehost/plugins > /usr/local/lib/stylehost > /usr/lib/stylehost.
  public static func searchOrder(
    given: [String] = [], executable: String = ProgramFiles.executable,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> [PluginFolder] {
    let named = (environment["STYLEHOST_PLUGIN_PATH"] ?? "").split(separator: ":").map(String.init)
    let beside = PathText.folder(executable)
    return (given + named).map { PluginFolder(path: $0) }
      + [PluginFolder(path: beside, isShared: true)]
      + [PluginFolder(path: ProgramFiles.dataFolder(environment) + "/plugins")]
      + ["/usr/local/lib/stylehost", "/usr/lib/stylehost"].map { PluginFolder(path: $0) }
  }

  /// Libraries that may be plugins, sorted by name.
  func candidates() -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return [] }
    guard isFolder.boolValue else { return [path] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let libraries = names.filter { $0.hasSuffix(".so") && (!isShared || $0.hasPrefix("lib")) }.sorted()
    let paths = libraries.map { PathText.join(path, $0) }.filter(StyleSpec.isFile)
    return isShared ? paths.filter(DynamicLibrary.mentionsEntry) : paths
  }
}
