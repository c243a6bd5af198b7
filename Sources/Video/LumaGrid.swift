// A frame's brightness as a small grid of cell means: what the cut detector remembers of a picture.
import CFFmpeg

/// Up to 64x48 means of brightness, 0 (black) to about 255 (white) whatever the bit depth, and how much each 8x8 window of them varies.
///
/// Memory is taken once; a grid is filled again and again. One thread at a time.
final class LumaGrid {
  /// Cells of a window, in each direction.
  static let window = 8
  /// Columns before and after those of the picture, which a search may touch: no window of them fits.
  static let margin = 16
  private static let (mostRows, mostColumns) = (48, 64)

  /// Rows and columns in use, multiples of `window`; 0 before the first picture.
  private(set) var (rows, columns) = (0, 0)
  /// Cells, row by row, `strideCells` apart, with `margin` columns on both sides.
  let cells: UnsafeMutablePointer<Float>
  /// For the window that begins at a cell: one over the root of the sum of its squared deviations; 0 where it is flat or does not fit.
  let inverseNorms: UnsafeMutablePointer<Float>
  /// From a cell to the one below.
  let strideCells = mostColumns + 2 * margin
  /// Black rows and columns at the edges: bars, or nothing that would be missed.
  private(set) var bars = (top: 0, bottom: 0, left: 0, right: 0)
  /// The mean of all cells.
  private(set) var mean: Float = 0
  /// How much the picture shows: the mean over its windows of the deviation beyond `noise`.
  private(set) var texture: Float = 0

  private var columnSums: [UInt32] = []
  private var pairSums: [Float]
  /// What a comparison works on.
  var matches: [BlockMatch] = []
  /// A window that deviates less than this, of 255, is as good as flat.
  static let noise: Float = 2

  init() {
    let count = LumaGrid.mostRows * (LumaGrid.mostColumns + 2 * LumaGrid.margin)
    cells = .allocate(capacity: count)
    inverseNorms = .allocate(capacity: count)
    cells.initialize(repeating: 0, count: count)
    inverseNorms.initialize(repeating: 0, count: count)
    pairSums = Array(repeating: 0, count: 2 * LumaGrid.mostColumns)
    matches.reserveCapacity(count / (LumaGrid.window * LumaGrid.window))
  }

  deinit {
    cells.deallocate()
    inverseNorms.deallocate()
  }

  /// The first cell of a row of the picture.
  func row(_ y: Int) -> UnsafeMutablePointer<Float> { cells + y * strideCells + LumaGrid.margin }
  /// `inverseNorms` of the windows that begin in a row.
  func norms(_ y: Int) -> UnsafeMutablePointer<Float> { inverseNorms + y * strideCells + LumaGrid.margin }

  /// Takes the brightness of a frame; false for a picture too small to have a window.
  ///
  /// - Throws: `.usage` where the frame has no plane of its luma.
  func fill(from frame: Frame, _ luma: LumaComponent) throws -> Bool {
    rows = min(LumaGrid.mostRows, frame.height / LumaGrid.window * LumaGrid.window)
    columns = min(LumaGrid.mostColumns, frame.width / LumaGrid.window * LumaGrid.window)
    guard rows > 0, columns > 0 else { return false }
    try frame.withPlane(luma.plane) { plane in
      if luma.bytes == 1 {
        average(plane, luma, frame.width, UInt8.self)
      } else {
        average(plane, luma, frame.width, UInt16.self)
      }
    }
    measure()
    findBars()
    return true
  }

  /// Rows of samples that are looked at for one row of cells; more would only cost time.
  private static let rowsLookedAt = 12

  /// Sums whole rows first, other components and all, since neighbours in memory are added many at a time; then picks the luma.
  private func average<Sample: FixedWidthInteger & UnsignedInteger>(
    _ plane: Plane, _ luma: LumaComponent, _ width: Int, _: Sample.Type
  ) {
    let samples = plane.width
    if columnSums.count != samples { columnSums = Array(repeating: 0, count: samples) }
    var total: Float = 0
    columnSums.withUnsafeMutableBufferPointer { sums in
      for y in 0..<rows {
        let (top, bottom) = (y * plane.height / rows, (y + 1) * plane.height / rows)
        let step = max(1, (bottom - top) / LumaGrid.rowsLookedAt)
        sums.update(repeating: 0)
        for line in stride(from: top, to: bottom, by: step) {
          let source = (plane.base + line * plane.strideBytes).assumingMemoryBound(to: Sample.self)
          for x in 0..<samples { sums[x] &+= UInt32(truncatingIfNeeded: source[x]) }
        }
        let lines = Float((bottom - top + step - 1) / step)
        let cells = row(y)
        for x in 0..<columns {
          let (left, right) = (x * width / columns, (x + 1) * width / columns)
          var sum: UInt64 = 0
          for column in left..<right { sum &+= UInt64(sums[luma.first + column * luma.step]) }
          cells[x] = Float(sum) * luma.scale / (lines * Float(right - left))
          total += cells[x]
        }
      }
    }
    mean = total / Float(rows * columns)
  }

  /// Black, of 255, is 16 in video; a little above it is black still.
  private static let black: Float = 24

  private func findBars() {
    let isBlackRow = { (y: Int) in (0..<self.columns).allSatisfy { self.row(y)[$0] < LumaGrid.black } }
    let isBlackColumn = { (x: Int) in (0..<self.rows).allSatisfy { self.row($0)[x] < LumaGrid.black } }
    // A picture that is all black has none.
    bars.top = (0..<rows).first { !isBlackRow($0) } ?? 0
    bars.bottom = (0..<rows).first { !isBlackRow(rows - 1 - $0) } ?? 0
    bars.left = (0..<columns).first { !isBlackColumn($0) } ?? 0
    bars.right = (0..<columns).first { !isBlackColumn(columns - 1 - $0) } ?? 0
  }

  /// Fills `inverseNorms` and `texture`.
  private func measure() {
    let size = LumaGrid.window
    let count = Float(size * size)
    inverseNorms.update(repeating: 0, count: rows * strideCells)
    var sum: Float = 0
    for y in 0...rows - size {
      // Sums down a column of `size` cells, then along the row. Values are taken around the mean, which keeps what is squared small.
      for x in 0..<columns {
        var (first, second): (Float, Float) = (0, 0)
        for line in y..<y + size {
          let value = row(line)[x] - mean
          first += value
          second += value * value
        }
        pairSums[2 * x] = first
        pairSums[2 * x + 1] = second
      }
      let norms = norms(y)
      for x in 0...columns - size {
        var (first, second): (Float, Float) = (0, 0)
        for column in x..<x + size {
          first += pairSums[2 * column]
          second += pairSums[2 * column + 1]
        }
        let deviations = max(0, second - first * first / count)
        if deviations > count * LumaGrid.noise * LumaGrid.noise / 4 { norms[x] = 1 / deviations.squareRoot() }
        if x % size == 0, y % size == 0 { sum += max(0, (deviations / count).squareRoot() - LumaGrid.noise) }
      }
    }
    texture = sum * count / Float(rows * columns)
  }
}
