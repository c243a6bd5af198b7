// Working memory of a plan, straight from the system and given back to it.
import Glibc

/// One mapping of memory, zero at first, on huge pages where the system has them.
final class Arena: @unchecked Sendable {
  // SAFETY: the memory is used by one run of one plan at a time; the object itself never changes.

  /// On a 64-byte boundary at least (2 MiB where it is as large as that).
  let base: UnsafeMutableRawPointer
  /// That were asked for.
  let bytes: Int
  private let mapping: UnsafeMutableRawPointer
  private let mappedBytes: Int

  static let hugePage = 2 << 20

  init(bytes: Int) throws(GraphError) {
    self.bytes = bytes
    let isLarge = bytes >= Self.hugePage
    mappedBytes = max(bytes, 1) + (isLarge ? Self.hugePage : 0)
    guard
      let mapping = mmap(nil, mappedBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      mapping != UnsafeMutableRawPointer(bitPattern: -1)
    else {
      throw .noMemory("cannot reserve \(MemoryBudget.mebibytes(bytes)) MiB of working memory; use a smaller picture")
    }
    self.mapping = mapping
    guard isLarge else {
      base = mapping
      return
    }
    base = mapping.alignedUp(toMultipleOf: Self.hugePage)
    _ = madvise(base, MemoryPlan.roundUp(bytes, 4096), MADV_HUGEPAGE)
  }

  deinit { munmap(mapping, mappedBytes) }
}
