// GuideCoefficients.swift - how a small result follows the luma of its source: one slope for each pixel and channel.

import Graph

/// a = cov(Y, R) / (var(Y) + e) over 3x3 pixels, for each channel R of a result. Beyond the border the last pixels go on.
final class GuideCoefficients: Sweep {
  /// Y of the small source, [1][h][w].
  let luma: ImageBuffer
  /// a, [3][h][w].
  let slopes: ImageBuffer
  private let range: PixelRange
  private let workspace: WorkerRows
  private var job: (result: ImageBuffer, source: ImageBuffer, guide: GuideWeights)?
  private var isGatheringLuma = true

  /// Variances of luma far below this are noise and not edges: a deviation of 4.5 hundredths of the way from black to white.
  private static let floor: Float = 0.002

  init(_ size: (h: Int, w: Int), source: PixelRange, _ services: ComputeServices) throws(HostError) {
    luma = try services.memory.picture(c: 1, h: size.h, w: size.w)
    slopes = try services.memory.picture(c: 3, h: size.h, w: size.w)
    range = source
    // Of each sum over three rows, a place before its first value and one behind its last.
    workspace = try WorkerRows(Sum.count, w: size.w + 2 * GuideCoefficients.halo, threads: services.pool.threadCount)
  }

  private static let halo = Block.scalarCount

  /// Sums over three rows.
  private enum Sum: Int, CaseIterable {
    case y, yy, r, yr
    static var count: Int { allCases.count }
  }

  func guide(_ luma: LumaWeights) -> GuideWeights { GuideWeights(luma, of: range) }

  func run(result: ImageBuffer, source: ImageBuffer, luma weights: LumaWeights, _ pool: WorkerPool) {
    job = (result, source, guide(weights))
    isGatheringLuma = true
    pool.sweep(self, rows: luma.h)
    isGatheringLuma = false
    pool.sweep(self, rows: luma.h)
    job = nil
  }

  func forEachPicture(_ body: (ImageBuffer) -> Void) {
    guard let job else { return }
    body(luma)
    body(isGatheringLuma ? job.source : slopes)
    if !isGatheringLuma { body(job.result) }
  }

  func run(rows: Range<Int>, worker: Int) {
    guard let job else { return }
    for y in rows {
      guard isGatheringLuma else {
        slopes(of: y, job.result, worker)
        continue
      }
      let (r, g, b) = (job.source.blocks(c: 0, y: y), job.source.blocks(c: 1, y: y), job.source.blocks(c: 2, y: y))
      let row = luma.blocks(c: 0, y: y)
      for i in row.indices { row[i] = job.guide.luma(r[i], g[i], b[i]) }
    }
  }

  private func slopes(of y: Int, _ result: ImageBuffer, _ worker: Int) {
    let near = (max(0, y - 1), y, min(luma.h - 1, y + 1))
    let (y0, y1, y2) = (luma.blocks(c: 0, y: near.0), luma.blocks(c: 0, y: near.1), luma.blocks(c: 0, y: near.2))
    let (sumY, sumYY) = (sums(.y, worker), sums(.yy, worker))
    for i in y0.indices {
      sumY[i + 1] = y0[i] + y1[i] + y2[i]
      sumYY[i + 1] = y0[i] * y0[i] + y1[i] * y1[i] + y2[i] * y2[i]
    }
    extend(.y, worker)
    extend(.yy, worker)
    for c in 0..<3 {
      let r0 = result.blocks(c: c, y: near.0)
      let (r1, r2) = (result.blocks(c: c, y: near.1), result.blocks(c: c, y: near.2))
      let (sumR, sumYR) = (sums(.r, worker), sums(.yr, worker))
      for i in y0.indices {
        sumR[i + 1] = r0[i] + r1[i] + r2[i]
        sumYR[i + 1] = y0[i] * r0[i] + y1[i] * r1[i] + y2[i] * r2[i]
      }
      extend(.r, worker)
      extend(.yr, worker)
      slopes(into: slopes.blocks(c: c, y: y), worker)
    }
  }

  /// A row's slopes from the sums over its three rows.
  private func slopes(into row: UnsafeMutableBufferPointer<Block>, _ worker: Int) {
    let ninth: Float = 1 / 9
    for i in row.indices {
      let (y, r) = (across(.y, i, worker) * ninth, across(.r, i, worker) * ninth)
      let covariance = across(.yr, i, worker) * ninth - y * r
      let variance = across(.yy, i, worker) * ninth - y * y
      row[i] = covariance / (variance + GuideCoefficients.floor)
    }
  }

  /// The sum over three columns.
  @inline(__always)
  private func across(_ sum: Sum, _ block: Int, _ worker: Int) -> Block {
    let row = UnsafeRawPointer(workspace.row(sum.rawValue, worker: worker).baseAddress)
    let place = (block * Block.scalarCount + GuideCoefficients.halo) * 4
    guard let row else { return Block() }
    return row.loadUnaligned(fromByteOffset: place - 4, as: Block.self)
      + row.loadUnaligned(fromByteOffset: place, as: Block.self)
      + row.loadUnaligned(fromByteOffset: place + 4, as: Block.self)
  }

  private func sums(_ sum: Sum, _ worker: Int) -> UnsafeMutableBufferPointer<Block> {
    workspace.blocks(sum.rawValue, worker: worker)
  }

  /// The last values go on beyond the ends.
  private func extend(_ sum: Sum, _ worker: Int) {
    let row = workspace.row(sum.rawValue, worker: worker)
    row[GuideCoefficients.halo - 1] = row[GuideCoefficients.halo]
    row[GuideCoefficients.halo + luma.w] = row[GuideCoefficients.halo + luma.w - 1]
  }
}
