// What operators that reshape and cut ask for, the same for numbers that are known and for maps.
import PluginKit

/// The shape that Reshape, Squeeze and Unsqueeze give.
struct ONNXReshape {
  let call: ONNXCall
  /// As the node has it: 0 for an axis as it was, -1 for what is left.
  let target: [Int]

  init(_ call: ONNXCall) throws(PluginError) {
    self.call = call
    guard let target = try call.integers("shape", orInput: 1) else { throw call.failure("it has no shape") }
    self.target = target
  }

  /// In numbers, for a value of this shape.
  func shape(from old: [Int]) throws(PluginError) -> [Int] {
    var shape = target
    if call.integer("allowzero", 0) == 0 {
      for i in shape.indices where shape[i] == 0 && i < old.count { shape[i] = old[i] }
    }
    let open = shape.indices.filter { shape[$0] == -1 }
    let count = old.reduce(1, *)
    guard open.count <= 1 else { throw call.failure("\(WeightSet.text(target)) has two open axes") }
    guard let known = ONNXPlaces.count(shape.filter { $0 != -1 }) else { throw misfit(old) }
    if let axis = open.first {
      guard known > 0, count.isMultiple(of: known) else { throw misfit(old) }
      shape[axis] = count / known
      return shape
    }
    guard known == count else { throw misfit(old) }
    return shape
  }

  private func misfit(_ old: [Int]) -> PluginError {
    call.misfit("\(WeightSet.text(old)) cannot be reshaped to \(WeightSet.text(target))")
  }

  /// A shape without axes of size 1: those asked for, or all.
  static func squeezed(_ shape: [Int], _ call: ONNXCall) throws(PluginError) -> [Int] {
    guard let list = try call.integers("axes", orInput: 1) else { return shape.filter { $0 != 1 } }
    let axes = try call.axes(list, rank: shape.count)
    guard axes.allSatisfy({ shape[$0] == 1 }) else {
      throw call.misfit("axes \(axes) of \(WeightSet.text(shape)) are not of size 1")
    }
    return shape.indices.filter { !axes.contains($0) }.map { shape[$0] }
  }

  /// A shape with more axes of size 1.
  static func unsqueezed(_ shape: [Int], _ call: ONNXCall) throws(PluginError) -> [Int] {
    let list = try call.integers("axes", orInput: 1) ?? []
    guard shape.count + list.count <= ONNXPlaces.axes else {
      throw call.failure("a value of \(shape.count + list.count) axes")
    }
    var result = shape
    for axis in try call.axes(list, rank: shape.count + list.count) {
      guard axis <= result.count else { throw call.failure("axes \(list) of \(WeightSet.text(shape))") }
      result.insert(1, at: axis)
    }
    return result
  }

  /// The order of axes that a Transpose gives.
  static func order(_ call: ONNXCall, rank: Int) throws(PluginError) -> [Int] {
    let order = call.integers("perm") ?? Array((0..<rank).reversed())
    guard order.sorted() == Array(0..<rank) else {
      throw call.failure("'perm' is \(order), which orders no \(rank) axes")
    }
    return order
  }
}

/// What is taken of one axis.
struct ONNXSlice {
  let axis: Int
  let start: Int
  let count: Int
  let step: Int

  /// A slice from what a node says: bounds may be negative, and reach out.
  init(axis: Int, size: Int, start: Int, end: Int, step: Int) {
    let place = { (i: Int, low: Int, high: Int) in min(max(i < 0 ? i &+ size : i, low), high) }
    self.axis = axis
    self.step = step
    if step > 0 {
      self.start = place(start, 0, size)
      let end = place(end, 0, size)
      count = max(0, (end - self.start + step - 1) / step)
    } else {
      self.start = place(start, 0, size - 1)
      let end = end < -size ? -1 : place(end, -1, size - 1)
      count = max(0, (self.start - end - step - 1) / -step)
    }
  }

  /// What a Slice node says of each axis it names.
  static func bounds(
    _ call: ONNXCall, rank: Int
  ) throws(PluginError) -> [(axis: Int, start: Int, end: Int, step: Int)] {
    let isOld = call.version < 10
    let starts = isOld ? call.integers("starts") ?? [] : try call.needed(1).integers
    let ends = isOld ? call.integers("ends") ?? [] : try call.needed(2).integers
    let axes = isOld ? call.integers("axes") : try call.tensor(3)?.integers
    let steps = isOld ? nil : try call.tensor(4)?.integers
    let list = axes ?? Array(starts.indices)
    guard starts.count == ends.count, list.count == starts.count, steps.map({ $0.count == list.count }) ?? true else {
      throw call.failure("starts, ends, axes and steps are of different number")
    }
    var result: [(axis: Int, start: Int, end: Int, step: Int)] = []
    for i in list.indices {
      let step = steps?[i] ?? 1
      guard step != 0, abs(max(step, -Int.max)) <= ONNXTensor.limit else { throw call.failure("a step of \(step)") }
      result.append((try call.axis(list[i], rank: rank), starts[i], ends[i], step))
    }
    return result
  }

  /// The slices of a value of this shape.
  static func all(_ call: ONNXCall, shape: [Int]) throws(PluginError) -> [ONNXSlice] {
    try bounds(call, rank: shape.count).map {
      ONNXSlice(axis: $0.axis, size: shape[$0.axis], start: $0.start, end: $0.end, step: $0.step)
    }
  }

  /// The sizes of the parts that a Split gives.
  static func split(_ size: Int, _ call: ONNXCall) throws(PluginError) -> [Int] {
    if let sizes = try call.integers("split", orInput: 1) {
      guard sizes.count == call.node.outputs.count, sizes.allSatisfy({ $0 >= 0 && $0 <= size }),
        sizes.reduce(0, +) == size
      else { throw call.misfit("\(size) is not split into \(sizes)") }
      return sizes
    }
    let count = call.integer("num_outputs", call.node.outputs.count)
    guard count >= 1, count == call.node.outputs.count else {
      throw call.failure("it has \(call.node.outputs.count) outputs")
    }
    let share = (size + count - 1) / count
    return (0..<count).map { min(share, max(0, size - $0 * share)) }
  }
}
