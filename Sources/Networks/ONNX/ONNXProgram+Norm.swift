// Exporters write an instance norm as mean, difference, square, mean, root and quotient; the host has one operator for it.
import PluginKit

extension ONNXProgram {
  /// The norm that this function of two maps is the last step of; nil where it is none.
  ///
  /// (x - mean(x)) / sqrt(mean((x - mean(x))^2) + epsilon), also as a product with the reciprocal of the root.
  mutating func unrolledNorm(_ function: Arithmetic, _ a: Int, _ b: Int) -> Int? {
    let match: (x: Int, epsilon: Double)? =
      switch function {
      case .divide: root(b).flatMap { norm(difference: a, variance: $0) }
      case .multiply:
        reciprocal(b).flatMap { root($0) }.flatMap { norm(difference: a, variance: $0) }
          ?? reciprocal(a).flatMap { root($0) }.flatMap { norm(difference: b, variance: $0) }
      default: nil
      }
    guard let match else { return nil }
    let size = size(match.x)
    return add(
      .norm(groups: size.channels, epsilon: match.epsilon, scale: nil, shift: nil), match.x, size: size)
  }

  /// What this step is the root of.
  private func root(_ step: Int) -> Int? {
    guard case .activate(.sqrt) = steps[step].operation else { return nil }
    return steps[step].operands[0]
  }

  /// What this step is the reciprocal of.
  private func reciprocal(_ step: Int) -> Int? {
    guard case .activate(.reciprocal) = steps[step].operation else { return nil }
    return steps[step].operands[0]
  }

  private func norm(difference: Int, variance: Int) -> (x: Int, epsilon: Double)? {
    guard let x = centred(difference) else { return nil }
    var (step, epsilon) = (variance, Float(0))
    if case .affine(nil, let shift?) = steps[step].operation, let first = shift.first,
      first >= 0, shift.allSatisfy({ $0 == first })
    {
      (step, epsilon) = (steps[step].operands[0], first)
    }
    guard case .mean = steps[step].operation else { return nil }
    let square = steps[steps[step].operands[0]]
    guard case .arithmetic(.multiply) = square.operation, square.operands == [difference, difference] else {
      return nil
    }
    return (x, Double(epsilon))
  }

  /// The x of x - mean(x).
  private func centred(_ step: Int) -> Int? {
    guard case .arithmetic(.subtract) = steps[step].operation else { return nil }
    let (x, mean) = (steps[step].operands[0], steps[steps[step].operands[1]])
    guard case .mean = mean.operation, mean.operands == [x] else { return nil }
    return x
  }
}
