// PrecisionCache.swift - remembers what precision suited which model, so that it is measured once.

import Foundation

/// Trials by all that decides on their outcome. A damaged or absent file is an empty cache; a cache that cannot be written
/// is no error.
struct PrecisionCache {
  private struct Entry: Codable {
    let trial: PrecisionTrial
    let measured: Double
  }

  /// Entries beyond this many push out the oldest.
  private static let limit = 500

  /// Where it is kept.
  let file: URL

  init(folder: String = ProgramFiles.cacheFolder()) {
    file = URL(fileURLWithPath: folder).appendingPathComponent("precisions.json")
  }

  /// What has been measured under a key.
  func trial(for key: String) -> PrecisionTrial? { read()[key]?.trial }

  /// Remembers a trial and writes the file anew, whole or not at all; false where it cannot be written.
  func remember(_ trial: PrecisionTrial, for key: String) -> Bool {
    var entries = read()
    entries[key] = Entry(trial: trial, measured: Date().timeIntervalSince1970)
    if entries.count > PrecisionCache.limit, let oldest = entries.min(by: { $0.value.measured < $1.value.measured }) {
      entries[oldest.key] = nil
    }
    guard let data = try? JSONEncoder().encode(entries) else { return false }
    try? FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    return (try? data.write(to: file, options: .atomic)) != nil
  }

  private func read() -> [String: Entry] {
    (try? JSONDecoder().decode([String: Entry].self, from: Data(contentsOf: file))) ?? [:]
  }
}
