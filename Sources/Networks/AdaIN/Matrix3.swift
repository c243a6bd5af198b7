// Three by three numbers, for colours.

/// A matrix by its columns.
struct Matrix3: Sendable, Equatable {
  var columns: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)

  init(_ a: SIMD3<Double>, _ b: SIMD3<Double>, _ c: SIMD3<Double>) { columns = (a, b, c) }

  static let identity = Matrix3(SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1))

  static func == (a: Matrix3, b: Matrix3) -> Bool { a.columns == b.columns }

  static func * (a: Matrix3, x: SIMD3<Double>) -> SIMD3<Double> {
    a.columns.0 * x.x + a.columns.1 * x.y + a.columns.2 * x.z
  }

  static func * (a: Matrix3, b: Matrix3) -> Matrix3 { Matrix3(a * b.columns.0, a * b.columns.1, a * b.columns.2) }

  var transposed: Matrix3 {
    let (a, b, c) = columns
    return Matrix3(SIMD3(a.x, b.x, c.x), SIMD3(a.y, b.y, c.y), SIMD3(a.z, b.z, c.z))
  }

  /// Row i times rows[i], column j times columns[j].
  func scaled(rows: SIMD3<Double>, columns by: SIMD3<Double>) -> Matrix3 {
    Matrix3(columns.0 * rows * by.x, columns.1 * rows * by.y, columns.2 * rows * by.z)
  }

  /// The root of a symmetric matrix whose eigenvalues are above 0, and the inverse of the root.
  var roots: (root: Matrix3, inverse: Matrix3) {
    let (values, vectors) = eigen
    let root = values.squareRoot()
    let across = vectors.transposed
    let one = SIMD3<Double>(repeating: 1)
    return (vectors * across.scaled(rows: root, columns: one), vectors * across.scaled(rows: 1 / root, columns: one))
  }

  /// Eigenvalues of a symmetric matrix and, as columns, its eigenvectors: Jacobi's rotations, which converge within a few rounds.
  private var eigen: (values: SIMD3<Double>, vectors: Matrix3) {
    var (a, vectors) = (self, Matrix3.identity)
    for turn in 0..<36 {
      let (p, q) = (turn % 3 == 2 ? 1 : 0, turn % 3 == 0 ? 1 : 2)
      guard a[p, q] != 0 else { continue }
      let theta = (a[q, q] - a[p, p]) / (2 * a[p, q])
      let tangent = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
      let cosine = 1 / (tangent * tangent + 1).squareRoot()
      var rotation = Matrix3.identity
      (rotation[p, p], rotation[q, q]) = (cosine, cosine)
      (rotation[p, q], rotation[q, p]) = (tangent * cosine, -tangent * cosine)
      a = rotation.transposed * a * rotation
      vectors = vectors * rotation
    }
    return (SIMD3(a[0, 0], a[1, 1], a[2, 2]), vectors)
  }

  subscript(row: Int, column: Int) -> Double {
    get { column == 0 ? columns.0[row] : column == 1 ? columns.1[row] : columns.2[row] }
    set {
      switch column {
      case 0: columns.0[row] = newValue
      case 1: columns.1[row] = newValue
      default: columns.2[row] = newValue
      }
    }
  }
}
