// LaneBudget.swift - how many frames may be worked on at a time: one per thread, as far as memory goes.

import Foundation
import Graph

enum LaneBudget {
  /// One lane per thread, but all together take no more than half of what is free. At least one.
  ///
  /// - Parameter laneBytes: what the first lane took.
  static func lanes(threads: Int, laneBytes: Int, freeBytes: Int?) -> Int {
    guard let freeBytes else { return threads }
    return min(threads, max(1, freeBytes / 2 / max(1, laneBytes)))
  }

  /// Bytes of private memory this process has asked for, used yet or not; 0 where the system does not say.
  static func heldBytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let fields = text.split(separator: " ")
    return fields.count > 5 ? (Int(fields[5]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
  }

  /// Bytes this process may still take; nil where the system does not say.
  static func freeBytes() -> Int? { MemoryBudget.availableBytes() }
}
