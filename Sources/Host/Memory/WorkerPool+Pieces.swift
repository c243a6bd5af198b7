// WorkerPool+Pieces.swift - loops over pictures that may lie in files.

import Graph
import PluginAPI

extension WorkerPool {
  /// Calls `body` over all of 0 ..< count, some parts for each thread. Allocates nothing.
  ///
  /// - Parameters:
  ///   - isScratch: a picture that the loop goes over lies in a file: it goes piece by piece, so that the file's pages need
  ///     not be in memory all at once.
  ///   - afterPiece: lets go of pages.
  func loop(
    over count: Int, isScratch: Bool, body: sth_parallel_body, argument: UnsafeMutableRawPointer, afterPiece: () -> Void
  ) {
    let parts = threadCount * 4
    let piece = max(isScratch ? count / WorkerPool.pieces : count, 1)
    for first in stride(from: 0, to: count, by: piece) {
      parallelFor(
        from: Int64(first), count: Int64(min(piece, count - first)), grain: Int64(max(1, piece / parts)), body: body,
        argument: argument)
      afterPiece()
    }
  }

  private static let pieces = 32
}
