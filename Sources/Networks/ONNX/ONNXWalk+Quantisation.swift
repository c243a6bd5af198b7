// Networks of whole numbers: the pair that quantises and gives back.
import PluginKit

extension ONNXWalk {
  /// What a node of this kind gives; nil where it is of another. Constants are folded before; a map keeps what whole numbers
  /// it would be, as floating point numbers.
  mutating func quantisation(_ call: ONNXCall) throws(PluginError) -> [ONNXValue]? {
    guard ["QuantizeLinear", "DequantizeLinear"].contains(call.node.op) else { return nil }
    let map = try call.map(0)
    let numbers = try ONNXQuantisation(call, shape: map.view.shape)
    let scales = try perChannel(numbers.scale, map, call).1
    let zeros = try perChannel(numbers.zeros, map, call).1
    let (limits, isBack) = (numbers.limits, call.node.op == "DequantizeLinear")
    let step = change { program in
      if isBack {
        return program.affine(map.step, scale: scales, shift: zip(zeros, scales).map { -$0 * $1 })
      }
      let whole = program.activate(program.affine(map.step, scale: scales.map { 1 / $0 }), .round)
      let moved = zeros.allSatisfy { $0 == 0 } ? whole : program.affine(whole, shift: zeros)
      return program.map(moved, .clamp(low: limits.lowerBound, high: limits.upperBound))
    }
    return [.map(ONNXMap(step: step, view: map.view))]
  }
}

/// Scale and zero point of a node that quantises or gives back.
struct ONNXQuantisation {
  /// In a shape that is repeated to that of the numbers.
  let scale: ONNXTensor
  /// As many.
  let zero: [Float]
  let kind: ONNXTensor.Kind
  /// Of the whole numbers.
  let limits: ClosedRange<Double>

  init(_ call: ONNXCall, shape: [Int]) throws(PluginError) {
    let (scale, point) = (try call.needed(1), try call.tensor(2))
    guard call.integer("block_size", 0) == 0 else { throw call.failure("scales of blocks are not run") }
    guard scale.shape.count <= 1, point.map({ $0.count == scale.count }) ?? true, scale.count >= 1 else {
      throw call.failure("\(scale.count) scales and \(point?.count ?? 0) zero points")
    }
    guard scale.floats.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw call.failure("a scale is not above 0 and finite")
    }
    var spread = Array(repeating: 1, count: shape.count)
    if scale.count > 1 {
      let axis = try call.axis(call.integer("axis", 1), rank: shape.count)
      guard shape[axis] == scale.count else {
        throw call.failure("\(scale.count) scales for axis \(axis) of \(WeightSet.text(shape))")
      }
      spread[axis] = scale.count
    }
    self.scale = scale.reshaped(spread)
    zero = point?.floats ?? Array(repeating: 0, count: scale.count)
    kind = point?.kind ?? .uint8
    guard let limits = kind.limits ?? (call.node.op == "DequantizeLinear" ? 0...0 : nil) else {
      throw call.failure("whole numbers of its kind are not known")
    }
    self.limits = limits
  }

  /// Zero points as a tensor.
  var zeros: ONNXTensor { ONNXTensor(scale.shape, floats: zero) }
}
