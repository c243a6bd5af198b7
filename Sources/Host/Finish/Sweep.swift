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
  /// What a part of the loop needs, on the stack of the caller while the loop runs.
  private struct Rows {
    let sweep: any Sweep
    /// The loop's first row.
    var first = 0
  }

  /// Does all rows of a sweep and returns when they are done. Allocates nothing.
  ///
  /// Where a picture lies in a file it goes piece by piece, so that the file's pages need not be in memory all at once.
  func sweep(_ sweep: any Sweep, rows: Int) {
    var isScratch = false
    sweep.forEachPicture { isScratch = isScratch || $0.isScratch }
    let piece = isScratch ? max(rows / WorkerPool.pieces, 1) : max(rows, 1)
    var job = Rows(sweep: sweep)
    while job.first < rows {
      let count = min(piece, rows - job.first)
      withUnsafeMutablePointer(to: &job) { job in
        parallelFor(
          count: Int64(count), grain: Int64(max(1, count / (threadCount * 4))), body: WorkerPool.body, argument: job)
      }
      job.first += count
      if isScratch { sweep.forEachPicture { $0.releasePages() } }
    }
  }

  private static let pieces = 32

  private static let body: sth_parallel_body = { argument, begin, end, worker in
    // SAFETY: the job of `sweep`, which lives until the loop is over; it is only read meanwhile.
    guard let job = argument?.assumingMemoryBound(to: Rows.self).pointee else { return }
    job.sweep.run(rows: job.first + Int(begin)..<job.first + Int(end), worker: Int(worker))
  }
}
