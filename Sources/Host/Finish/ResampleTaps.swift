// ResampleTaps.swift - which values of a row, and how much of each, make the values of a longer or shorter row.

/// For each value of the new row a run of neighbours in the old one and their weights, whose sum is 1. Beyond the ends the last values
/// go on. Rows are laid over each other by their edges, so that a value lies at its middle.
struct ResampleTaps {
  /// What the weights are made of.
  enum Kernel {
    /// The mean over what a new value covers: for shorter rows.
    case area
    /// Straight lines between the old values: for longer rows of what must not overshoot.
    case bilinear
    /// Catmull-Rom's cubic, which goes through the old values: for longer rows.
    case catmullRom
    /// The cubic B-spline, which smooths: for longer rows.
    case bSpline
  }

  /// Neighbours of each value, a multiple of four; surplus ones have the weight 0.
  let count: Int
  /// The first neighbour of each value. Those after it may lie beyond the end of a row, with weight 0, where that is short.
  let starts: [Int]
  /// `count` weights for each value.
  let weights: [Float]

  /// Taps from rows of one length to rows of another.
  init(from: Int, to: Int, _ kernel: Kernel) {
    let step = Double(from) / Double(to)
    let reach = kernel == .area ? Int(step.rounded(.up)) + 1 : 4
    let count = (min(reach, from) + 3) / 4 * 4
    var starts: [Int] = []
    var weights = [Float](repeating: 0, count: to * count)
    for index in 0..<to {
      let (begin, end) = (Double(index) * step, Double(index + 1) * step)
      let first = kernel == .area ? Int(begin) : Int(((begin + end) / 2 - 0.5).rounded(.down)) - 1
      let start = max(0, min(first, from - min(count, from)))
      starts.append(start)
      var sum = 0.0
      for place in first..<first + reach {
        let weight = kernel.weight(of: place, begin: begin, end: end)
        // An area may end just where the row does.
        guard weight != 0 else { continue }
        weights[index * count + max(0, min(place, from - 1)) - start] += Float(weight)
        sum += weight
      }
      for tap in 0..<count { weights[index * count + tap] /= Float(sum) }
    }
    (self.count, self.starts, self.weights) = (count, starts, weights)
  }

  /// Means for shorter rows, another kernel for longer ones.
  init(from: Int, to: Int, enlarging: Kernel) { self.init(from: from, to: to, to < from ? .area : enlarging) }
}

extension ResampleTaps.Kernel {
  /// The weight of an old value for a new one that covers begin ..< end.
  fileprivate func weight(of place: Int, begin: Double, end: Double) -> Double {
    switch self {
    case .area: return max(0, min(end, Double(place + 1)) - max(begin, Double(place)))
    case .bilinear: return max(0, 1 - (Double(place) - (begin + end) / 2 + 0.5).magnitude)
    case .catmullRom: return cubic(b: 0, c: 0.5, at: Double(place) - (begin + end) / 2 + 0.5)
    case .bSpline: return cubic(b: 1, c: 0, at: Double(place) - (begin + end) / 2 + 0.5)
    }
  }

  /// The family of cubics of Mitchell and Netravali, 1988.
  private func cubic(b: Double, c: Double, at place: Double) -> Double {
    let t = place.magnitude
    if t < 1 { return ((12 - 9 * b - 6 * c) * t * t * t + (-18 + 12 * b + 6 * c) * t * t + 6 - 2 * b) / 6 }
    if t < 2 {
      return ((-b - 6 * c) * t * t * t + (6 * b + 30 * c) * t * t + (-12 * b - 48 * c) * t + 8 * b + 24 * c) / 6
    }
    return 0
  }
}
