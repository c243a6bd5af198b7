// Sweep.swift - one pass over the rows of a picture, shared out among the threads of the pool.

import Graph
import PluginAPI

/// Work on the rows of a picture. Rows are done in any order and several at a time: none may need what another makes.
protocol Sweep: AnyObject {
  /// Does some rows.
  ///
  /// - Parameter worker: number of the thread in the pool; its workspace is used by nobody else meanwhile.
  func run(rows: Range<Int>, worker: Int)
  /// Hands out the pictures that it goes over, which may lie in files.
  func forEachPicture(_ body: (ImageBuffer) -> Void)
}

extension WorkerPool {
  /// Does all rows of a sweep and returns when they are done. Allocates nothing.
  func sweep(_ sweep: any Sweep, rows: Int) {
    var (sweep, isScratch) = (sweep, false)
    sweep.forEachPicture { isScratch = isScratch || $0.isScratch }
    withUnsafeMutablePointer(to: &sweep) { pointer in
      loop(
        over: rows, isScratch: isScratch,
        body: { argument, begin, end, worker in
          // SAFETY: the pointer above, which lives until the loop is over; it is only read.
          guard let sweep = argument?.assumingMemoryBound(to: (any Sweep).self).pointee else { return }
          sweep.run(rows: Int(begin)..<Int(end), worker: Int(worker))
        }, argument: pointer, afterPiece: { pointer.pointee.forEachPicture { $0.releasePages() } })
    }
  }
}
