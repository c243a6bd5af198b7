// Functions of a map and one number for each of its channels.
import PluginKit

extension ONNXProgram {
  /// A function of a step and numbers per channel, which come first where it is reversed; nil where there is no such function.
  mutating func apply(_ function: Arithmetic, _ x: Int, _ numbers: [Float], isReversed: Bool) -> Int? {
    let uniform = numbers.allSatisfy { $0 == numbers[0] } ? numbers.first : nil
    switch function {
    case .add: return affine(x, shift: numbers)
    case .subtract:
      guard isReversed else { return affine(x, shift: numbers.map { -$0 }) }
      return affine(x, scale: numbers.map { _ in -1 }, shift: numbers)
    case .multiply: return affine(x, scale: numbers)
    case .divide:
      guard isReversed else { return affine(x, scale: numbers.map { 1 / $0 }) }
      let inverse = activate(x, .reciprocal)
      return uniform == 1 ? inverse : affine(inverse, scale: numbers)
    case .power:
      guard let uniform else { return nil }
      return isReversed ? exponential(x, base: uniform) : power(x, uniform)
    case .minimum:
      if let uniform { return map(x, .clamp(low: -.infinity, high: Double(uniform))) }
      let over = map(affine(x, shift: numbers.map { -$0 }), .relu)
      return arithmetic(.subtract, x, over)
    case .maximum:
      if uniform == 0 { return map(x, .relu) }
      if let uniform { return map(x, .clamp(low: Double(uniform), high: .infinity)) }
      return affine(map(affine(x, shift: numbers.map { -$0 }), .relu), shift: numbers)
    }
  }

  private mutating func power(_ x: Int, _ exponent: Float) -> Int? {
    switch exponent {
    case 1: return x
    case 2: return arithmetic(.multiply, x, x)
    case 3: return arithmetic(.multiply, x, x).flatMap { arithmetic(.multiply, $0, x) }
    case 0.5: return activate(x, .sqrt)
    case -0.5: return activate(activate(x, .sqrt), .reciprocal)
    case -1: return activate(x, .reciprocal)
    default: return activate(x, .power(Double(exponent)))
    }
  }

  private mutating func exponential(_ x: Int, base: Float) -> Int? {
    guard base > 0 else { return nil }
    return activate(affine(x, by: Float(ONNXActivations.logarithm(Double(base)))), .exp)
  }
}

extension ONNXView {
  /// For each channel of the map the number that a tensor of this shape, as many axes and each of size 1 or the value's, has
  /// for it; nil where numbers differ from pixel to pixel.
  func perChannel(_ numbers: [Float], _ shape: [Int]) -> [Float]? {
    var offsets = [Int](repeating: 0, count: size.channels)
    var places = [0]
    var stride = 1
    for axis in shape.indices.reversed() {
      var digit = stride
      // Places of elements that differ in the digits of rows, columns and copies alone, and of channels.
      for factor in axes[axis].reversed() where shape[axis] > 1 {
        if factor.axis == .channels {
          for c in offsets.indices { offsets[c] += c / factor.stride % factor.size * digit }
        } else {
          places = places.flatMap { place in (0..<factor.size).map { place + $0 * digit } }
        }
        digit *= factor.size
      }
      stride *= shape[axis]
    }
    for offset in Set(offsets) {
      for place in places where numbers[offset + place] != numbers[offset] { return nil }
    }
    return offsets.map { numbers[$0] }
  }
}
