// Operators that take parts of a map, and put parts together.
import PluginKit

extension ONNXWalk {
  mutating func slice(_ call: ONNXCall) throws(PluginError) -> ONNXValue {
    var map = try straight(call.map(0), call)
    let old = made(call, for: 0)
    for bound in try ONNXSlice.bounds(call, rank: map.view.axes.count) {
      let size = ONNXView.count(map.view.axes[bound.axis])
      var (start, end) = (bound.start, bound.end)
      if let old, old.view.axes.count == map.view.axes.count {
        let then = ONNXView.count(old.view.axes[bound.axis])
        start = Self.moved(start, from: then, to: size)
        end = Self.moved(end, from: then, to: size)
      }
      let cut = ONNXSlice(axis: bound.axis, size: size, start: start, end: end, step: bound.step)
      map = try self.cut(map, cut, call)
    }
    return .map(map)
  }

  /// What a bound of an axis of `then` pixels becomes where it has `size`: the half stays the half, and what lies beyond it
  /// keeps its distance from the far end.
  private static func moved(_ bound: Int, from then: Int, to size: Int) -> Int {
    guard then != size else { return bound }
    if then.isMultiple(of: 2), bound == then / 2 || bound == -then / 2 { return size / 2 }
    return bound > then / 2 ? max(0, size - max(0, then - min(bound, then))) : bound
  }

  /// The map itself where its rows and columns are axes of the value; else, where it can be, as [1][c][h][w].
  mutating func straight(_ map: ONNXMap, _ call: ONNXCall) throws(PluginError) -> ONNXMap {
    let axes = map.view.axes
    let isMixed = axes.contains { $0.count > 1 && $0.contains { $0.axis == .rows || $0.axis == .columns } }
    guard isMixed, axes.count == 4, axes[0].isEmpty else { return map }
    let step = try arranged(map, Array(axes[1...]), call)
    return ONNXMap(step: step, view: ONNXView(program.size(step)))
  }

  mutating func split(_ call: ONNXCall) throws(PluginError) -> [ONNXValue] {
    let map = try call.map(0)
    let axis = try call.axis(call.integer("axis", 0), rank: map.view.axes.count)
    let size = ONNXView.count(map.view.axes[axis])
    var (parts, start) = ([ONNXValue](), 0)
    for count in try ONNXSlice.split(size, call) {
      parts.append(
        .map(try cut(map, ONNXSlice(axis: axis, size: size, start: start, end: start + count, step: 1), call)))
      start += count
    }
    return parts
  }

  /// A map of which a part of one axis is taken.
  mutating func cut(_ map: ONNXMap, _ cut: ONNXSlice, _ call: ONNXCall) throws(PluginError) -> ONNXMap {
    let size = ONNXView.count(map.view.axes[cut.axis])
    if cut.count == size, cut.step == 1 { return map }
    guard cut.count > 0 else { throw call.misfit("nothing is left of \(WeightSet.text(map.view.shape))") }
    let indices = (0..<cut.count).map { cut.start + $0 * cut.step }
    switch map.view.role(cut.axis) {
    case .channels:
      return try resized(map, picked(map.step, indices, call), call)
    case .rows: return try self.cut(map, cut, rows: cut.count, columns: nil, call)
    case .columns: return try self.cut(map, cut, rows: nil, columns: cut.count, call)
    default:
      // The outermost part of the channels: every index stands for several in a row.
      guard map.view.axes[cut.axis].count == 1, let part = map.view.axes[cut.axis].first, part.axis == .channels,
        part.stride * part.size == map.view.size.channels
      else { throw call.failure("it cuts \(WeightSet.text(map.view.shape)), whose axes are parts of others") }
      let picks = indices.flatMap { i in (0..<part.stride).map { i * part.stride + $0 } }
      return try resized(map, picked(map.step, picks, call), call)
    }
  }

