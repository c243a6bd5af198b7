// Folding of the operators that only move numbers.
import PluginKit

extension ONNXFolding {
  /// What the node gives; nil where it computes something.
  func moved() throws(PluginError) -> ONNXTensor? {
    switch call.node.op {
    case "Identity", "Dropout": return try input(0)
    case "Reshape":
      let x = try input(0)
      return x.reshaped(try ONNXReshape(call).shape(from: x.shape))
    case "Flatten":
      let x = try input(0)
      let axis = try call.axis(call.integer("axis", 1), rank: x.shape.count + 1)
      return x.reshaped([x.shape[..<axis].reduce(1, *), x.shape[axis...].reduce(1, *)])
    case "Squeeze":
      let x = try input(0)
      return x.reshaped(try ONNXReshape.squeezed(x.shape, call))
    case "Unsqueeze":
      let x = try input(0)
      return x.reshaped(try ONNXReshape.unsqueezed(x.shape, call))
    case "Transpose":
      let x = try input(0)
      let order = try ONNXReshape.order(call, rank: x.shape.count)
      let shape = order.map { x.shape[$0] }
      return x.picking(ONNXPlaces.walk(shape, strides: order.map { x.strides[$0] }), shape: shape)
    case "Concat": return try concat()
    case "Slice": return try slice()
    case "Gather": return try gather()
    case "Expand":
      let x = try input(0)
      guard let shape = ONNXPlaces.broadcast(x.shape, try input(1).integers) else {
        throw call.failure("\(WeightSet.text(x.shape)) does not expand to \(WeightSet.text(try input(1).integers))")
      }
      _ = try count(shape)
      return x.picking(ONNXPlaces.repeated(x, to: shape), shape: shape)
    case "Tile": return try tile()
    default: return nil
    }
  }

  private func concat() throws(PluginError) -> ONNXTensor {
    let first = try input(0)
    let axis = try call.axis(call.integer("axis", 0), rank: first.shape.count)
    var parts: [ONNXTensor] = []
    for i in call.inputs.indices { parts.append(try input(i)) }
    var shape = first.shape
    shape[axis] = 0
    for part in parts {
      guard part.shape.count == shape.count else { throw call.failure("its inputs have axes of different number") }
      shape[axis] += part.shape[axis]
    }
    _ = try count(shape)
    let (rows, inner) = (shape[..<axis].reduce(1, *), shape[(axis + 1)...].reduce(1, *))
    guard parts.allSatisfy({ $0.count == rows * $0.shape[axis] * inner }) else {
      throw call.failure("its inputs do not fit each other")
    }
    if first.kind == .float {
      let floats = parts.map(\.floats)
      return ONNXTensor(shape, floats: Self.interleaved(floats, rows))
    }
    return ONNXTensor(shape, integers: Self.interleaved(parts.map(\.integers), rows), kind: first.kind)
  }

  private static func interleaved<Number>(_ parts: [[Number]], _ rows: Int) -> [Number] {
    (0..<rows).flatMap { row in
      parts.flatMap { part in part[(row * (part.count / rows))..<((row + 1) * (part.count / rows))] }
    }
  }

  private func slice() throws(PluginError) -> ONNXTensor {
    let x = try input(0)
    let cuts = try ONNXSlice.all(call, shape: x.shape)
    var (shape, steps, start) = (x.shape, x.strides, 0)
    for cut in cuts {
      shape[cut.axis] = cut.count
      start += cut.start * x.strides[cut.axis]
      steps[cut.axis] = cut.step * x.strides[cut.axis]
    }
    guard shape.reduce(1, *) > 0 else { return x.picking([], shape: shape) }
    return x.picking(ONNXPlaces.walk(shape, strides: steps, from: start), shape: shape)
  }

  private func gather() throws(PluginError) -> ONNXTensor {
    let (x, indices) = try (input(0), input(1))
    let axis = try call.axis(call.integer("axis", 0), rank: x.shape.count)
    var picks: [Int] = []
    for index in indices.integers { picks.append(try call.axis(index, rank: x.shape[axis])) }
    let shape = Array(x.shape[..<axis]) + indices.shape + Array(x.shape[(axis + 1)...])
    _ = try count(shape)
    let (rows, inner) = (x.shape[..<axis].reduce(1, *), x.shape[(axis + 1)...].reduce(1, *))
    let places = (0..<rows).flatMap { row in
      picks.flatMap { pick in (0..<inner).map { (row * x.shape[axis] + pick) * inner + $0 } }
    }
    return x.picking(places, shape: shape)
  }

  private func tile() throws(PluginError) -> ONNXTensor {
    let (x, repeats) = try (input(0), input(1).integers)
    guard repeats.count == x.shape.count, repeats.allSatisfy({ $0 >= 0 && $0 <= ONNXTensor.limit }) else {
      throw call.failure("\(repeats) are no repeats of \(WeightSet.text(x.shape))")
    }
    let shape = zip(x.shape, repeats).map { $0 * $1 }
    guard try count(shape) > 0 else { return x.picking([], shape: shape) }
    let strides = x.strides
    var places = [0]
    for axis in shape.indices {
      places = places.flatMap { place in (0..<shape[axis]).map { place + $0 % x.shape[axis] * strides[axis] } }
    }
    return x.picking(places, shape: shape)
  }

  /// Split gives several.
  func split() throws(PluginError) -> [ONNXTensor]? {
    guard call.node.op == "Split" else { return nil }
    let x = try input(0)
    let axis = try call.axis(call.integer("axis", 0), rank: x.shape.count)
    var (parts, start) = ([ONNXTensor](), 0)
    for size in try ONNXSlice.split(x.shape[axis], call) {
      var shape = x.shape
      shape[axis] = size
      let places = size == 0 ? [] : ONNXPlaces.walk(shape, strides: x.strides, from: start * x.strides[axis])
      parts.append(x.picking(places, shape: shape))
      start += size
    }
    return parts
  }
}
