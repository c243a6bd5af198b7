// Operators that move numbers of a map: most of them only change how the map is seen.
import PluginKit

extension ONNXWalk {
  /// What a node of this kind gives; nil where it is of another.
  mutating func layout(_ call: ONNXCall) throws(PluginError) -> [ONNXValue]? {
    switch call.node.op {
    case "Identity", "Dropout", "CastLike": return [.map(try call.map(0))]
    case "Cast": return [try cast(call)]
    case "Shape": return [.known(ONNXShape.part(of: try call.map(0).view.shape, call))]
    case "Size": return [.known(ONNXTensor([], integers: [try call.map(0).view.shape.reduce(1, *)]))]
    case "Reshape", "Flatten", "Squeeze", "Unsqueeze": return [try reshape(call)]
    case "Transpose":
      let map = try call.map(0)
      let order = try ONNXReshape.order(call, rank: map.view.axes.count)
      return [seen(map, order.map { map.view.axes[$0] })]
    case "Expand", "Tile": return [try copies(call)]
    case "Concat": return [try concat(call)]
    case "Slice": return [try slice(call)]
    case "Split": return try split(call)
    case "Gather": return [try gather(call)]
    case "DepthToSpace", "SpaceToDepth": return [try blocks(call)]
    default: return nil
    }
  }

  /// A map in other axes.
  func seen(_ map: ONNXMap, _ axes: [[ONNXFactor]]) -> ONNXValue {
    .map(ONNXMap(step: map.step, view: ONNXView(size: map.view.size, axes: axes)))
  }

  /// The map that input number `i` was at the file's own size, where that is another size and the constants that the node
  /// reads are the same: then they are meant for that size.
  func made(_ call: ONNXCall, for i: Int) -> ONNXMap? {
    guard let inputs = original?.inputs[call.number], inputs.count == call.inputs.count, inputs.indices.contains(i),
      case .map(let old) = inputs[i], case .map(let new) = call.inputs[i], old.view.size != new.view.size
    else { return nil }
    for (then, now) in zip(inputs, call.inputs) {
      guard case .known(let a) = then else { continue }
      guard case .known(let b) = now, a.shape == b.shape, a.kind == .float || a.integers == b.integers else {
        return nil
      }
    }
    return old
  }

  /// Whole numbers are what is left when the rest is cut off.
  private mutating func cast(_ call: ONNXCall) throws(PluginError) -> ONNXValue {
    let map = try call.map(0)
    let to = call.integer("to", 1)
    guard let kind = ONNXTensor.Kind(dataType: to), kind != .bool else {
      throw call.failure("a picture is not made numbers of type \(to)")
    }
    guard kind != .float else { return .map(map) }
    let step = change { program -> Int? in
      if let range = program.range(map.step), range.lowerBound >= 0 { return program.activate(map.step, .floor) }
      let positive = program.activate(program.map(map.step, .relu), .floor)
      let negative = program.affine(map.step, by: -1)
      return program.arithmetic(.subtract, positive, program.activate(program.map(negative, .relu), .floor))
    }
    guard let step else { throw call.failure("it cannot be cut to whole numbers") }
    return .map(ONNXMap(step: step, view: map.view))
  }

  /// Whatever gives the same numbers in the same order.
  private func reshape(_ call: ONNXCall) throws(PluginError) -> ONNXValue {
    let map = try call.map(0)
    if let old = made(call, for: 0), case .map(let then) = original?.outputs[call.number]?.first,
      old.view.moved(from: old.view.size, to: map.view.size) == map.view
    {
      guard let view = then.view.moved(from: old.view.size, to: map.view.size) else {
        throw call.misfit(
          "\(WeightSet.text(then.view.shape)) is made for \(WeightSet.text(old.view.shape)) and does not follow from "
            + WeightSet.text(map.view.shape))
      }
      return .map(ONNXMap(step: map.step, view: view))
    }
    let shape =
      switch call.node.op {
      case "Flatten": try flattened(map.view.shape, call)
      case "Squeeze": try ONNXReshape.squeezed(map.view.shape, call)
      case "Unsqueeze": try ONNXReshape.unsqueezed(map.view.shape, call)
      default: try ONNXReshape(call).shape(from: map.view.shape)
      }
    guard let view = map.view.reshaped(to: shape) else {
      throw call.misfit("\(WeightSet.text(map.view.shape)) cannot be taken apart into \(WeightSet.text(shape))")
    }
    return .map(ONNXMap(step: map.step, view: view))
  }

  private func flattened(_ shape: [Int], _ call: ONNXCall) throws(PluginError) -> [Int] {
    let axis = try call.axis(call.integer("axis", 1), rank: shape.count + 1)
    return [shape[..<axis].reduce(1, *), shape[axis...].reduce(1, *)]
  }

  /// Repeats whole axes.
  private func copies(_ call: ONNXCall) throws(PluginError) -> ONNXValue {
    let (map, list) = try (call.map(0), call.needed(1).integers)
    guard list.count <= ONNXPlaces.axes, list.allSatisfy({ (1...1 << 20).contains($0) }) else {
      throw call.failure("it repeats \(list)")
    }
    var axes = map.view.axes
    if call.node.op == "Tile" {
      guard list.count == axes.count else {
        throw call.failure("\(list.count) repeats of \(axes.count) axes")
      }
      return seen(map, zip(axes, list).map { [.copies($1)] + $0 })
    }
    guard let shape = ONNXPlaces.broadcast(map.view.shape, list) else {
      throw call.misfit("\(WeightSet.text(map.view.shape)) does not expand to \(WeightSet.text(list))")
    }
    axes = Array(repeating: [], count: shape.count - axes.count) + axes
    return seen(map, zip(axes, shape).map { ONNXView.count($0) == $1 ? $0 : [.copies($1)] })
  }

