// Functions of two values, element by element.
import PluginKit

extension ONNXWalk {
  /// What a node of this kind gives; nil where it is of another.
  mutating func elementwise(_ call: ONNXCall) throws(PluginError) -> [ONNXValue]? {
    let functions: [String: ONNXProgram.Arithmetic] = [
      "Add": .add, "Sub": .subtract, "Mul": .multiply, "Div": .divide, "Pow": .power, "Max": .maximum,
      "Min": .minimum, "Sum": .add, "Mean": .add,
    ]
    if call.node.op == "PRelu" { return [try slope(call)] }
    guard let function = functions[call.node.op] else { return nil }
    guard var result = call.inputs.first ?? nil else { throw call.failure("it has no inputs") }
    for i in call.inputs.indices.dropFirst() {
      guard let other = call.inputs[i] else { throw call.failure("its input \(i + 1) is missing") }
      result = try combined(function, result, other, call)
    }
    if call.node.op == "Mean", case .map(let map) = result {
      let step = change { $0.affine(map.step, by: 1 / Float(call.inputs.count)) }
      return [.map(ONNXMap(step: step, view: map.view))]
    }
    return [result]
  }

  /// A function of two values.
  mutating func combined(
    _ function: ONNXProgram.Arithmetic, _ a: ONNXValue, _ b: ONNXValue, _ call: ONNXCall
  ) throws(PluginError) -> ONNXValue {
    switch (a, b) {
    case (.map(let a), .map(let b)): return try combined(function, a, b, call)
    case (.map(let map), .known(let tensor)): return try combined(function, map, tensor, isReversed: false, call)
    case (.known(let tensor), .map(let map)): return try combined(function, map, tensor, isReversed: true, call)
    case (.known, .known): throw call.failure("it computes with constants only")
    }
  }

  /// A function of two maps. Where they are seen in ways that do not fit, both are brought to [1][c][h][w].
  private mutating func combined(
    _ function: ONNXProgram.Arithmetic, _ a: ONNXMap, _ b: ONNXMap, _ call: ONNXCall
  ) throws(PluginError) -> ONNXValue {
    if function == .power { throw call.failure("only constants are taken as an exponent") }
    if let axes = Self.common(a.view, b.view), let step = change({ $0.arithmetic(function, a.step, b.step) }) {
      let view = ONNXView(size: program.size(step), axes: axes)
      let copies = view.axes.joined().filter { $0.axis == .copies }.reduce(1) { $0 * $1.size }
      if view.shape.reduce(1, *) == view.size.count * copies { return .map(ONNXMap(step: step, view: view)) }
    }
    guard a.view.axes.count <= 4, b.view.axes.count <= 4 else { throw unlike(a, b, call) }
    let (x, y) = (try filled(a, call), try filled(b, call))
    guard let step = change({ $0.arithmetic(function, x, y) }) else { throw unlike(a, b, call) }
    return picture(step)
  }

  private func unlike(_ a: ONNXMap, _ b: ONNXMap, _ call: ONNXCall) -> PluginError {
    call.misfit("\(WeightSet.text(a.view.shape)) and \(WeightSet.text(b.view.shape)) do not fit each other")
  }

  /// A map as [1][c][h][w], with axes of size 1 added in front.
  private mutating func filled(_ map: ONNXMap, _ call: ONNXCall) throws(PluginError) -> Int {
    let axes = Array(repeating: [], count: 4 - map.view.axes.count) + map.view.axes
    guard axes[0].isEmpty else { throw call.failure("it computes with several pictures at once") }
    return try arranged(map, Array(axes[1...]), call)
  }

