// Folding of the operators that compute.
import Foundation
import PluginKit

extension ONNXFolding {
  /// A function of two tensors, or of several in turn; nil where the node is none.
  func arithmetic() throws(PluginError) -> ONNXTensor? {
    let op = call.node.op
    if ["Sum", "Mean", "Max", "Min"].contains(op) {
      let function = op == "Max" || op == "Min" ? op : "Add"
      var result = try input(0)
      for i in 1..<max(1, call.inputs.count) { result = try binary(function, result, input(i)) }
      guard op == "Mean" else { return result }
      return try binary("Div", result, ONNXTensor([], floats: [Float(call.inputs.count)]))
    }
    if op == "Where" { return try chosen() }
    guard Self.floats[op] != nil || Self.comparison(op, of: Float.self) != nil else { return nil }
    return try binary(op, input(0), input(1))
  }

  private func binary(_ op: String, _ a: ONNXTensor, _ b: ONNXTensor) throws(PluginError) -> ONNXTensor {
    guard let shape = ONNXPlaces.broadcast(a.shape, b.shape) else {
      throw call.misfit("\(WeightSet.text(a.shape)) and \(WeightSet.text(b.shape)) do not fit")
    }
    _ = try count(shape)
    let (i, j) = (ONNXPlaces.repeated(a, to: shape), ONNXPlaces.repeated(b, to: shape))
    let isWhole = a.kind != .float && b.kind != .float
    if isWhole, let compare = Self.comparison(op, of: Int.self) {
      let (x, y) = (a.integers, b.integers)
      return ONNXTensor(shape, integers: zip(i, j).map { compare(x[$0], y[$1]) ? 1 : 0 }, kind: .bool)
    }
    if let compare = Self.comparison(op, of: Float.self) {
      let (x, y) = (a.floats, b.floats)
      return ONNXTensor(shape, integers: zip(i, j).map { compare(x[$0], y[$1]) ? 1 : 0 }, kind: .bool)
    }
    let isTruncated = op == "Mod" && call.integer("fmod", 0) != 0
    if isWhole, let function = Self.integers[isTruncated ? "Rest" : op] {
      let (x, y) = (a.integers, b.integers)
      if ["Div", "Mod"].contains(op), y.contains(0) { throw call.failure("it divides by zero") }
      return ONNXTensor(shape, integers: zip(i, j).map { function(x[$0], y[$1]) }, kind: a.kind)
    }
    guard let function = Self.floats[op] else { throw call.failure("it computes with whole numbers") }
    let (x, y) = (a.floats, b.floats)
    return ONNXTensor(shape, floats: zip(i, j).map { function(x[$0], y[$1]) })
  }

  private func chosen() throws(PluginError) -> ONNXTensor {
    let (mask, a, b) = try (input(0), input(1), input(2))
    guard let both = ONNXPlaces.broadcast(a.shape, b.shape), let shape = ONNXPlaces.broadcast(mask.shape, both) else {
      throw call.misfit("its inputs do not fit")
    }
    _ = try count(shape)
    let (m, i, j) = (
      ONNXPlaces.repeated(mask, to: shape), ONNXPlaces.repeated(a, to: shape), ONNXPlaces.repeated(b, to: shape)
    )
    let takes = mask.integers
    if a.kind == .float {
      let (x, y) = (a.floats, b.floats)
      return ONNXTensor(
        shape, floats: shape.contains(0) ? [] : m.indices.map { takes[m[$0]] != 0 ? x[i[$0]] : y[j[$0]] })
    }
    let (x, y) = (a.integers, b.integers)
    return ONNXTensor(
      shape, integers: shape.contains(0) ? [] : m.indices.map { takes[m[$0]] != 0 ? x[i[$0]] : y[j[$0]] }, kind: a.kind)
  }

  private static let floats: [String: @Sendable (Float, Float) -> Float] = [
    "Add": { $0 + $1 }, "Sub": { $0 - $1 }, "Mul": { $0 * $1 }, "Div": { $0 / $1 }, "Pow": { pow($0, $1) },
    "Max": { max($0, $1) }, "Min": { min($0, $1) }, "Mod": { fmodf($0, $1) }, "PRelu": { $0 < 0 ? $0 * $1 : $0 },
  ]