  private mutating func gather(_ call: ONNXCall) throws(PluginError) -> ONNXValue {
    let (map, indices) = try (call.map(0), call.needed(1))
    let axis = try call.axis(call.integer("axis", 0), rank: map.view.axes.count)
    let size = ONNXView.count(map.view.axes[axis])
    guard indices.count <= 1 << 20 else { throw call.failure("it picks \(indices.count) times") }
    var picks: [Int] = []
    for index in indices.integers { picks.append(try call.axis(index, rank: size)) }
    guard indices.shape.count <= 1, let first = picks.first else {
      throw call.failure("indices of \(WeightSet.text(indices.shape)) are not run")
    }
    var taken = map
    if size > 1 {
      let role = map.view.role(axis)
      if role == .channels {
        let step = try picked(map.step, picks, call)
        taken = try resized(map, step, call)
      } else {
        guard picks == Array(first..<first + picks.count) else { throw call.failure("it picks rows or columns") }
        taken = try cut(map, ONNXSlice(axis: axis, size: size, start: first, end: first + picks.count, step: 1), call)
      }
    }
    guard indices.shape.isEmpty else { return .map(taken) }
    var axes = taken.view.axes
    axes.remove(at: axis)
    return seen(taken, axes)
  }

  /// Other channels of a step, by their numbers. Throws where they are so many pieces that no net means it.
  mutating func picked(_ x: Int, _ picks: [Int], _ call: ONNXCall) throws(PluginError) -> Int {
    let isMatrix = picks.count * program.size(x).channels <= ONNXTensor.limit
    guard isMatrix || ONNXProgram.runs(picks).count <= 4096 else {
      throw call.failure("it picks channels in \(ONNXProgram.runs(picks).count) pieces")
    }
    return change { $0.channels(x, picks) }
  }

  /// A map whose step has been replaced by one of another size, seen the same way. Mutating as `picture` is.
  mutating func resized(_ map: ONNXMap, _ step: Int, _ call: ONNXCall) throws(PluginError) -> ONNXMap {
    let size = program.size(step)
    guard let view = map.view.resized(to: size) else {
      throw call.failure("an axis that is part of another is changed")
    }
    return ONNXMap(step: step, view: view)
  }

  /// Throws where the kernel that takes blocks apart would be too large.
  func checkBlocks(_ channels: Int, _ factor: Int, _ call: ONNXCall) throws(PluginError) {
    guard channels * factor * factor * factor * factor <= ONNXTensor.limit else {
      throw call.failure("blocks of \(factor) of \(channels) channels are too many")
    }
  }

  private mutating func blocks(_ call: ONNXCall) throws(PluginError) -> ONNXValue {
    let (x, factor) = (try picture(call, 0), call.integer("blocksize", 1))
    let size = program.size(x)
    guard (1...64).contains(factor) else { throw call.failure("blocks of \(factor)") }
    if call.node.op == "SpaceToDepth" {
      guard size.height.isMultiple(of: factor), size.width.isMultiple(of: factor) else {
        throw call.misfit("\(size.height)x\(size.width) are no whole blocks of \(factor)")
      }
      try checkBlocks(size.channels, factor, call)
      let order = (0..<factor * factor).flatMap { place in (0..<size.channels).map { $0 * factor * factor + place } }
      return picture(try picked(change { $0.spaceToDepth(x, factor) }, order, call))
    }
    let groups = size.channels / (factor * factor)
    guard groups * factor * factor == size.channels else {
      throw call.failure("\(size.channels) channels are no blocks of \(factor)")
    }
    let isByDepth = call.text("mode") ?? "DCR" == "DCR"
    let order = (0..<groups).flatMap { c in (0..<factor * factor).map { $0 * groups + c } }
    let sorted = isByDepth ? try picked(x, order, call) : x
    return picture(change { $0.depthToSpace(sorted, factor) })
  }
}

extension ONNXView {
  /// Which axis of the map an axis of the value is; one of size 1 is known by its place in a picture.
  func role(_ i: Int) -> ONNXFactor.Axis? {
    if let axis = axis(i) { return axis }
    return isPicture && i > 0 ? [.channels, .rows, .columns][i - 1] : nil
  }

  /// The same value of a map of another size.
  func resized(to new: ONNXSize) -> ONNXView? { isPicture ? ONNXView(new) : moved(from: size, to: new) }
}

extension ONNXProgram {
  /// Each block of factor x factor pixels becomes as many channels: [c][i][j] for row i and column j of the block.
  mutating func spaceToDepth(_ x: Int, _ factor: Int) -> Int {
    let channels = size(x).channels
    let count = factor * factor
    var numbers = [Float](repeating: 0, count: channels * count * count)
    for i in 0..<channels * count { numbers[i * count + i % count] = 1 }
    var conv = ONNXConvolution(weight: ONNXTensor([channels * count, 1, factor, factor], floats: numbers))
    (conv.stride, conv.groups) = ((factor, factor), channels)
    return self.conv(x, conv) ?? x
  }

  /// The reverse.
  mutating func depthToSpace(_ x: Int, _ factor: Int) -> Int {
    guard factor > 1 else { return x }
    let size = size(x)
    return add(
      .depthToSpace(factor), x,
      size: ONNXSize(
        channels: size.channels / (factor * factor), height: size.height * factor, width: size.width * factor))
  }
}