  /// The axes of two values together, where each is the same in both or of size 1 in one; copies count as size 1.
  private static func common(_ a: ONNXView, _ b: ONNXView) -> [[ONNXFactor]]? {
    let rank = max(a.axes.count, b.axes.count)
    let (x, y) = (
      Array(repeating: [], count: rank - a.axes.count) + a.axes,
      Array(repeating: [], count: rank - b.axes.count) + b.axes
    )
    var axes: [[ONNXFactor]] = []
    for (p, q) in zip(x, y) {
      if p == q || q.allSatisfy({ $0.axis == .copies }) {
        axes.append(p.isEmpty ? q : p)
      } else if p.allSatisfy({ $0.axis == .copies }) {
        axes.append(q)
      } else {
        return nil
      }
    }
    return axes
  }

  /// A function of a map and numbers.
  private mutating func combined(
    _ function: ONNXProgram.Arithmetic, _ map: ONNXMap, _ tensor: ONNXTensor, isReversed: Bool, _ call: ONNXCall
  ) throws(PluginError) -> ONNXValue {
    let (map, numbers) = try perChannel(tensor, map, call)
    let step = change { $0.apply(function, map.step, numbers, isReversed: isReversed) }
    guard let step else { throw call.failure("numbers that differ from channel to channel are not taken there") }
    return .map(ONNXMap(step: step, view: map.view))
  }

  /// Numbers of a tensor for each channel of a map, and the map, which has as many channels and axes then.
  /// Throws where they differ from pixel to pixel.
  mutating func perChannel(
    _ tensor: ONNXTensor, _ map: ONNXMap, _ call: ONNXCall
  ) throws(PluginError) -> (ONNXMap, [Float]) {
    var map = map
    if tensor.shape.count > map.view.axes.count {
      let more = Array(repeating: [ONNXFactor](), count: tensor.shape.count - map.view.axes.count)
      map = ONNXMap(step: map.step, view: ONNXView(size: map.view.size, axes: more + map.view.axes))
    }
    if let number = tensor.uniform, tensor.count == 1 {
      return (map, Array(repeating: number, count: map.view.size.channels))
    }
    let shape = Array(repeating: 1, count: map.view.axes.count - tensor.shape.count) + tensor.shape
    if let axis = shape.indices.first(where: { shape[$0] > 1 && map.view.axes[$0].isEmpty }) {
      map = try widened(map, axis, shape[axis], call)
    }
    guard zip(shape, map.view.shape).allSatisfy({ $0 == 1 || $0 == $1 }) else {
      throw call.misfit("\(WeightSet.text(map.view.shape)) and \(WeightSet.text(tensor.shape)) do not fit each other")
    }
    guard let numbers = map.view.perChannel(tensor.floats, shape) else {
      throw call.misfit("its constant \(WeightSet.text(tensor.shape)) differs from pixel to pixel")
    }
    return (map, numbers)
  }

  /// A map of one channel, which becomes several along an axis of size 1.
  private mutating func widened(
    _ map: ONNXMap, _ axis: Int, _ count: Int, _ call: ONNXCall
  ) throws(PluginError) -> ONNXMap {
    guard map.view.size.channels == 1, count <= 1 << 16 else {
      throw call.misfit("its constant makes \(WeightSet.text(map.view.shape)) larger")
    }
    var axes = map.view.axes
    axes[axis] = [.whole(.channels, count)]
    let step = change { $0.matrix(map.step, Array(repeating: [1], count: count)) }
    return ONNXMap(step: step, view: ONNXView(size: program.size(step), axes: axes))
  }

  private mutating func slope(_ call: ONNXCall) throws(PluginError) -> ONNXValue {
    let numbers = try call.needed(1)
    if let alpha = numbers.uniform {
      let map = try call.map(0)
      return .map(ONNXMap(step: change { $0.activate(map.step, .leakyRelu(alpha: Double(alpha))) }, view: map.view))
    }
    let (map, slopes) = try perChannel(numbers, call.map(0), call)
    let step = change { program -> Int? in
      let below = program.map(program.affine(map.step, by: -1), .relu)
      return program.arithmetic(.subtract, program.map(map.step, .relu), program.affine(below, scale: slopes))
    }
    guard let step else { throw call.failure("its slopes do not fit") }
    return .map(ONNXMap(step: step, view: map.view))
  }
}
