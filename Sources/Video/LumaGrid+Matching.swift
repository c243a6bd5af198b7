// How much of a picture cannot be found in an earlier one: the measure of the cut detector.

/// Where a block of one picture was found in another.
struct BlockMatch {
  /// How much the block counts: its deviation beyond what may be noise.
  let weight: Float
  /// The coefficient of correlation, 0...1.
  let correlation: Float
  /// How much stronger the block deviates than what it was found in, and the means of both.
  let (gain, mean, formerMean): (Float, Float, Float)
}

extension LumaGrid {
  /// Cells that a block may have moved up or down from picture to picture; sideways it is 8 to the left and 7 to the right.
  private static let reach = 6
  /// A block counts no more than this, of 255, however it deviates: the edges of a caption or a station's logo are not the picture.
  private static let mostWeight: Float = 16
  /// A block that is so much brighter or darker than the others' light explains, of 255, is 1/e as good.
  private static let meanTolerance: Float = 40

  /// The share of this picture's texture that is not found in `other`, 0...1.
  ///
  /// The picture is cut into blocks of 8x8 cells. Each is looked for in `other` within an eighth of the picture's size, by the
  /// coefficient of correlation r, which does not change when light gets stronger, weaker or offset (fades, flashes, exposure): r * r
  /// of the block is explained. Light changes all over a picture, though: a block whose gain or brightness changed otherwise than
  /// that of most is explained the less. A block counts by how much it deviates, up to a bound; black bars
  /// that both pictures have do not count. Shots that have nothing to do with each other differ by 0.7 to 0.95, neighbouring frames
  /// of a shot by 0 to 0.3, seldom 0.5.
  func mismatch(to other: LumaGrid) -> Float {
    guard rows == other.rows, columns == other.columns, rows > 0 else { return 1 }
    matches.removeAll(keepingCapacity: true)
    let lines = LumaGrid.blocks(rows, min(bars.top, other.bars.top), min(bars.bottom, other.bars.bottom))
    let places = LumaGrid.blocks(columns, min(bars.left, other.bars.left), min(bars.right, other.bars.right))
    for y in lines {
      for x in places {
        if let match = find(y: y, x: x, in: other) { matches.append(match) }
      }
    }
    let gain = median { $0.gain }
    let offset = median { $0.mean - gain * $0.formerMean }
    var (found, weights): (Float, Float) = (0, 0)
    for match in matches {
      weights += match.weight
      guard match.correlation > 0, gain > 0 else { continue }
      let ratio = match.gain / gain
      let difference = Swift.abs(match.mean - gain * match.formerMean - offset)
      // 1 / (1 + x + x * x / 2) is near enough to exp(-x), and the same on every machine.
      let distance = difference / LumaGrid.meanTolerance
      let likeness = min(ratio, 1 / ratio) / (1 + distance + distance * distance / 2)
      found += match.weight * match.correlation * match.correlation * likeness
    }
    return weights > 0 ? 1 - found / weights : 0
  }

  /// Where blocks begin along one side of a picture without its bars, whose edge may lie within a cell.
  private static func blocks(_ count: Int, _ before: Int, _ after: Int) -> StrideTo<Int> {
    let first = before > 0 ? before + 1 : 0
    let last = count - (after > 0 ? after + 1 : 0)
    let number = (last - first) / window
    guard number > 0 else { return stride(from: 0, to: count, by: window) }
    let start = first + (last - first - number * window) / 2
    return stride(from: start, to: start + number * window, by: window)
  }

  /// The value that half of what was found lies below, weighted by how surely it was found; 0 where nothing was.
  private func median(_ value: (BlockMatch) -> Float) -> Float {
    var total: Float = 0
    for match in matches { total += match.weight * match.correlation }
    for candidate in matches where candidate.correlation > 0 {
      var (below, upTo): (Float, Float) = (0, 0)
      for match in matches {
        let weight = match.weight * match.correlation
        if value(match) < value(candidate) { below += weight }
        if value(match) <= value(candidate) { upTo += weight }
      }
      if below <= total / 2, upTo >= total / 2 { return value(candidate) }
    }
    return 0
  }

  /// The best match of the block at (y, x); nil for a block that is as good as flat.
  private func find(y: Int, x: Int, in other: LumaGrid) -> BlockMatch? {
    let size = LumaGrid.window
    let norm = norms(y)[x]
    guard norm > 0 else { return nil }
    let weight = min(1 / (norm * Float(size)) - LumaGrid.noise, LumaGrid.mostWeight)
    guard weight > 0 else { return nil }
    let mean = windowMean(y: y, x: x)
    let (best, top, left) = search(y: y, x: x, mean: mean, in: other)
    guard best > 0 else { return BlockMatch(weight: weight, correlation: 0, gain: 1, mean: mean, formerMean: mean) }
    return BlockMatch(
      weight: weight, correlation: min(1, best * norm), gain: other.norms(top)[left] / norm, mean: mean,
      formerMean: other.windowMean(y: top, x: left))
  }

  private func windowMean(y: Int, x: Int) -> Float {
    var sum: Float = 0
    for line in y..<y + LumaGrid.window {
      let cells = row(line)
      for column in x..<x + LumaGrid.window { sum += cells[column] }
    }
    return sum / Float(LumaGrid.window * LumaGrid.window)
  }

  /// Where the block at (y, x) correlates best, and how well, not yet divided by the block's own norm; 0 where nowhere.
  private func search(y: Int, x: Int, mean: Float, in other: LumaGrid) -> (best: Float, top: Int, left: Int) {
    let size = LumaGrid.window
    var (best, places) = (SIMD8<Float>.zero, SIMD8<Int32>.zero)
    for top in max(0, y - LumaGrid.reach)...min(rows - size, y + LumaGrid.reach) {
      // Sixteen displacements at a time, -8...7 columns: each lane has one.
      var (left, right) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
      for line in 0..<size {
        let mine = row(y + line) + x
        // SAFETY: from 8 columns before the picture to 14 behind it, which are `margin`.
        let theirs = UnsafeRawPointer(other.row(top + line) + (x - size))
        for column in 0..<size {
          let value = mine[column] - mean
          left += value * theirs.loadUnaligned(fromByteOffset: column * 4, as: SIMD8<Float>.self)
          right += value * theirs.loadUnaligned(fromByteOffset: (column + size) * 4, as: SIMD8<Float>.self)
        }
      }
      let norms = UnsafeRawPointer(other.norms(top) + (x - size))
      left *= norms.loadUnaligned(as: SIMD8<Float>.self)
      right *= norms.loadUnaligned(fromByteOffset: size * 4, as: SIMD8<Float>.self)
      let isRight = right .> left
      let candidate = left.replacing(with: right, where: isRight)
      let place = SIMD8<Int32>(repeating: Int32(2 * top)).replacing(with: Int32(2 * top + 1), where: isRight)
      let isBetter = candidate .> best
      best.replace(with: candidate, where: isBetter)
      places.replace(with: place, where: isBetter)
    }
    var lane = 0
    for other in 1..<8 where best[other] > best[lane] { lane = other }
    let place = Int(places[lane])
    return (best[lane], place / 2, x - size + lane + (place % 2) * size)
  }
}
