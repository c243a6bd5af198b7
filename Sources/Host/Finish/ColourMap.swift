// ColourMap.swift - the linear map that gives one picture the mean and covariance of another.

/// out = matrix * (r, g, b) + offset.
struct ColourMap: Equatable {
  let matrix: (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>)
  let offset: SIMD3<Float>

  static func == (left: ColourMap, right: ColourMap) -> Bool {
    left.matrix == right.matrix && left.offset == right.offset
  }

  /// One channel of the result.
  @inline(__always)
  func apply(_ channel: Int, _ r: Block, _ g: Block, _ b: Block) -> Block {
    let row = channel == 0 ? matrix.0 : channel == 1 ? matrix.1 : matrix.2
    return r * row.x + g * row.y + b * row.z + offset[channel]
  }

  /// The map of all linear ones with that outcome that moves colours least (Monge-Kantorovich; Pitie and Kokaram 2007: The linear
  /// Monge-Kantorovitch linear colour mapping for example-based colour transfer):
  ///
  ///     A = R^-1/2 (R^1/2 S R^1/2)^1/2 R^-1/2,   out = A (x - mean of result) + mean of source
  ///
  /// with R and S the covariances of result and source, each with a little added on the diagonal, so that a result without colour is
  /// not blown up to one.
  ///
  /// - Parameter range: of the result; the statistics are of values with black 0 and white 1.
  /// - Returns: nil where a picture has values that are no numbers.
  init?(from result: ColourStatistics, to source: ColourStatistics, range: PixelRange) {
    let (r, s) = (result.covariance.adding(ColourMap.floor), source.covariance.adding(ColourMap.floor))
    let (root, inverse) = (r.mapped { $0.squareRoot() }, r.mapped { 1 / $0.squareRoot() })
    let inner = root.times(s).times(root).symmetric.mapped { $0.squareRoot() }
    let map = inverse.times(inner).times(inverse)
    let offset = source.mean - map.times(result.mean)
    guard map.isFinite, offset.x.isFinite, offset.y.isFinite, offset.z.isFinite else { return nil }
    // Values are black + span * v on both sides of the map.
    let (black, span) = (Double(range.black), Double(range.white) - Double(range.black))
    let blacks = SIMD3<Double>(repeating: black)
    self.offset = SIMD3<Float>(blacks + span * offset - map.times(blacks))
    matrix = (SIMD3<Float>(map.rows.0), SIMD3<Float>(map.rows.1), SIMD3<Float>(map.rows.2))
  }

  /// A deviation of a thousandth of the way from black to white, squared.
  private static let floor = 1e-6
}
