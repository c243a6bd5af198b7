// What a small feature network begins with: some of the VGG's own planes.
import Networks

/// Of each layer those planes of a VGG from which the others can be told best, by pivoted Cholesky decomposition of their moments (Higham:
/// Analysis of the Cholesky decomposition of a semi-definite matrix, 1990). What the next layer would have got of the planes that are left out
/// is put together from those that are kept, by least squares (as He et al.: Channel pruning, ICCV 2017, who choose the planes by another rule).
struct PrunedFeatures {
  /// Tensors by name, as `VGG.distilled` has them.
  private(set) var tensors: [String: [Float]] = [:]

  /// - Parameter basis: what the matrices beside the layers begin to give.
  init(_ teacher: VGG, _ basis: FeatureBasis, _ moments: FeatureMoments) {
    // Planes of the layer before as sums of those that are kept of it: all of the picture's own.
    var before = Choice(kept: [0, 1, 2], sums: [1, 0, 0, 0, 1, 0, 0, 0, 1])
    for (i, layer) in moments.layers.enumerated() {
      let all = teacher.planes(of: layer)
      let choice = Choice(moments.matrices[i], all, few: basis.matrices[i].count / all)
      let (weight, bias) = teacher.numbers(of: layer)
      let name = "conv\(layer.stage)_\(layer.convolution)"
      tensors["\(name).weight"] = choice.kept.flatMap { before.folded(weight[($0 * weight.count / all)...], taps: 9) }
      tensors["\(name).bias"] = choice.kept.map { bias[$0] }
      let rows = stride(from: 0, to: basis.matrices[i].count, by: all)
      tensors["\(layer).weight"] = rows.flatMap { choice.folded(basis.matrices[i][$0...], taps: 1) }
      before = choice
    }
  }

  /// Planes that stand for all of a layer.
  struct Choice {
    /// Which they are, the most telling one first.
    let kept: [Int]
    /// All planes as sums of them: [all][kept].
    let sums: [Float]

    init(kept: [Int], sums: [Float]) { (self.kept, self.sums) = (kept, sums) }

    /// The `few` planes of a layer with these moments [all][all] that tell most about the others.
    init(_ moments: [Float], _ all: Int, few: Int) {
      var kept: [Int] = []
      // moments = factor factor^T, [all][few], but for what the planes that are kept do not tell.
      var factor = [Float](repeating: 0, count: all * few)
      var rest = (0..<all).map { moments[$0 * all + $0] }
      // Below that a rest is what rounding left of a plane that the others tell.
      let nothing = 1e-5 * (rest.max() ?? 0)
      for t in 0..<few {
        let best = (0..<all).filter { !kept.contains($0) }.max { rest[$0] < rest[$1] } ?? 0
        kept.append(best)
        guard rest[best] > nothing else { continue }
        let root = rest[best].squareRoot()
        for c in 0..<all {
          let known = (0..<t).reduce(Float(0)) { $0 + factor[c * few + $1] * factor[best * few + $1] }
          let value = (moments[c * all + best] - known) / root
          factor[c * few + t] = value
          rest[c] -= value * value
        }
      }
      (self.kept, sums) = (kept, Self.solve(factor, all, kept))
    }

    /// X with X times the rows `kept` of the factor = the factor: those rows are a triangle.
    private static func solve(_ factor: [Float], _ all: Int, _ kept: [Int]) -> [Float] {
      let few = kept.count
      var sums = factor
      for c in 0..<all {
        for t in stride(from: few - 1, through: 0, by: -1) {
          var value = factor[c * few + t]
          for s in t + 1..<few { value -= sums[c * few + s] * factor[kept[s] * few + t] }
          let pivot = factor[kept[t] * few + t]
          sums[c * few + t] = pivot > 0 ? value / pivot : 0
        }
      }
      return sums
    }

    /// A row of a matrix over all planes, each with `taps` numbers, as a row over those that are kept.
    func folded(_ row: ArraySlice<Float>, taps: Int) -> [Float] {
      let (few, all) = (kept.count, sums.count / kept.count)
      var folded = [Float](repeating: 0, count: few * taps)
      for c in 0..<all {
        for k in 0..<few {
          let share = sums[c * few + k]
          for tap in 0..<taps { folded[k * taps + tap] += share * row[row.startIndex + c * taps + tap] }
        }
      }
      return folded
    }
  }
}
