// ScanCache.swift - remembers what libraries turned out to be, so that listing is fast.

import Foundation
import PluginAPI

/// Scan reports by path, valid while size, time of the last change and contract version stay. A damaged or absent file is an
/// empty cache; a cache that cannot be written is no error.
struct ScanCache {
  private struct Entry: Codable {
    let size: Int64
    let changed: Int64
    let abi: UInt32
    let host: String
    let report: ScanReport
    let scanned: Double
  }

  /// What identifies one version of a file.
  struct Identity: Equatable {
    let size: Int64
    /// Nanoseconds since 1970, of its content, its name or its rights: a file that is moved here or copied with its times is
    /// another one too, which the time of modification would not tell.
    let changed: Int64

    /// Of the file a path leads to, or nil where there is none.
    init?(path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      size = Int64(status.st_size)
      changed = Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec)
    }
  }

  private let file: URL
  private let host: String
  private var entries: [String: Entry] = [:]

  /// Failures are asked again after this long: what they depend on may have been mended elsewhere.
  static let failureLifetime: Double = 600

  /// - Parameter host: what identifies the scanning program; another one asks again.
  init(folder: URL, host: String) {
    self.file = folder.appendingPathComponent("plugins.json")
    self.host = host
    entries = (try? JSONDecoder().decode([String: Entry].self, from: Data(contentsOf: file))) ?? [:]
  }

  /// The remembered report of a file that has not changed.
  func report(for path: String, _ identity: Identity) -> ScanReport? {
    guard let entry = entries[path], entry.size == identity.size, entry.changed == identity.changed,
      entry.abi == STH_ABI_MAJOR << 16 | STH_ABI_MINOR, entry.host == host
    else { return nil }
    let age = Date().timeIntervalSince1970 - entry.scanned
    let isFresh = (0..<ScanCache.failureLifetime).contains(age)
    return entry.report.failure == nil || isFresh ? entry.report : nil
  }

  /// Remembers a report and writes the file anew, whole or not at all.
  mutating func remember(_ report: ScanReport, for path: String, _ identity: Identity) {
    entries[path] = Entry(
      size: identity.size, changed: identity.changed, abi: STH_ABI_MAJOR << 16 | STH_ABI_MINOR, host: host,
      report: report, scanned: Date().timeIntervalSince1970)
    if entries.count > 1000 { entries = entries.filter { FileManager.default.fileExists(atPath: $0.key) } }
    guard let data = try? JSONEncoder().encode(entries) else { return }
    try? FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try? data.write(to: file, options: .atomic)
  }
}
