// Which rows of its source a pass reads to write some rows of its destination: what lets a pass run on a part of a picture.
import PluginAPI

/// The rows of a source under rows of a destination.
enum RowReach {
  /// The same rows.
  case same
  /// Those under a window.
  case window(RowWindow)
  /// Those around the place of each; `ratio` of them are one row of the destination. `isCentred`: rows are areas.
  case resized(ratio: Double, isCentred: Bool)
  /// All of them, whatever is written.
  case whole
  /// None: statistics of all of them, which another pass has gathered.
  case statistics

  /// The rows of `height` that `rows` are made of; a few more where that is simpler to say. Rows beyond the destination's end
  /// are allowed, as kernels that work on whole tiles read for them too.
  func rows(_ rows: Range<Int>, of height: Int) -> Range<Int> {
    guard !rows.isEmpty, height > 0 else { return 0..<0 }
    switch self {
    case .same: return rows.clamped(to: 0..<height)
    case .window(let window): return window.rows(rows, of: height)
    case .whole: return 0..<height
    case .statistics: return 0..<0
    case .resized(let ratio, let isCentred):
      func place(_ row: Int) -> Double {
        isCentred ? (Double(row) + 0.5) * ratio - 0.5 : Double(row) * ratio
      }
      // Cubic interpolation takes two rows on either side, and rounding may move a place to the next one.
      let (first, last) = (place(rows.lowerBound).rounded(.down) - 2, place(rows.upperBound - 1).rounded(.up) + 3)
      let top = Double(height - 1)
      return Int(min(max(first, 0), top))..<Int(min(max(last, 0), top)) + 1
    }
  }
}

/// A window of some rows that moves over an enlarged picture with borders.
struct RowWindow {
  let size: Int
  var stride = 1
  /// Rows of the border at the top; negative where rows are cut off.
  var before = 0
  /// Of the border.
  let mode: UInt32
  /// Of the picture before its border.
  var upsample = 1

  /// The rows under the window at `rows`.
  func rows(_ rows: Range<Int>, of height: Int) -> Range<Int> {
    let first = rows.lowerBound * stride - before
    let past = (rows.upperBound - 1) * stride - before + size
    let seen = bounced(first..<max(past, first), of: height * upsample)
    guard !seen.isEmpty else { return 0..<0 }
    // A phase of an enlargement by two is computed from one row more on either side, even where its weights are zero.
    let more = upsample > 1 ? 1 : 0
    return (seen.lowerBound / upsample - more..<(seen.upperBound - 1) / upsample + 1 + more).clamped(to: 0..<height)
  }

  /// What of a picture of `height` rows shows in rows `range`, some of which lie in its border.
  private func bounced(_ range: Range<Int>, of height: Int) -> Range<Int> {
    let (above, below) = (range.lowerBound < 0, range.upperBound > height)
    let inside = range.clamped(to: 0..<height)
    guard mode != STH_PAD_ZERO, above || below else { return inside }
    if mode == STH_PAD_REPLICATE {
      return (above ? 0 : min(range.lowerBound, height - 1))..<(below ? height : max(range.upperBound, 1))
    }
    guard -range.lowerBound < height, range.upperBound <= 2 * height - 1 else { return 0..<height }
    var (low, high) = inside.isEmpty ? (height, 0) : (inside.lowerBound, inside.upperBound)
    if above { (low, high) = (0, max(high, -range.lowerBound + 1)) }
    if below { (low, high) = (min(low, 2 * (height - 1) - (range.upperBound - 1)), height) }
    return low..<high
  }
}

/// Where the units of a pass lie: its destination is cut into tiles, unit u is `unitTiles` of them, row by row.
struct UnitTiling {
  /// Rows of a tile.
  var tileRows = 1
  /// Tiles side by side.
  var rowTiles = 1
  var unitTiles = 1

  /// The units 0 ..< n that make the first `rows` rows complete.
  func units(completing rows: Int) -> Int {
    ((rows + tileRows - 1) / tileRows * rowTiles + unitTiles - 1) / unitTiles
  }

  /// Rows that are complete after units 0 ..< `units`.
  func completeRows(after units: Int) -> Int { units * unitTiles / rowTiles * tileRows }

  /// Rows of the tiles that units belong to, in whole tiles.
  func rows(of units: Range<Int>) -> Range<Int> {
    let first = units.lowerBound * unitTiles / rowTiles * tileRows
    let past = (units.upperBound * unitTiles + rowTiles - 1) / rowTiles * tileRows
    return first..<max(past, first)
  }
}
