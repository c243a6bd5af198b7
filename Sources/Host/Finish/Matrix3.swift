// Matrix3.swift - three by three numbers, and functions of symmetric ones.

/// A matrix by its rows.
struct Matrix3: Equatable {
  var rows: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)

  static func == (left: Matrix3, right: Matrix3) -> Bool { left.rows == right.rows }

  init(_ first: SIMD3<Double>, _ second: SIMD3<Double>, _ third: SIMD3<Double>) { rows = (first, second, third) }

  static let identity = Matrix3([1, 0, 0], [0, 1, 0], [0, 0, 1])

  subscript(row: Int) -> SIMD3<Double> {
    get { row == 0 ? rows.0 : row == 1 ? rows.1 : rows.2 }
    set {
      switch row {
      case 0: rows.0 = newValue
      case 1: rows.1 = newValue
      default: rows.2 = newValue
      }
    }
  }

  func times(_ vector: SIMD3<Double>) -> SIMD3<Double> {
    [(rows.0 * vector).sum(), (rows.1 * vector).sum(), (rows.2 * vector).sum()]
  }

  func times(_ other: Matrix3) -> Matrix3 {
    let row = { (own: SIMD3<Double>) in
      own.x * other.rows.0 + own.y * other.rows.1 + own.z * other.rows.2
    }
    return Matrix3(row(rows.0), row(rows.1), row(rows.2))
  }

  var transposed: Matrix3 {
    Matrix3(
      [rows.0.x, rows.1.x, rows.2.x], [rows.0.y, rows.1.y, rows.2.y], [rows.0.z, rows.1.z, rows.2.z])
  }

  /// Rid of what rounding makes of a symmetric matrix.
  var symmetric: Matrix3 {
    let other = transposed
    return Matrix3((rows.0 + other.rows.0) / 2, (rows.1 + other.rows.1) / 2, (rows.2 + other.rows.2) / 2)
  }

  /// With the same added to each number of the diagonal.
  func adding(_ amount: Double) -> Matrix3 {
    Matrix3(rows.0 + [amount, 0, 0], rows.1 + [0, amount, 0], rows.2 + [0, 0, amount])
  }

  var isFinite: Bool { (0..<3).allSatisfy { self[$0].x.isFinite && self[$0].y.isFinite && self[$0].z.isFinite } }

  /// A function of a symmetric matrix without negative eigenvalues: V f(eigenvalues) V^T.
  func mapped(_ function: (Double) -> Double) -> Matrix3 {
    let (values, vectors) = eigen
    let scaled = Matrix3(
      vectors.rows.0 * values.mapped(function), vectors.rows.1 * values.mapped(function),
      vectors.rows.2 * values.mapped(function))
    return scaled.times(vectors.transposed).symmetric
  }

  /// Eigenvalues of a symmetric matrix, none below 0, and their vectors in columns. By Jacobi's rotations, which are exact to the last
  /// bits after a handful of rounds.
  private var eigen: (values: SIMD3<Double>, vectors: Matrix3) {
    var (matrix, vectors) = (self, Matrix3.identity)
    for _ in 0..<16 {
      for (p, q) in [(0, 1), (0, 2), (1, 2)] where matrix[p][q] != 0 {
        let theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q])
        let t = (theta < 0 ? -1 : 1) / (theta.magnitude + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        var rotation = Matrix3.identity
        rotation[p][p] = c
        rotation[q][q] = c
        rotation[p][q] = t * c
        rotation[q][p] = -t * c
        matrix = rotation.transposed.times(matrix).times(rotation).symmetric
        vectors = vectors.times(rotation)
      }
    }
    return ([max(0, matrix[0][0]), max(0, matrix[1][1]), max(0, matrix[2][2])], vectors)
  }
}

extension SIMD3<Double> {
  fileprivate func mapped(_ function: (Double) -> Double) -> SIMD3<Double> { [function(x), function(y), function(z)] }
}
