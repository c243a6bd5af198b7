// GuidedRows.swift - the rows of a full-size picture made of those of a small one and of the full-size source.

import Graph

/// out = up(R) + up(a) * (Y(full source) - up(Y)); see `GuidedUpsampler`.
final class GuidedRows: Sweep {
  struct Job {
    /// R, [3][h][w] at the small size.
    let result: ImageBuffer
    /// Y, [1][h][w] at the small size.
    let luma: ImageBuffer
    /// a, [3][h][w] at the small size.
    let slopes: ImageBuffer
    let source: ImageBuffer
    let output: ImageBuffer
    let guide: GuideWeights
  }

  /// Rows of the small pictures at full width: four, which a full-size row is made of, of each of seven planes.
  private static let planes = 7
  private static let taps = 4

  private let cubic: (rows: ResampleTaps, columns: ResampleTaps)
  private let spline: (rows: ResampleTaps, columns: ResampleTaps)
  private let wide: WorkerRows
  private var job: Job?

  init(_ sizes: GuidedUpsampler.Sizes, threads: Int) throws(HostError) {
    let taps = { (kernel: ResampleTaps.Kernel) in
      (
        ResampleTaps(from: sizes.small.h, to: sizes.full.h, kernel),
        ResampleTaps(from: sizes.small.w, to: sizes.full.w, kernel)
      )
    }
    (cubic, spline) = (taps(.catmullRom), taps(.bSpline))
    wide = try WorkerRows(GuidedRows.planes * GuidedRows.taps, w: sizes.full.w, threads: threads)
  }

  func run(_ job: Job, _ pool: WorkerPool) {
    self.job = job
    pool.sweep(self, rows: job.output.h)
    self.job = nil
  }

  func forEachPicture(_ body: (ImageBuffer) -> Void) {
    guard let job else { return }
    body(job.result)
    body(job.luma)
    body(job.slopes)
    body(job.source)
    body(job.output)
  }

  func run(rows: Range<Int>, worker: Int) {
    guard let job else { return }
    var next = 0
    for y in rows {
      let first = cubic.rows.starts[y]
      for row in max(first, next)..<max(next, first + GuidedRows.taps) { widen(row, job, worker) }
      next = first + GuidedRows.taps
      join(y, job, worker)
    }
  }

  /// Brings one row of the small pictures to full width; it takes the place of the row four before it.
  private func widen(_ y: Int, _ job: Job, _ worker: Int) {
    for c in 0..<3 {
      Resampler.gather(job.result.row(c: c, y: y), cubic.columns, into: wideRow(c, y, worker))
      Resampler.gather(job.slopes.row(c: c, y: y), spline.columns, into: wideRow(4 + c, y, worker))
    }
    Resampler.gather(job.luma.row(c: 0, y: y), cubic.columns, into: wideRow(3, y, worker))
  }

  private func wideRow(_ plane: Int, _ y: Int, _ worker: Int) -> UnsafeMutableBufferPointer<Float> {
    wide.row(plane * GuidedRows.taps + y % GuidedRows.taps, worker: worker)
  }

  /// One row of the output from the four wide ones around it.
  private func join(_ y: Int, _ job: Job, _ worker: Int) {
    let first = cubic.rows.starts[y]
    let (k, s) = (weights(cubic.rows, y), weights(spline.rows, y))
    let (r, g, b) = (job.source.blocks(c: 0, y: y), job.source.blocks(c: 1, y: y), job.source.blocks(c: 2, y: y))
    let (red, green, blue) = (
      Four(wide, 0, first, worker), Four(wide, 1, first, worker), Four(wide, 2, first, worker)
    )
    let luma = Four(wide, 3, first, worker)
    let (slopeR, slopeG, slopeB) = (
      Four(wide, 4, first, worker), Four(wide, 5, first, worker), Four(wide, 6, first, worker)
    )
    let (outR, outG, outB) = (
      job.output.blocks(c: 0, y: y), job.output.blocks(c: 1, y: y), job.output.blocks(c: 2, y: y)
    )
    for i in outR.indices {
      let detail = job.guide.luma(r[i], g[i], b[i]) - luma.sum(k, i)
      outR[i] = red.sum(k, i) + slopeR.sum(s, i) * detail
      outG[i] = green.sum(k, i) + slopeG.sum(s, i) * detail
      outB[i] = blue.sum(k, i) + slopeB.sum(s, i) * detail
    }
  }

  private func weights(_ taps: ResampleTaps, _ y: Int) -> SIMD4<Float> {
    let place = y * taps.count
    return [taps.weights[place], taps.weights[place + 1], taps.weights[place + 2], taps.weights[place + 3]]
  }

  /// Four wide rows of one plane, from one small row on.
  private struct Four {
    let rows:
      (
        UnsafeMutableBufferPointer<Block>, UnsafeMutableBufferPointer<Block>, UnsafeMutableBufferPointer<Block>,
        UnsafeMutableBufferPointer<Block>
      )

    init(_ wide: WorkerRows, _ plane: Int, _ first: Int, _ worker: Int) {
      let row = { (y: Int) in wide.blocks(plane * GuidedRows.taps + y % GuidedRows.taps, worker: worker) }
      rows = (row(first), row(first + 1), row(first + 2), row(first + 3))
    }

    @inline(__always)
    func sum(_ weights: SIMD4<Float>, _ i: Int) -> Block {
      rows.0[i] * weights.x + rows.1[i] * weights.y + rows.2[i] * weights.z + rows.3[i] * weights.w
    }
  }
}
