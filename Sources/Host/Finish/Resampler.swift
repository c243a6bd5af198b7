// Resampler.swift - a picture brought to another size, without aliases where it gets smaller.

import Graph

/// What a resampler reads.
protocol RowSource: AnyObject {
  /// A row of blocks; `space` holds a row, for one that has to be made first.
  func blocks(c: Int, y: Int, space: UnsafeMutableBufferPointer<Block>) -> UnsafeMutableBufferPointer<Block>
  /// The picture whose rows these are; nil where they are made.
  var picture: ImageBuffer? { get }
}

extension ImageBuffer: RowSource {
  func blocks(c: Int, y: Int, space: UnsafeMutableBufferPointer<Block>) -> UnsafeMutableBufferPointer<Block> {
    blocks(c: c, y: y)
  }
  var picture: ImageBuffer? { self }
}

/// Brings pictures from one size to another, made once for both. One thread at a time; it shares the rows out among those of a pool.
final class Resampler: Sweep {
  private let rows: ResampleTaps
  private let columns: ResampleTaps
  private let workspace: WorkerRows
  private var job: (from: any RowSource, to: ImageBuffer)?

  /// - Parameter enlarging: the kernel of sides that get longer.
  /// - Throws: `HostError` of kind plugin where there is no memory for it.
  init(
    from: (h: Int, w: Int), to: (h: Int, w: Int), enlarging: ResampleTaps.Kernel = .catmullRom, threads: Int
  ) throws(HostError) {
    rows = ResampleTaps(from: from.h, to: to.h, enlarging: enlarging)
    columns = ResampleTaps(from: from.w, to: to.w, enlarging: enlarging)
    workspace = try WorkerRows(2, w: from.w, threads: threads)
  }

  /// Fills `to` from `from`; both have the sizes given at first, and equally many planes.
  func run(from: any RowSource, to: ImageBuffer, _ pool: WorkerPool) {
    job = (from, to)
    pool.sweep(self, rows: to.h)
    job = nil
  }

  func forEachPicture(_ body: (ImageBuffer) -> Void) {
    guard let (from, to) = job else { return }
    from.picture.map(body)
    body(to)
  }

  func run(rows range: Range<Int>, worker: Int) {
    guard let (from, to) = job else { return }
    let (sum, space) = (workspace.blocks(0, worker: worker), workspace.blocks(1, worker: worker))
    for y in range {
      for c in 0..<to.c {
        for i in sum.indices { sum[i] = Block() }
        for tap in 0..<rows.count {
          let weight = rows.weights[y * rows.count + tap]
          guard weight != 0 else { continue }
          let row = from.blocks(c: c, y: rows.starts[y] + tap, space: space)
          for i in row.indices { sum[i] += row[i] * weight }
        }
        workspace.clearTail(0, worker: worker)
        Resampler.gather(workspace.row(0, worker: worker), columns, into: to.row(c: c, y: y))
      }
    }
  }

  /// A row by its taps. Of the old one so many values behind the end are read as there may be taps, times zero.
  static func gather(
    _ row: UnsafeMutableBufferPointer<Float>, _ taps: ResampleTaps, into result: UnsafeMutableBufferPointer<Float>
  ) {
    guard let old = row.baseAddress else { return }
    taps.starts.withUnsafeBufferPointer { starts in
      taps.weights.withUnsafeBufferPointer { weights in
        guard var weight = weights.baseAddress else { return }
        for x in result.indices {
          var sum = four(old + starts[x]) * four(weight)
          for tap in stride(from: 4, to: taps.count, by: 4) { sum += four(old + starts[x] + tap) * four(weight + tap) }
          weight += taps.count
          result[x] = sum.sum()
        }
      }
    }
  }

  @inline(__always)
  private static func four(_ values: UnsafePointer<Float>) -> SIMD4<Float> {
    UnsafeRawPointer(values).loadUnaligned(as: SIMD4<Float>.self)
  }
}
