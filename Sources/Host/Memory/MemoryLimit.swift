// MemoryLimit.swift - how much memory a run may take, and what of it is left.

import Foundation
import Graph
import Synchronization

/// The memory of a run, shared by all its lanes: what people allow, what frames on their way are expected to take, and where
/// things go that do not fit. Any thread.
public final class MemoryLimit: Sendable {
  /// Bytes the whole process may hold; nil where nobody says and the system does not know what is free.
  public let bytes: Int?
  /// Memory on disk for what does not fit.
  public let scratch: ScratchSpace
  private let reserved = Mutex(0)

  /// - Parameters:
  ///   - bytes: nil takes what the process holds now and three quarters of what is free.
  ///   - scratchFolder: where scratch files go; see `ScratchSpace`.
  public init(bytes: Int? = nil, scratchFolder: String? = nil) {
    self.bytes = bytes ?? MemoryBudget.availableBytes().map { MemoryLimit.heldBytes() + $0 / 4 * 3 }
    scratch = ScratchSpace(folder: scratchFolder)
  }

  /// Keeps room for frames on their way through the pipeline; what was reserved before is free again.
  func reserve(_ bytes: Int) { reserved.withLock { $0 = bytes } }

  /// What was reserved.
  var reservedBytes: Int { reserved.withLock(\.self) }

  /// Bytes that may still be taken, never negative; nil where there is no limit.
  var left: Int? { bytes.map { max($0 - reservedBytes - MemoryLimit.heldBytes(), 0) } }

  /// A new picture: in memory, or in a scratch file where it would take more than a fifth of what is left. Two pictures are alive
  /// around a style, which needs most of the memory itself.
  ///
  /// - Throws: `HostError` of kind plugin where there is neither memory nor disk for it.
  func picture(c: Int = 3, h: Int, w: Int) throws(HostError) -> ImageBuffer {
    let isLarge = left.map { ImageBuffer.bytes(c: c, h: h, w: w) ?? .max > $0 / 5 } ?? false
    return try ImageBuffer(c: c, h: h, w: w, scratch: isLarge ? scratch : nil)
  }

  /// Bytes of private memory this process has asked for, used yet or not; 0 where the system does not say.
  static func heldBytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let fields = text.split(separator: " ")
    return fields.count > 5 ? (Int(fields[5]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
  }

  /// Bytes of a text such as "2G", "1500M" or "800MiB", in powers of 1024; nil for anything else, and for less than 16 MiB.
  public static func parse(_ text: String) -> Int? {
    let units = ["": 0, "K": 10, "M": 20, "G": 30, "T": 40]
    let number = text.prefix { $0.isNumber || $0 == "." }
    var unit = text.dropFirst(number.count).uppercased()
    if unit.hasSuffix("IB") { unit.removeLast(2) } else if unit.hasSuffix("B") { unit.removeLast() }
    guard let shift = units[unit], let value = Double(number) else { return nil }
    let bytes = value * Double(1 << shift)
    return (16 * 1048576.0..<9e15).contains(bytes) ? Int(bytes) : nil
  }

  /// "2.0 GiB", "310 MiB".
  static func words(_ bytes: Int) -> String {
    bytes >= 1 << 30
      ? String(format: "%.1f GiB", Double(bytes) / Double(1 << 30)) : "\((bytes + (1 << 20) - 1) >> 20) MiB"
  }
}
