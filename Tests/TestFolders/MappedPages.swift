// MappedPages.swift - how much of a mapped file this process holds in memory.

import Foundation

/// Looks a file up in the process's own map of memory.
public enum MappedPages {
  /// What a mapped file takes of this process's memory.
  public static func residentKiB(_ path: String) throws -> Int {
    // A file of /proc has no size, and what goes by it reads too little.
    let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/self/smaps"))
    let maps = String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
    var (isOurs, sum) = (false, 0)
    for line in maps.split(separator: "\n") {
      let fields = line.split(separator: " ", omittingEmptySubsequences: true)
      // A mapping begins with its addresses; one of no file has no sixth field.
      if fields.count >= 5, fields[0].contains("-") { isOurs = line.hasSuffix(path) }
      if isOurs, fields.first == "Rss:" { sum += Int(fields[1]) ?? 0 }
    }
    return sum
  }
}