  private mutating func cut(
    _ map: ONNXMap, _ cut: ONNXSlice, rows: Int?, columns: Int?, _ call: ONNXCall
  ) throws(PluginError) -> ONNXMap {
    guard cut.step > 0 else { throw call.failure("rows and columns are not reversed") }
    var (borders, size) = (Borders.all(0), map.view.size)
    let last = cut.start + (cut.count - 1) * cut.step
    if rows != nil { (borders.top, borders.bottom) = (-cut.start, last + 1 - size.height) }
    if columns != nil { (borders.left, borders.right) = (-cut.start, last + 1 - size.width) }
    guard var step = change({ $0.pad(map.step, borders, .zero) }) else { throw call.misfit("nothing is left") }
    if cut.step > 1 {
      var pool = Pool(.max, size: 1, stride: 1)
      pool.stride = (rows == nil ? 1 : cut.step, columns == nil ? 1 : cut.step)
      (size.height, size.width) = (rows ?? size.height, columns ?? size.width)
      step = change { $0.add(.pool(pool), step, size: size) }
    }
    return try resized(map, step, call)
  }

  mutating func concat(_ call: ONNXCall) throws(PluginError) -> ONNXValue {
    if let steps = try spread(call) { return picture(try joined(steps, .channels, call)) }
    var maps: [ONNXMap] = []
    for i in call.inputs.indices { maps.append(try call.map(i)) }
    guard let first = maps.first else { throw call.failure("it has no inputs") }
    let axis = try call.axis(call.integer("axis", 1), rank: first.view.axes.count)
    if maps.count == 1 { return .map(first) }
    if first.view.role(axis) != .channels, maps.allSatisfy({ $0.step == first.step && $0.view == first.view }) {
      var axes = first.view.axes
      axes[axis] = [.copies(maps.count)] + axes[axis]
      return seen(first, axes)
    }
    let roles = maps.map { $0.view.axes.count == first.view.axes.count ? $0.view.role(axis) : nil }
    guard let role = roles[0], roles.allSatisfy({ $0 == role }) else {
      let places: [Int: ONNXFactor.Axis] = [1: .channels, 2: .rows, 3: .columns]
      guard let role = places[axis] else { throw call.failure("it joins pictures along axis \(axis)") }
      var steps: [Int] = []
      for i in maps.indices { steps.append(try picture(call, i)) }
      return picture(try joined(steps, role, call))
    }
    let step = try joined(maps.map(\.step), role, call)
    return .map(try resized(first, step, call))
  }

  /// Maps behind each other along an axis. Along rows and columns each is padded to where it lies, and they are added.
  private mutating func joined(_ steps: [Int], _ axis: ONNXFactor.Axis, _ call: ONNXCall) throws(PluginError) -> Int {
    var result = steps[0]
    for step in steps.dropFirst() {
      let (a, b) = (program.size(result), program.size(step))
      var size = a
      switch axis {
      case .channels: size.channels += b.channels
      case .rows: size.height += b.height
      default: size.width += b.width
      }
      let fits =
        (axis == .channels || a.channels == b.channels) && (axis == .rows || a.height == b.height)
        && (axis == .columns || a.width == b.width)
      guard fits else {
        throw call.misfit(
          "maps of \(a.channels)x\(a.height)x\(a.width) and \(b.channels)x\(b.height)x\(b.width) cannot be joined")
      }
      if axis == .channels {
        result = change { $0.add(.concat, result, step, size: size) }
        continue
      }
      let isRows = axis == .rows
      let front = Borders(top: 0, left: 0, bottom: isRows ? b.height : 0, right: isRows ? 0 : b.width)
      let back = Borders(top: isRows ? a.height : 0, left: isRows ? 0 : a.width, bottom: 0, right: 0)
      let sum = change { program in
        program.pad(result, front, .zero).flatMap { x in
          program.pad(step, back, .zero).flatMap { program.arithmetic(.add, x, $0) }
        }
      }
      guard let sum else { throw call.misfit("its inputs cannot be joined") }
      result = sum
    }
    return result
  }
}
