// ColourStatistics.swift - mean and covariance of the colours of a picture.

import Graph

/// Of values with black 0 and white 1; the covariance is biased (divided by the number of pixels).
struct ColourStatistics: Equatable {
  let mean: SIMD3<Double>
  let covariance: Matrix3
}

/// Gathers the statistics of whole pictures. Each row is summed by itself, and rows then in their order, so that the number of threads
/// does not show in the result.
final class StatisticsSweep: Sweep {
  /// Of one row: values, and their products.
  private struct Sums {
    var values = SIMD3<Double>()
    /// rr, gg, bb.
    var squares = SIMD3<Double>()
    /// rg, rb, gb.
    var products = SIMD3<Double>()

    static func += (left: inout Sums, right: Sums) {
      left.values += right.values
      left.squares += right.squares
      left.products += right.products
    }
  }

  private let sums: UnsafeMutableBufferPointer<Sums>
  private var image: ImageBuffer?
  private var range = PixelRange()

  /// For pictures of at most so many rows.
  init(h: Int) {
    sums = .allocate(capacity: h)
    sums.initialize(repeating: Sums())
  }

  deinit { sums.deallocate() }

  /// The statistics of a picture in its pixel range.
  func statistics(of image: ImageBuffer, in range: PixelRange, _ pool: WorkerPool) -> ColourStatistics {
    (self.image, self.range) = (image, range)
    pool.sweep(self, rows: image.h)
    self.image = nil
    var total = Sums()
    for y in 0..<image.h { total += sums[y] }
    let count = Double(image.h) * Double(image.w)
    let mean = total.values / count
    let variance = total.squares / count - mean * mean
    let mixed = total.products / count - SIMD3(mean.x, mean.x, mean.y) * SIMD3(mean.y, mean.z, mean.z)
    return ColourStatistics(
      mean: mean + Double(StatisticsSweep.middle),
      covariance: Matrix3(
        [variance.x, mixed.x, mixed.y], [mixed.x, variance.y, mixed.z], [mixed.y, mixed.z, variance.z]))
  }

  func forEachPicture(_ body: (ImageBuffer) -> Void) { image.map(body) }

  func run(rows: Range<Int>, worker: Int) {
    guard let image else { return }
    for y in rows { sums[y] = StatisticsSweep.sums(of: y, in: image, range) }
  }

  /// Sums are of values less this, so that squares do not swallow what differs.
  private static let middle: Float = 0.5

  private static func sums(of y: Int, in image: ImageBuffer, _ range: PixelRange) -> Sums {
    let (red, green, blue) = (image.blocks(c: 0, y: y), image.blocks(c: 1, y: y), image.blocks(c: 2, y: y))
    let scale = 1 / (range.white - range.black)
    let shift = -range.black * scale - middle
    var sums = BlockSums()
    let whole = image.w / Block.scalarCount
    for i in 0..<whole { sums.add(red[i] * scale + shift, green[i] * scale + shift, blue[i] * scale + shift) }
    if whole < image.blocksPerRow {
      let outside = lanes .>= Int32(image.w % Block.scalarCount)
      let inside = { (block: Block) in (block * scale + shift).replacing(with: 0, where: outside) }
      sums.add(inside(red[whole]), inside(green[whole]), inside(blue[whole]))
    }
    return sums.total
  }

  private static let lanes = SIMD8<Int32>(0, 1, 2, 3, 4, 5, 6, 7)

  /// Sums of a row, lane by lane.
  private struct BlockSums {
    private var (r, g, b) = (Block(), Block(), Block())
    private var (rr, gg, bb) = (Block(), Block(), Block())
    private var (rg, rb, gb) = (Block(), Block(), Block())

    @inline(__always)
    mutating func add(_ x: Block, _ y: Block, _ z: Block) {
      (r, g, b) = (r + x, g + y, b + z)
      (rr, gg, bb) = (rr + x * x, gg + y * y, bb + z * z)
      (rg, rb, gb) = (rg + x * y, rb + x * z, gb + y * z)
    }

    var total: Sums {
      let sum = { (block: Block) in SIMD8<Double>(block).sum() }
      return Sums(
        values: [sum(r), sum(g), sum(b)], squares: [sum(rr), sum(gg), sum(bb)], products: [sum(rg), sum(rb), sum(gb)])
    }
  }
}
