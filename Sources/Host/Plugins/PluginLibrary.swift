// PluginLibrary.swift - finds plugins, knows what each is, loads the one that is wanted.

import Foundation

/// The plugins of this machine, in search order. Scans lazily and remembers; used by one thread at a time.
public final class PluginLibrary {
  private let folders: [PluginFolder]
  private let scanner: PluginScanner
  private var cache: ScanCache
  private var scanned: [PluginListing] = []
  private var waiting: [String]
  private var loaded: [String: LoadedPlugin] = [:]

  /// - Parameters:
  ///   - folders: where to look, first wins.
  ///   - executable: runs scans, see `PluginScanner`.
  ///   - cacheFolder: where scan results are remembered.
  ///   - scanLimit: time a library has to answer.
  public init(
    folders: [PluginFolder] = PluginFolder.searchOrder(), executable: String = ProgramFiles.executable,
    cacheFolder: String = ProgramFiles.cacheFolder(), scanLimit: Duration = .seconds(10)
  ) {
    self.folders = folders
    self.scanner = PluginScanner(executable: executable, limit: scanLimit)
    let identity = ScanCache.Identity(path: executable)
    let host = "\(executable) \(identity?.size ?? 0) \(identity?.changed ?? 0)"
    self.cache = ScanCache(folder: URL(fileURLWithPath: cacheFolder), host: host)
    var seen: Set<String> = []
    self.waiting = folders.flatMap { $0.candidates() }
      .filter { seen.insert(URL(fileURLWithPath: $0).resolvingSymlinksInPath().path).inserted }
  }

  /// Everything found, in search order.
  public func listings() -> [PluginListing] {
    while scanNext() != nil {}
    return scanned
  }

  /// The usable plugin with an id, or nil; looks no further than it has to.
  public func listing(id: String) -> PluginListing? {
    if let known = scanned.first(where: { $0.id == id && $0.status == .ok }) { return known }
    while let next = scanNext() {
      if next.id == id, next.status == .ok { return next }
    }
    return nil
  }

  /// What is known about a library named by its path, scanned now if need be.
  public func listing(path: String) -> PluginListing {
    let report = report(for: path)
    return PluginListing(
      id: report.plugin?.id, version: report.plugin?.version, path: path,
      status: report.failure == nil ? .ok : .failed, reason: report.failure, plugin: report.plugin)
  }

  /// Loads a plugin into this process, once.
  ///
  /// - Throws: `HostError` of kind plugin.
  public func load(_ listing: PluginListing) throws(HostError) -> LoadedPlugin {
    if let plugin = loaded[listing.path] { return plugin }
    if let reason = listing.reason, listing.status == .failed {
      throw HostError(.plugin, "cannot use plugin \(listing.path): \(reason)")
    }
    let plugin = try LoadedPlugin(path: listing.path)
    loaded[listing.path] = plugin
    return plugin
  }

  /// Loads the plugin with an id.
  ///
  /// - Throws: `HostError` of kind plugin, with what was found instead.
  public func load(id: String) throws(HostError) -> LoadedPlugin {
    if let listing = listing(id: id) { return try load(listing) }
    throw HostError(.plugin, "there is no plugin '\(id)'\(hint(for: id))")
  }

  /// What is known about a plugin, by its id or the path of its library.
  ///
  /// - Throws: `HostError` of kind plugin where there is none.
  public func describe(_ name: String) throws(HostError) -> PluginListing {
    if StyleSpec.looksLikeFile(name) { return listing(path: name) }
    if let listing = listing(id: name) { return listing }
    throw HostError(.plugin, "there is no plugin '\(name)'\(hint(for: name))")
  }

  /// Ids of all usable plugins.
  public func usableIDs() -> [String] {
    listings().filter { $0.status == .ok }.compactMap(\.id)
  }

  /// " - did you mean ...", the reason of a broken library of that name, or what there is.
  func hint(for id: String, among more: [String] = []) -> String {
    let ids = usableIDs()
    if let broken = scanned.first(where: { $0.status == .failed && ["lib" + id, id].contains(PathText.stem($0.path)) })
    {
      return ": \(broken.path) cannot be used: \(broken.reason ?? "no reason known")"
    }
    let near = Suggestion.sentence(for: id, among: ids + more)
    if !near.isEmpty { return near }
    return ids.isEmpty
      ? ": no plugin was found (see stylehost plugins list)" : ": there is " + ids.joined(separator: ", ")
  }

  @discardableResult private func scanNext() -> PluginListing? {
    guard !waiting.isEmpty else { return nil }
    let found = listing(path: waiting.removeFirst())
    var entry = found
    if let id = found.id, let first = scanned.first(where: { $0.id == id && $0.status == .ok }) {
      entry = PluginListing(
        id: id, version: found.version, path: found.path, status: .duplicate,
        reason: "\(first.path) has the same id and comes first", plugin: found.plugin)
    }
    scanned.append(entry)
    return entry
  }

  private func report(for path: String) -> ScanReport {
    guard let identity = ScanCache.Identity(path: path) else { return ScanReport(failure: "there is no such file") }
    let absolute = URL(fileURLWithPath: path).path
    if let known = cache.report(for: absolute, identity) { return known }
    let report = scanner.scan(absolute)
    cache.remember(report, for: absolute, identity)
    return report
  }
}
