// How a picture moved since the one before: block matching on brightness.
import PluginKit

/// For every block of a picture, from where in another it came.
struct BlockVectors {
  /// Pixels along a side of a block.
  static let side = 8
  /// Pixels around a block that must match with it: one block alone is easily found in a wrong place.
  private static let margin = 4
  /// What a pixel of difference to the vector that was expected costs, in values of all pixels of a block: even brightness stays where it is.
  private static let stiffness: Float = 60

  let rows, columns: Int
  /// Down and right, in pixels: what is at p was at p + vector.
  private(set) var vectors: [SIMD2<Float>]

  /// From the smallest size to the largest: each begins with what the one before found.
  init(of picture: LumaPicture, in other: LumaPicture) {
    var found: BlockVectors?
    for (plane, former) in zip(picture.planes, other.planes).reversed() {
      found = BlockVectors(of: plane, in: former, from: found)
    }
    self = found ?? BlockVectors(rows: 1, columns: 1)
  }

  private init(rows: Int, columns: Int) {
    (self.rows, self.columns) = (rows, columns)
    vectors = [SIMD2<Float>](repeating: .zero, count: rows * columns)
  }

  private init(of plane: LumaPicture.Plane, in other: LumaPicture.Plane, from coarse: BlockVectors?) {
    self.init(rows: (plane.height + Self.side - 1) / Self.side, columns: (plane.width + Self.side - 1) / Self.side)
    for row in 0..<rows {
      for column in 0..<columns {
        let expected: SIMD2<Float>
        var candidates: [SIMD2<Int>]
        (expected, candidates) = coarse.map { $0.guesses(row, column) } ?? (.zero, [.zero])
        // What moves together is found together: the neighbours that are done know of it.
        for (y, x) in [(row, column - 1), (row - 1, column), (row - 1, column + 1)]
        where y >= 0 && x >= 0 && x < columns { candidates.append(Self.whole(vectors[y * columns + x])) }
        var best = (vector: SIMD2<Int>.zero, cost: Float.infinity)
        func consider(_ vector: SIMD2<Int>) {
          let away = SIMD2<Float>(vector) - expected
          let stiff = Self.stiffness * (abs(away.x) + abs(away.y))
          let cost = Self.difference(plane, other, (row, column), vector, limit: best.cost - stiff) + stiff
          if cost < best.cost { best = (vector, cost) }
        }
        for candidate in candidates { consider(candidate) }
        // Without a coarser size everything within some pixels is looked at, else the neighbours of the best guess, as long as one is better.
        for radius in coarse == nil ? [4] : [2, 1, 1] {
          let middle = best.vector
          for y in -radius...radius {
            for x in -radius...radius where (y, x) != (0, 0) { consider(middle &+ SIMD2(y, x)) }
          }
          if best.vector == middle { break }
        }
        vectors[row * columns + column] =
          SIMD2<Float>(best.vector) + Self.fraction(plane, other, (row, column), best.vector)
      }
    }
  }

  /// What the blocks of half the size around this one have, doubled: the one expected, and all that are worth a look.
  private func guesses(_ row: Int, _ column: Int) -> (SIMD2<Float>, [SIMD2<Int>]) {
    func vector(_ row: Int, _ column: Int) -> SIMD2<Float> {
      2 * vectors[min(max(row, 0), rows - 1) * columns + min(max(column, 0), columns - 1)]
    }
    let (y, x) = (row / 2, column / 2)
    let near = [(0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)].map { vector(y + $0.0, x + $0.1) }
    return (near[0], [.zero] + near.map(Self.whole))
  }

  private static func whole(_ vector: SIMD2<Float>) -> SIMD2<Int> {
    SIMD2(Int(vector.x.rounded()), Int(vector.y.rounded()))
  }

  /// The sum of differences of a block and its margin to what lies a vector away; anything above `limit` once it is above.
  private static func difference(
    _ plane: LumaPicture.Plane, _ other: LumaPicture.Plane, _ block: (row: Int, column: Int), _ vector: SIMD2<Int>,
    limit: Float
  ) -> Float {
    let (top, left) = (block.row * side - margin, block.column * side - margin)
    let size = side + 2 * margin
    func isInside(_ top: Int, _ left: Int, _ plane: LumaPicture.Plane) -> Bool {
      top >= 0 && left >= 0 && top + size <= plane.height && left + size <= plane.width
    }
    var sum: Float = 0
    guard isInside(top, left, plane), isInside(top + vector.x, left + vector.y, other) else {
      for y in top..<top + size {
        for x in left..<left + size { sum += abs(plane.at(y, x) - other.at(y + vector.x, x + vector.y)) }
      }
      return sum
    }
    return plane.values.withUnsafeBufferPointer { here in
      other.values.withUnsafeBufferPointer { there in
        for y in 0..<size where sum < limit {
          let (a, b) = ((top + y) * plane.width + left, (top + vector.x + y) * other.width + left + vector.y)
          var line = SIMD16<Float>()
          // Both blocks are inside of their planes.
          for x in 0..<size { line[x] = abs(here[a + x] - there[b + x]) }
          sum += line.sum()
        }
        return sum
      }
    }
  }

