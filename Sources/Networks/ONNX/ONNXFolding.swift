// Evaluates a node whose inputs are all known: constants, and the shape arithmetic that exporters write around them.
import PluginKit

struct ONNXFolding {
  let call: ONNXCall
  let inputs: [ONNXTensor?]

  /// What the node gives; nil where it is not one of those that are evaluated.
  func result() throws(PluginError) -> [ONNXTensor]? {
    if let made = try constant() { return [made] }
    if let moved = try moved() { return [moved] }
    if let parts = try split() { return parts }
    if let number = try arithmetic() { return [number] }
    if let number = try function() { return [number] }
    if let number = try reduced() { return [number] }
    return try quantised().map { [$0] }
  }

  /// Input number `i`.
  func input(_ i: Int) throws(PluginError) -> ONNXTensor { try call.needed(i) }

  /// How many elements a shape has. Throws where folding does not make so many.
  func count(_ shape: [Int]) throws(PluginError) -> Int {
    guard let count = ONNXPlaces.count(shape) else {
      throw call.failure("a constant of \(WeightSet.text(shape)) is more than is folded")
    }
    return count
  }

  private func constant() throws(PluginError) -> ONNXTensor? {
    switch call.node.op {
    case "Constant": return try constantValue()
    case "ConstantOfShape":
      let shape = try input(0).integers
      let count = try count(shape)
      guard let value = try call.attributeTensor("value") else {
        return ONNXTensor(shape, floats: Array(repeating: 0, count: count))
      }
      guard value.count == 1 else { throw call.failure("'value' has \(value.count) numbers, expected one") }
      return value.picking(Array(repeating: 0, count: count), shape: shape)
    case "Shape": return ONNXShape.part(of: try input(0).shape, call)
    case "Size": return ONNXTensor([], integers: [try input(0).count])
    case "Range": return try range()
    default: return nil
    }
  }

  private func constantValue() throws(PluginError) -> ONNXTensor {
    if let tensor = try call.attributeTensor("value") { return tensor }
    if let number = call.numbers("value_float")?.first { return ONNXTensor([], floats: [Float(number)]) }
    if let number = call.integers("value_int")?.first { return ONNXTensor([], integers: [number]) }
    if let list = call.numbers("value_floats") { return ONNXTensor([list.count], floats: list.map { Float($0) }) }
    if let list = call.integers("value_ints") { return ONNXTensor(list) }
    throw call.failure("it holds no numbers")
  }

  private func range() throws(PluginError) -> ONNXTensor {
    let (start, limit, delta) = try (input(0), input(1), input(2))
    guard let from = start.scalar, let to = limit.scalar, let step = delta.scalar, step != 0 else {
      throw call.failure("its limits are no numbers")
    }
    if start.kind != .float, limit.kind != .float, delta.kind != .float {
      return try wholeRange(start.integers[0], limit.integers[0], delta.integers[0], start.kind)
    }
    let length = ((to - from) / step).rounded(.up)
    guard length.isFinite, length <= Float(ONNXTensor.limit) else { throw call.failure("a range of \(length) numbers") }
    return ONNXTensor([Int(max(0, length))], floats: (0..<Int(max(0, length))).map { from + Float($0) * step })
  }

  /// From `first` on, before `end`; `pace` is not 0.
  private func wholeRange(
    _ first: Int, _ end: Int, _ pace: Int, _ kind: ONNXTensor.Kind
  ) throws(PluginError) -> ONNXTensor {
    guard first != end, (end > first) == (pace > 0) else { return ONNXTensor([0], integers: [], kind: kind) }
    let (gap, isBeyond) = end.subtractingReportingOverflow(first)
    guard !isBeyond, (gap.magnitude - 1) / pace.magnitude < UInt(ONNXTensor.limit) else {
      throw call.failure("a range from \(first) to \(end) in steps of \(pace)")
    }
    let count = Int((gap.magnitude - 1) / pace.magnitude) + 1
    return ONNXTensor([count], integers: (0..<count).map { first &+ $0 &* pace }, kind: kind)
  }

