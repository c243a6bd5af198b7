// The directions in which the features of a VGG have most of their energy.
import Networks
import PluginKit
import Weights

/// For each layer the few directions, of all that its planes span, that hold the most of the features' energy. Gram matrices of features in
/// these directions, and distances between them, are nearly those of all planes.
struct FeatureBasis {
  /// The layers, in the order of the network.
  let layers: [VGGLayer]
  /// Of each layer [planes kept, planes of the VGG]: rows at right angles to each other, times sqrt(kept / planes).
  let matrices: [[Float]]
  /// Of each layer the mean square of what its matrix gives.
  let energies: [Double]
  /// Of each layer the share of the energy of all planes that is kept.
  let kept: [Double]

  /// - Parameter share: of the planes of each layer, that are kept.
  /// - Throws: `model` where a layer says nothing, or no numbers.
  init(_ teacher: VGG, share: Double, _ moments: FeatureMoments) throws(TrainingError) {
    layers = moments.layers
    var (matrices, energies, kept): ([[Float]], [Double], [Double]) = ([], [], [])
    for (layer, moment) in zip(layers, moments.matrices) {
      let all = teacher.planes(of: layer)
      let few = max(1, Int((share * Double(all)).rounded()))
      let directions = Self.directions(moment, all, few, seed: layer.description)
      let energy = Self.energy(of: directions, in: moment, all)
      let trace = (0..<all).reduce(0.0) { $0 + Double(moment[$1 * all + $1]) }
      guard trace > 0, trace.isFinite, energy > 0 else {
        throw TrainingError(.model, "cannot learn from the VGG: \(layer) gives nothing on these pictures")
      }
      let scale = (Double(few) / Double(all)).squareRoot()
      matrices.append(directions.map { Float(scale) * $0 })
      energies.append(scale * scale * energy / Double(few))
      kept.append(energy / trace)
    }
    (self.matrices, self.energies, self.kept) = (matrices, energies, kept)
  }

  /// The few directions of the most energy of a symmetric matrix [all][all], by orthogonal iteration (Golub, Van Loan: Matrix Computations,
  /// 8.2.4): [few][all], of length 1 and at right angles. Which basis of their span they are does not matter here.
  static func directions(_ moment: [Float], _ all: Int, _ few: Int, seed: String) -> [Float] {
    var draws = SplitMix64(seed: 0, name: seed)
    var rows = (0..<few * all).map { _ in Float(2 * draws.fraction() - 1) }
    for _ in 0..<iterations {
      rows = product(rows, moment, all)
      orthogonalise(&rows, all)
    }
    return rows
  }

  /// Enough for spans whose energy is that of the best to three digits.
  private static let iterations = 12

  /// rows [few][all] times a symmetric matrix [all][all].
  private static func product(_ rows: [Float], _ matrix: [Float], _ all: Int) -> [Float] {
    var result = [Float](repeating: 0, count: rows.count)
    for start in stride(from: 0, to: rows.count, by: all) {
      for i in 0..<all {
        let x = rows[start + i]
        for j in 0..<all { result[start + j] += x * matrix[i * all + j] }
      }
    }
    return result
  }

  /// Gram-Schmidt, row by row.
  private static func orthogonalise(_ rows: inout [Float], _ all: Int) {
    for start in stride(from: 0, to: rows.count, by: all) {
      for earlier in stride(from: 0, to: start, by: all) {
        let overlap = (0..<all).reduce(Float(0)) { $0 + rows[start + $1] * rows[earlier + $1] }
        for i in 0..<all { rows[start + i] -= overlap * rows[earlier + i] }
      }
      let length = (0..<all).reduce(Float(0)) { $0 + rows[start + $1] * rows[start + $1] }.squareRoot()
      for i in 0..<all { rows[start + i] /= max(length, 1e-20) }
    }
  }

  /// The sum of the energies along rows of length 1.
  private static func energy(of rows: [Float], in moment: [Float], _ all: Int) -> Double {
    zip(rows, product(rows, moment, all)).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
  }
}