  /// By how much the lowest point of parabolas through the neighbours lies beside the best whole vector, -0.5...0.5 each; nothing where that
  /// is not much better: a place between pixels is a mean of them, which has less noise and so always fits a little better, and a still
  /// picture that is moved by it from frame to frame gets soft.
  private static func fraction(
    _ plane: LumaPicture.Plane, _ other: LumaPicture.Plane, _ block: (row: Int, column: Int), _ vector: SIMD2<Int>
  ) -> SIMD2<Float> {
    func cost(_ y: Int, _ x: Int) -> Float { difference(plane, other, block, vector &+ SIMD2(y, x), limit: .infinity) }
    func lowest(_ before: Float, _ here: Float, _ behind: Float) -> Float {
      let bend = before + behind - 2 * here
      return bend > 0 ? min(max((before - behind) / (2 * bend), -0.5), 0.5) : 0
    }
    let here = cost(0, 0)
    let part = SIMD2(lowest(cost(-1, 0), here, cost(1, 0)), lowest(cost(0, -1), here, cost(0, 1)))
    let between = difference(plane, other, block, SIMD2<Float>(vector) + part)
    return between < 0.7 * here ? part : .zero
  }

  /// The same sum for a place between pixels.
  private static func difference(
    _ plane: LumaPicture.Plane, _ other: LumaPicture.Plane, _ block: (row: Int, column: Int), _ vector: SIMD2<Float>
  ) -> Float {
    var sum: Float = 0
    for y in block.row * side - margin..<(block.row + 1) * side + margin {
      for x in block.column * side - margin..<(block.column + 1) * side + margin {
        let tap = Bilinear(SIMD2(Float(y), Float(x)) + vector, height: other.height, width: other.width)
        sum += abs(plane.at(y, x) - other.values.withUnsafeBufferPointer { tap.read($0, 0, other.width) })
      }
    }
    return sum
  }

  /// The vector at a pixel, between the middles of blocks.
  func at(_ y: Float, _ x: Float) -> SIMD2<Float> {
    let (down, right) = ((y + 0.5) / Float(Self.side) - 0.5, (x + 0.5) / Float(Self.side) - 0.5)
    let row = min(max(down, 0), Float(rows - 1)), column = min(max(right, 0), Float(columns - 1))
    let (top, left) = (Int(row), Int(column))
    let (bottom, end) = (min(top + 1, rows - 1), min(left + 1, columns - 1))
    let (v, h) = (row - Float(top), column - Float(left))
    let upper = (1 - h) * vectors[top * columns + left] + h * vectors[top * columns + end]
    let lower = (1 - h) * vectors[bottom * columns + left] + h * vectors[bottom * columns + end]
    return (1 - v) * upper + v * lower
  }
}

/// How a picture moved since the one before, and where that can be believed.
struct Motion {
  private let picture, former: LumaPicture.Plane
  private let back, forth: BlockVectors

  /// Values of 0...255 that brightness may differ by and still be the same thing.
  private static let tolerance: Float = 12

  /// Finds where each block of `picture` was in `former`, and the other way round.
  init(of picture: LumaPicture, from former: LumaPicture) {
    (self.picture, self.former) = (picture.planes[0], former.planes[0])
    back = BlockVectors(of: picture, in: former)
    forth = BlockVectors(of: former, in: picture)
  }

  /// Moves a picture [3][h][w] that was painted of the former one to where things are now. `trust` [1, h, w] is 1 where a pixel is known
  /// to have been there, else 0: its way there and back must end where it began (Ruder et al. 2016), brightness must be about the same, and it
  /// must not come from outside.
  func move(_ painted: [Float], to target: MutableImage, trust: MutableImage) {
    let (height, width) = (picture.height, picture.width)
    for y in 0..<height {
      let trusted = trust.row(y, plane: 0)
      for x in 0..<width {
        let vector = back.at(Float(y), Float(x))
        let place = SIMD2(Float(y), Float(x)) + vector
        let tap = Bilinear(place, height: height, width: width)
        for plane in 0..<3 {
          target.row(y, plane: plane)[x] = painted.withUnsafeBufferPointer {
            tap.read($0, plane * height * width, width)
          }
        }
        let isInside =
          place.x >= 0 && place.y >= 0 && place.x <= Float(height - 1) && place.y <= Float(width - 1)
        let brightness = former.values.withUnsafeBufferPointer { tap.read($0, 0, width) }
        let returning = forth.at(place.x, place.y)
        let (gap, length) = (vector + returning, vector * vector + returning * returning)
        let closes = (gap * gap).sum() < 0.01 * length.sum() + 0.5
        trusted[x] = isInside && closes && abs(brightness - picture.values[y * width + x]) < Self.tolerance ? 1 : 0
      }
    }
  }
}

/// Four pixels around a place, the nearest ones where it is outside.
private struct Bilinear {
  private let top, bottom, left, right: Int
  private let down, across: Float

  init(_ place: SIMD2<Float>, height: Int, width: Int) {
    let y = min(max(place.x, 0), Float(height - 1)), x = min(max(place.y, 0), Float(width - 1))
    (top, left) = (Int(y), Int(x))
    (bottom, right) = (min(top + 1, height - 1), min(left + 1, width - 1))
    (down, across) = (y - Float(top), x - Float(left))
  }

  /// Of a plane of this width that begins at `start`.
  func read(_ values: UnsafeBufferPointer<Float>, _ start: Int, _ width: Int) -> Float {
    let (upper, lower) = (start + top * width, start + bottom * width)
    let above = values[upper + left] + across * (values[upper + right] - values[upper + left])
    let below = values[lower + left] + across * (values[lower + right] - values[lower + left])
    return above + down * (below - above)
  }
}