  private func reduced() throws(PluginError) -> ONNXTensor? {
    guard let reduce = Self.reductions[call.node.op] else { return nil }
    let x = try input(0)
    let request = try ONNXReduction(call, rank: x.shape.count)
    var shape = x.shape
    for axis in request.axes { shape[axis] = 1 }
    let strides = x.strides
    let steps = x.shape.indices.map { request.axes.contains($0) ? 0 : strides[$0] }
    _ = try count(shape)
    let starts = ONNXPlaces.walk(shape, strides: steps)
    let offsets = ONNXPlaces.walk(request.axes.map { x.shape[$0] }, strides: request.axes.map { strides[$0] })
    let kept = request.isKept ? shape : shape.indices.filter { !request.axes.contains($0) }.map { shape[$0] }
    if x.kind != .float, let reduce = Self.wholeReductions[call.node.op] {
      let from = x.integers
      return ONNXTensor(kept, integers: starts.map { start in reduce(offsets.map { from[start + $0] }) }, kind: x.kind)
    }
    let from = x.floats
    let floats = starts.map { start in reduce(offsets.map { Double(from[start + $0]) }) }
    let result = ONNXTensor(kept, floats: floats.map { Float($0) })
    return x.kind == .float ? result : result.cast(to: x.kind)
  }

  private static let reductions: [String: @Sendable ([Double]) -> Double] = [
    "ReduceSum": { $0.reduce(0, +) },
    "ReduceMean": { $0.isEmpty ? 0 : $0.reduce(0, +) / Double($0.count) },
    "ReduceMax": { $0.max() ?? -.infinity },
    "ReduceMin": { $0.min() ?? .infinity },
    "ReduceProd": { $0.reduce(1, *) },
    "ReduceL2": { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() },
    "ReduceSumSquare": { $0.reduce(0) { $0 + $1 * $1 } },
  ]

  private static let wholeReductions: [String: @Sendable ([Int]) -> Int] = [
    "ReduceSum": { $0.reduce(0, &+) },
    "ReduceMean": { $0.isEmpty ? 0 : $0.reduce(0, &+) / $0.count },
    "ReduceMax": { $0.max() ?? Int.min },
    "ReduceMin": { $0.min() ?? Int.max },
    "ReduceProd": { $0.reduce(1, &*) },
    "ReduceSumSquare": { $0.reduce(0) { $0 &+ $1 &* $1 } },
  ]

  private func quantised() throws(PluginError) -> ONNXTensor? {
    guard ["QuantizeLinear", "DequantizeLinear"].contains(call.node.op) else { return nil }
    let x = try input(0)
    let numbers = try ONNXQuantisation(call, shape: x.shape)
    let places = ONNXPlaces.repeated(numbers.scale, to: x.shape)
    let (scale, zero, from) = (numbers.scale.floats, numbers.zero, x.floats)
    if call.node.op == "DequantizeLinear" {
      return ONNXTensor(x.shape, floats: zip(from, places).map { ($0 - zero[$1]) * scale[$1] })
    }
    let limits = numbers.limits
    let integers = zip(from, places).map { x, i in
      let rounded = Double((x / scale[i]).rounded(.toNearestOrEven) + zero[i])
      return rounded.isNaN ? 0 : Int(min(max(rounded, limits.lowerBound), limits.upperBound))
    }
    return ONNXTensor(x.shape, integers: integers, kind: numbers.kind)
  }
}

/// The part of a shape that a Shape node asks for.
enum ONNXShape {
  static func part(of shape: [Int], _ call: ONNXCall) -> ONNXTensor {
    let place = { (i: Int) in min(max(i < 0 ? i &+ shape.count : i, 0), shape.count) }
    let (start, end) = (place(call.integer("start", 0)), place(call.integer("end", shape.count)))
    return ONNXTensor(Array(shape[start..<max(start, end)]))
  }
}

/// What a reduction asks for: attributes in old versions, inputs in new ones.
struct ONNXReduction {
  let axes: [Int]
  /// Reduced axes stay, with size 1.
  let isKept: Bool

  init(_ call: ONNXCall, rank: Int) throws(PluginError) {
    let list = try call.integers("axes", orInput: 1) ?? []
    let isNothing = list.isEmpty && call.integer("noop_with_empty_axes", 0) != 0
    axes = list.isEmpty ? (isNothing ? [] : Array(0..<rank)) : try call.axes(list, rank: rank)
    isKept = call.integer("keepdims", 1) != 0
  }
}
