// Operators that make one number of many.
import PluginKit

extension ONNXWalk {
  /// What a node of this kind gives; nil where it is of another.
  mutating func reduction(_ call: ONNXCall) throws(PluginError) -> [ONNXValue]? {
    switch call.node.op {
    case "GlobalAveragePool": return [picture(try reduced(.mean, picture(call, 0), .pixels, call))]
    case "GlobalMaxPool": return [picture(try reduced(.largest, picture(call, 0), .pixels, call))]
    case "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL2", "ReduceSumSquare": break
    default: return nil
    }
    let map = try call.map(0)
    let request = try ONNXReduction(call, rank: map.view.axes.count)
    let taken = request.axes.flatMap { map.view.axes[$0] }
    guard let cover = ONNXCover(taken, of: map.view.size) else {
      throw call.misfit(
        "it reduces axes \(request.axes) of \(WeightSet.text(map.view.shape)), which are parts of others")
    }
    let step = try reduced(call, map.step, cover, count: Float(ONNXView.count(taken)))
    var axes = map.view.axes
    for axis in request.axes { axes[axis] = [] }
    if !request.isKept { axes = axes.indices.filter { !request.axes.contains($0) }.map { axes[$0] } }
    return [.map(ONNXMap(step: step, view: ONNXView(size: program.size(step), axes: axes)))]
  }

  private enum Kind { case mean, largest }

  private mutating func reduced(
    _ call: ONNXCall, _ x: Int, _ cover: ONNXCover, count: Float
  ) throws(PluginError) -> Int {
    switch call.node.op {
    case "ReduceMean": return try reduced(.mean, x, cover, call)
    case "ReduceMax": return try reduced(.largest, x, cover, call)
    case "ReduceMin":
      let largest = try reduced(.largest, change { $0.affine(x, by: -1) }, cover, call)
      return change { $0.affine(largest, by: -1) }
    case "ReduceSum":
      let mean = try reduced(.mean, x, cover, call)
      return change { $0.affine(mean, by: count) }
    default:
      guard let square = change({ $0.arithmetic(.multiply, x, x) }) else { throw call.failure("it has no square") }
      let mean = try reduced(.mean, square, cover, call)
      let isRoot = call.node.op == "ReduceL2"
      return change { program in
        let sum = program.affine(mean, by: count)
        return isRoot ? program.activate(sum, .sqrt) : sum
      }
    }
  }

  private mutating func reduced(
    _ kind: Kind, _ x: Int, _ cover: ONNXCover, _ call: ONNXCall
  ) throws(PluginError) -> Int {
    let size = program.size(x)
    switch (cover, kind) {
    case (.nothing, _): return x
    case (.pixels, .mean): return change { $0.mean(x) }
    case (.channels, .mean): return change { $0.channelMean(x) }
    case (.all, .mean): return change { $0.channelMean($0.mean(x)) }
    case (.pixels, .largest), (.rows, _), (.columns, _):
      var pool = Pool(kind == .mean ? .mean : .max, size: 1, stride: 1)
      if cover != .columns { pool.height = size.height }
      if cover != .rows { pool.width = size.width }
      let result = ONNXSize(
        channels: size.channels, height: size.height / pool.height, width: size.width / pool.width)
      return change { $0.add(.pool(pool), x, size: result) }
    case (.channels, .largest), (.all, .largest): throw call.failure("the largest of all channels is not taken")
    }
  }
}
