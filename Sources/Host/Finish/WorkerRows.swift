// WorkerRows.swift - a few rows of working memory for each thread of a pool.

import Foundation

/// Rows of values, some for each worker, every row with room for the vectors that reach over its end. Lives as long as the sweep it
/// serves, so that a frame allocates nothing.
final class WorkerRows: @unchecked Sendable {
  // @unchecked: each worker touches its own rows only.
  private let memory: UnsafeMutableRawPointer
  private let perWorker: Int
  private let w: Int
  private let bytes: Int

  /// Behind a row: a cache line, so that vectors may begin at its last value.
  private static let tail = 16

  /// - Parameter count: of rows for each worker.
  /// - Throws: `HostError` of kind plugin where there is no memory for them.
  init(_ count: Int, w: Int, threads: Int) throws(HostError) {
    bytes = ((w + 15) / 16 * 16 + WorkerRows.tail) * 4
    perWorker = count
    self.w = w
    var block: UnsafeMutableRawPointer?
    let total = bytes * count * threads
    guard posix_memalign(&block, 64, total) == 0, let block else {
      throw HostError(.plugin, "there is not enough memory for rows of \(w) pixels")
    }
    memset(block, 0, total)
    memory = block
  }

  deinit { free(memory) }

  /// A row.
  func row(_ index: Int, worker: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: start(index, worker).assumingMemoryBound(to: Float.self), count: w)
  }

  /// The same in blocks; the last one reaches over the row's end.
  func blocks(_ index: Int, worker: Int) -> UnsafeMutableBufferPointer<Block> {
    UnsafeMutableBufferPointer(
      start: start(index, worker).assumingMemoryBound(to: Block.self),
      count: (w + Block.scalarCount - 1) / Block.scalarCount)
  }

  /// Sets to 0 what blocks have left behind a row's end.
  func clearTail(_ index: Int, worker: Int) { memset(start(index, worker) + w * 4, 0, bytes - w * 4) }

  // SAFETY: `threads * perWorker` rows of `bytes` lie in the memory, each on 64 bytes.
  private func start(_ index: Int, _ worker: Int) -> UnsafeMutableRawPointer {
    memory + (worker * perWorker + index) * bytes
  }
}
