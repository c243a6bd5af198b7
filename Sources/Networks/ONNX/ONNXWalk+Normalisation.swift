// Norms of one node. Those that exporters unroll are found where a program is made.
import PluginKit

extension ONNXWalk {
  /// What a node of this kind gives; nil where it is of another.
  mutating func normalisation(_ call: ONNXCall) throws(PluginError) -> [ONNXValue]? {
    switch call.node.op {
    case "InstanceNormalization": return [try instanceNorm(call)]
    case "BatchNormalization": return [try batchNorm(call)]
    case "GroupNormalization": return [try groupNorm(call)]
    case "LayerNormalization": return [try layerNorm(call)]
    default: return nil
    }
  }

  /// Every index of the second axis is normalised over all that lies behind it; a group norm is written as one too, over a
  /// value whose second axis is the groups.
  private mutating func instanceNorm(_ call: ONNXCall) throws(PluginError) -> ONNXValue {
    let map = try call.map(0)
    let (axes, size) = (map.view.axes, map.view.size)
    guard axes.count >= 2, axes[0].isEmpty else { throw call.failure("its input is \(WeightSet.text(map.view.shape))") }
    let groups = ONNXView.count(axes[1])
    let behind = axes[2...].joined()
    let isGroup =
      groups == 1 || (axes[1].count == 1 && axes[1][0].axis == .channels && axes[1][0].stride * groups == size.channels)
    guard isGroup, !behind.contains(where: { $0.axis == .copies }), ONNXView.count(Array(behind)) * groups == size.count
    else { throw call.failure("it normalises parts of \(WeightSet.text(map.view.shape))") }
    let numbers = (scale: try call.needed(1).floats, shift: try call.needed(2).floats)
    return try normed(map, groups: groups, numbers, call)
  }

  private mutating func groupNorm(_ call: ONNXCall) throws(PluginError) -> ONNXValue {
    let x = try picture(call, 0)
    let numbers = (scale: try call.needed(1).floats, shift: try call.needed(2).floats)
    let map = ONNXMap(step: x, view: ONNXView(program.size(x)))
    return try normed(map, groups: call.integer("num_groups", 1), numbers, call)
  }

  /// Numbers are those of the groups or of the channels.
  private mutating func normed(
    _ map: ONNXMap, groups: Int, _ numbers: (scale: [Float], shift: [Float]), _ call: ONNXCall
  ) throws(PluginError) -> ONNXValue {
    let channels = map.view.size.channels
    guard (1...channels).contains(groups), channels.isMultiple(of: groups) else {
      throw call.failure("\(channels) channels in \(groups) groups")
    }
    let counts = [numbers.scale.count, numbers.shift.count]
    guard counts == [groups, groups] || counts == [channels, channels] else {
      throw call.failure("\(counts) numbers for \(channels) channels in \(groups) groups")
    }
    let epsilon = call.number("epsilon", 1e-5)
    guard epsilon >= 0, epsilon.isFinite else { throw call.failure("epsilon is \(epsilon)") }
    let each = channels / counts[0]
    let spread = { (list: [Float]) in list.flatMap { Array(repeating: $0, count: each) } }
    let operation = ONNXProgram.Operation.norm(
      groups: groups, epsilon: epsilon, scale: spread(numbers.scale), shift: spread(numbers.shift))
    let size = map.view.size
    return .map(ONNXMap(step: change { $0.add(operation, map.step, size: size) }, view: map.view))
  }

