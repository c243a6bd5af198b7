// What can be said of a program without running it: its cost, and which values its pixels have.
import PluginKit

extension ONNXProgram {
  /// Multiplications of the convolutions that the result hangs on.
  func multiplyAdds(_ result: Int) -> Double {
    let isAlive = living(for: result)
    return steps.indices.reduce(0.0) { sum, i in
      guard isAlive[i] else { return sum }
      switch steps[i].operation {
      case .conv(let conv):
        return sum + Double(conv.weight.shape.dropFirst().reduce(1, *)) * Double(steps[i].size.count)
      case .transposedConv(let conv):
        let taps = conv.weight.shape.dropFirst().reduce(1, *)
        return sum + Double(taps) * Double(size(steps[i].operands[0]).count)
      default: return sum
      }
    }
  }

  /// Planes after the first convolution; 0 where there is none.
  func firstWidth(_ result: Int) -> Int {
    let isAlive = living(for: result)
    for (i, step) in steps.enumerated() where isAlive[i] {
      if case .conv = step.operation { return step.size.channels }
    }
    return 0
  }

  /// The values that a step's elements can have; nil where nothing is known. It looks some `depth` steps back.
  func range(_ step: Int, depth: Int = 32) -> ClosedRange<Float>? {
    guard depth > 0 else { return nil }
    let x = steps[step].operands.first
    let range = { (step: Int) in self.range(step, depth: depth - 1) }
    switch steps[step].operation {
    case .activate(.sigmoid), .activate(.hardSigmoid): return 0...1
    case .tanh: return -1...1
    case .clamp(let low, let high): return low <= high ? Float(low)...Float(high) : nil
    case .affine(let scale, let shift):
      guard let inner = x.flatMap(range) else { return nil }
      let channels = steps[step].size.channels
      let (s, b) = (scale ?? Array(repeating: 1, count: channels), shift ?? Array(repeating: 0, count: channels))
      let ends = zip(s, b).flatMap { [inner.lowerBound * $0 + $1, inner.upperBound * $0 + $1] }
      guard let low = ends.min(), let high = ends.max(), low <= high else { return nil }
      return low...high
    case .activate(.round), .activate(.floor), .pad(_, .reflect), .pad(_, .replicate), .pool, .slice, .enlarge,
      .depthToSpace, .mean, .relu:
      return x.flatMap(range)
    case .pad(let borders, _):
      return min(borders.top, borders.left, borders.bottom, borders.right) < 0 ? x.flatMap(range) : nil
    case .resize(let resize): return resize.mode == .cubic ? nil : x.flatMap(range)
    case .concat:
      guard let a = x.flatMap(range), let b = range(steps[step].operands[1]) else { return nil }
      return min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
    default: return nil
    }
  }

  /// The affine step or steps that an input goes through first, as numbers per channel; nil where there are none.
  func firstAffine(_ input: Int) -> (scale: [Float], shift: [Float])? {
    let isShape = { (operation: Operation) -> Bool in
      switch operation {
      case .pad, .slice, .concat, .resize, .enlarge: true
      default: false
      }
    }
    var places: Set = [input]
    for (i, step) in steps.enumerated() where step.operands.contains(where: places.contains) {
      if case .affine(let scale, let shift) = step.operation {
        let channels = step.size.channels
        return (scale ?? Array(repeating: 1, count: channels), shift ?? Array(repeating: 0, count: channels))
      }
      if isShape(step.operation) { places.insert(i) }
    }
    return nil
  }
}
