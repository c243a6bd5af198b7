// From a value that was reshaped and transposed back to a map [c][h][w]: pixel shuffles and enlargements are found here.
import PluginKit

extension ONNXWalk {
  /// A step whose channels, rows and columns are these axes of a map.
  mutating func arranged(_ map: ONNXMap, _ axes: [[ONNXFactor]], _ call: ONNXCall) throws(PluginError) -> Int {
    var (step, axes) = (map.step, axes.map(ONNXView.joined))
    if axes[0].contains(where: { $0.axis == .rows || $0.axis == .columns }) {
      (step, axes) = try gathered(step, axes, call)
    }
    let size = program.size(step)
    let rows = try tail(axes[1], .rows, size.height, call)
    let columns = try tail(axes[2], .columns, size.width, call)
    var picks = [0]
    let isShuffled = rows?.axis == .channels || columns?.axis == .channels
    let blocks = isShuffled ? [rows, columns].compactMap { $0 } : []
    for factor in axes[0] + blocks {
      guard factor.axis == .channels || factor.axis == .copies else { throw mixed(map, call) }
      guard picks.count * factor.size <= 1 << 16 else { throw call.failure("\(picks.count * factor.size) channels") }
      picks = picks.flatMap { pick in (0..<factor.size).map { pick + $0 * factor.stride } }
    }
    step = try picked(step, picks, call)
    if isShuffled {
      guard let rows, let columns, rows.axis == columns.axis, rows.size == columns.size else { throw mixed(map, call) }
      return change { $0.depthToSpace(step, rows.size) }
    }
    let (high, wide) = (rows?.size ?? 1, columns?.size ?? 1)
    if high == wide { return change { $0.enlarge(step, high) } }
    let resize = Resize(.nearest(.floor), .asymmetric, height: size.height * high, width: size.width * wide)
    return change { $0.resize(step, resize) }
  }

  private func mixed(_ map: ONNXMap, _ call: ONNXCall) -> PluginError {
    call.misfit("its input \(WeightSet.text(map.view.shape)) mixes channels with rows or columns")
  }

  /// What follows the whole of an axis; nil for nothing.
  private func tail(
    _ factors: [ONNXFactor], _ axis: ONNXFactor.Axis, _ size: Int, _ call: ONNXCall
  ) throws(PluginError) -> ONNXFactor? {
    var rest = factors[...]
    if size > 1 {
      guard rest.popFirst() == .whole(axis, size) else {
        throw call.misfit("its input has \(axis) of the picture that are not in their place")
      }
    }
    guard let last = rest.popFirst() else { return nil }
    guard rest.isEmpty, last.axis == .copies || last.axis == .channels else {
      throw call.misfit("its input has \(axis) of the picture that are not in their place")
    }
    return last
  }

  /// Blocks of pixels that became channels: the step of the blocks, and the axes in terms of it.
  private mutating func gathered(
    _ step: Int, _ axes: [[ONNXFactor]], _ call: ONNXCall
  ) throws(PluginError) -> (Int, [[ONNXFactor]]) {
    let size = program.size(step)
    let parts = axes[0].filter { $0.axis == .rows || $0.axis == .columns }
    guard parts.count == 2, let factor = parts.first?.size, parts.allSatisfy({ $0.stride == 1 && $0.size == factor }),
      parts[0].axis != parts[1].axis, size.height.isMultiple(of: factor), size.width.isMultiple(of: factor),
      factor <= 64
    else { throw call.misfit("its input has rows or columns of the picture among its channels") }
    try checkBlocks(size.channels, factor, call)
    let blocks = change { $0.spaceToDepth(step, factor) }
    let moved = axes.map { factors in
      factors.map { part -> ONNXFactor in
        switch part.axis {
        case .channels:
          ONNXFactor(axis: .channels, stride: part.stride * factor * factor, size: part.size)
        case .rows where part.stride == 1: ONNXFactor(axis: .channels, stride: factor, size: factor)
        case .columns where part.stride == 1: ONNXFactor(axis: .channels, stride: 1, size: factor)
        case .rows, .columns: ONNXFactor(axis: part.axis, stride: part.stride / factor, size: part.size)
        case .copies: part
        }
      }
    }
    return (blocks, moved.map(ONNXView.joined))
  }
}