  /// Statistics are those of the training: numbers per channel.
  private mutating func batchNorm(_ call: ONNXCall) throws(PluginError) -> ONNXValue {
    let map = try call.map(0)
    guard call.integer("training_mode", 0) == 0 else { throw call.failure("it is exported in training mode") }
    guard map.view.axes.count >= 2 else { throw call.failure("its input is \(WeightSet.text(map.view.shape))") }
    let channels = ONNXView.count(map.view.axes[1])
    var lists: [[Float]] = []
    for i in 1...4 {
      lists.append(try call.needed(i).floats)
      guard lists[i - 1].count == channels else {
        throw call.failure("its input \(i + 1) has \(lists[i - 1].count) numbers for \(channels) channels")
      }
    }
    let epsilon = call.number("epsilon", 1e-5)
    let scale = zip(lists[0], lists[3]).map { Float(Double($0) / (Double($1) + epsilon).squareRoot()) }
    let shift = (0..<channels).map { lists[1][$0] - lists[2][$0] * scale[$0] }
    let shape = [channels] + Array(repeating: 1, count: map.view.axes.count - 2)
    let (same, scales) = try perChannel(ONNXTensor(shape, floats: scale), map, call)
    let (_, shifts) = try perChannel(ONNXTensor(shape, floats: shift), map, call)
    return .map(ONNXMap(step: change { $0.affine(same.step, scale: scales, shift: shifts) }, view: map.view))
  }

  /// Over channels alone (each pixel by itself), over all, or over rows and columns.
  private mutating func layerNorm(_ call: ONNXCall) throws(PluginError) -> ONNXValue {
    let map = try call.map(0)
    let (rank, size) = (map.view.axes.count, map.view.size)
    let axis = try call.axis(call.integer("axis", -1), rank: rank)
    let covered = ONNXCover(Array(map.view.axes[axis...].joined()), of: size)
    let epsilon = call.number("epsilon", 1e-5)
    guard epsilon >= 0, epsilon.isFinite else { throw call.failure("epsilon is \(epsilon)") }
    let step = change { program -> Int? in
      switch covered {
      case .all: return program.add(.norm(groups: 1, epsilon: epsilon, scale: nil, shift: nil), map.step, size: size)
      case .pixels:
        return program.add(.norm(groups: size.channels, epsilon: epsilon, scale: nil, shift: nil), map.step, size: size)
      case .channels:
        let mean = program.channelMean(map.step)
        guard let centred = program.arithmetic(.subtract, map.step, mean),
          let square = program.arithmetic(.multiply, centred, centred)
        else { return nil }
        let variance = program.affine(program.channelMean(square), by: 1, plus: Float(epsilon))
        return program.arithmetic(.divide, centred, program.activate(variance, .sqrt))
      case .rows, .columns, .nothing, nil: return nil
      }
    }
    guard let step else { throw call.failure("it normalises parts of \(WeightSet.text(map.view.shape))") }
    var result = ONNXValue.map(ONNXMap(step: step, view: map.view))
    result = try combined(.multiply, result, .known(call.needed(1)), call)
    if let shift = try call.tensor(2) { result = try combined(.add, result, .known(shift), call) }
    return result
  }
}

/// Which whole axes of a map some factors are.
enum ONNXCover {
  case nothing, channels, rows, columns, pixels, all

  /// nil where they are parts, or others.
  init?(_ factors: [ONNXFactor], of size: ONNXSize) {
    let counts = factors.reduce(into: [ONNXFactor.Axis: Int]()) { $0[$1.axis, default: 1] *= $1.size }
    let isWhole = { (axis: ONNXFactor.Axis) in (counts[axis] ?? 1) == size[axis] }
    let isOpen = { (axis: ONNXFactor.Axis) in counts[axis] == nil }
    if counts[.copies] == nil, isWhole(.channels), isWhole(.rows), isWhole(.columns) {
      self = size.count == 1 ? .nothing : counts[.channels] == nil ? .pixels : .all
    } else if isWhole(.rows), isWhole(.columns), isOpen(.channels) {
      self = size.height * size.width == 1 ? .nothing : .pixels
    } else if isWhole(.channels), isOpen(.rows), isOpen(.columns) {
      self = size.channels == 1 ? .nothing : .channels
    } else if isWhole(.rows), isOpen(.columns), isOpen(.channels) {
      self = size.height == 1 ? .nothing : .rows
    } else if isWhole(.columns), isOpen(.rows), isOpen(.channels) {
      self = size.width == 1 ? .nothing : .columns
    } else if factors.allSatisfy({ $0.axis == .copies }) {
      self = .nothing
    } else {
      return nil
    }
  }
}
