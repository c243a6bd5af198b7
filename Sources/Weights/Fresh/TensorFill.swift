// The numbers of a tensor that has learnt nothing yet.

/// How a tensor begins; the raw values are those of the contract (models.h, STH_FILL_*).
public enum TensorFill: UInt32, Sendable {
  /// 0 everywhere: biases, shifts.
  case zero = 1
  /// 1 everywhere: scales.
  case one = 2
  /// Normal, mean 0, variance 2 / (product of all extents but the first): weights before a ReLU (He et al. 2015).
  case heNormal = 3
  /// A weight [c][c] or [c][c][1][1] that hands every plane on as it is.
  case identity = 4
}

extension NamedTensor {
  /// A tensor as training begins with it: equal arguments give equal numbers on every machine.
  /// - Throws: `WeightsError` for a shape that cannot be filled so.
  public init(name: String, shape: [Int], fill: TensorFill, seed: UInt64) throws(WeightsError) {
    guard let floats = Self.numbers(name, shape, fill, seed) else {
      throw WeightsError(
        kind: .mismatched, action: .write, subject: "tensor '\(name.printable())'",
        reason: "its shape \(TensorLayout.text(shape)) cannot be filled with \(fill) numbers")
    }
    try self.init(name: name, shape: shape, floats: floats)
  }

  private static func numbers(_ name: String, _ shape: [Int], _ fill: TensorFill, _ seed: UInt64) -> [Float]? {
    let count = shape.reduce(1, *)
    guard let first = shape.first, first >= 1, count >= 1 else { return nil }
    switch fill {
    case .zero: return [Float](repeating: 0, count: count)
    case .one: return [Float](repeating: 1, count: count)
    case .heNormal:
      let deviation = (2 / Double(count / first)).squareRoot()
      var normal = SeededNormal(seed: seed, name: name)
      return [Float](unsafeUninitializedCapacity: count) { numbers, filled in
        for i in 0..<count { numbers.initializeElement(at: i, to: Float(normal.next() * deviation)) }
        filled = count
      }
    case .identity:
      guard shape.count >= 2, shape[1] == first, count == first * first else { return nil }
      return (0..<count).map { $0 / first == $0 % first ? 1 : 0 }
    }
  }
}