  private static let integers: [String: @Sendable (Int, Int) -> Int] = [
    "Add": { $0 &+ $1 }, "Sub": { $0 &- $1 }, "Mul": { $0 &* $1 }, "Div": { $0.dividedReportingOverflow(by: $1).0 },
    "Max": { max($0, $1) }, "Min": { min($0, $1) },
    "Mod": { x, y in
      let rest = x.remainderReportingOverflow(dividingBy: y).0
      return rest != 0 && (rest < 0) != (y < 0) ? rest &+ y : rest
    },
    "Rest": { $0.remainderReportingOverflow(dividingBy: $1).0 },
    "Pow": { x, y in Int(exactly: pow(Double(x), Double(y)).rounded()) ?? 0 },
  ]

  /// Whole numbers are compared as such: floating point numbers would lose their last digits.
  private static func comparison<Number: Numeric & Comparable>(
    _ op: String, of type: Number.Type
  ) -> ((Number, Number) -> Bool)? {
    switch op {
    case "Equal": { $0 == $1 }
    case "Greater": { $0 > $1 }
    case "Less": { $0 < $1 }
    case "GreaterOrEqual": { $0 >= $1 }
    case "LessOrEqual": { $0 <= $1 }
    case "And": { $0 != 0 && $1 != 0 }
    case "Or": { $0 != 0 || $1 != 0 }
    case "Xor": { ($0 != 0) != ($1 != 0) }
    default: nil
    }
  }

  /// A function of each element; nil where the node is none.
  func function() throws(PluginError) -> ONNXTensor? {
    switch call.node.op {
    case "Cast":
      let to = call.integer("to", 1)
      guard let kind = ONNXTensor.Kind(dataType: to) else { throw call.failure("numbers of type \(to) are not known") }
      return try input(0).cast(to: kind)
    case "CastLike": return try input(0).cast(to: input(1).kind)
    case "Clip":
      let x = try input(0)
      guard x.kind == .float else {
        let low = try call.tensor(1)?.integers.first ?? Int.min
        let high = try call.tensor(2)?.integers.first ?? Int.max
        return ONNXTensor(x.shape, integers: x.integers.map { min(max($0, low), high) }, kind: x.kind)
      }
      let low = Float(try call.number("min", orInput: 1) ?? -.infinity)
      let high = Float(try call.number("max", orInput: 2) ?? .infinity)
      guard !low.isNaN, !high.isNaN else { throw call.failure("a bound is no number") }
      return ONNXTensor(x.shape, floats: x.floats.map { min(max($0, low), high) })
    case "Not":
      let x = try input(0)
      return ONNXTensor(x.shape, integers: x.integers.map { $0 == 0 ? 1 : 0 }, kind: .bool)
    case "Abs", "Neg", "Sign":
      let x = try input(0)
      guard x.kind != .float else { break }
      let function: (Int) -> Int =
        call.node.op == "Abs" ? { $0 < 0 ? 0 &- $0 : $0 } : call.node.op == "Neg" ? { 0 &- $0 } : { $0.signum() }
      return ONNXTensor(x.shape, integers: x.integers.map(function), kind: x.kind)
    default: break
    }
    guard let function = Self.functions[call.node.op] else { return nil }
    let x = try input(0)
    return ONNXTensor(x.shape, floats: x.floats.map(function))
  }

  private static let functions: [String: @Sendable (Float) -> Float] = [
    "Sqrt": { $0.squareRoot() }, "Exp": { exp($0) }, "Log": { log($0) }, "Abs": { abs($0) }, "Neg": { -$0 },
    "Reciprocal": { 1 / $0 }, "Floor": { $0.rounded(.down) }, "Ceil": { $0.rounded(.up) },
    "Round": { $0.rounded(.toNearestOrEven) }, "Erf": { erf($0) }, "Tanh": { tanh($0) },
    "Sigmoid": { 1 / (1 + exp(-$0)) }, "Relu": { max($0, 0) }, "Sin": { sin($0) }, "Cos": { cos($0) },
    "Softplus": { log(1 + exp($0)) }, "Sign": { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 },
  ]
}
