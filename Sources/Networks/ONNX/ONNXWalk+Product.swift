// Products with constant matrices: convolutions of one pixel.
import PluginKit

extension ONNXWalk {
  /// Gemm, or MatMul with a constant on the right: the last axis of the map must be its channels.
  mutating func product(_ call: ONNXCall) throws(PluginError) -> ONNXValue {
    let (map, matrix) = (try call.map(0), try call.needed(1))
    let isGemm = call.node.op == "Gemm"
    let isTurned = isGemm && call.integer("transB", 0) != 0
    guard matrix.shape.count == 2, !isGemm || call.integer("transA", 0) == 0, let last = map.view.axes.indices.last
    else { throw call.failure("a product with \(WeightSet.text(matrix.shape)) is not run") }
    let (inner, outer) = isTurned ? (matrix.shape[1], matrix.shape[0]) : (matrix.shape[0], matrix.shape[1])
    let channels = map.view.size.channels
    guard map.view.axis(last) == .channels || (channels == 1 && map.view.axes[last].isEmpty), channels == inner else {
      throw call.misfit(
        "\(WeightSet.text(map.view.shape)) times \(WeightSet.text(matrix.shape)) is no product over channels")
    }
    let alpha = isGemm ? Float(call.number("alpha", 1)) : 1
    let numbers = matrix.floats
    let rows = (0..<outer).map { row in
      (0..<inner).map { alpha * numbers[isTurned ? row * inner + $0 : $0 * outer + row] }
    }
    let step = change { $0.matrix(map.step, rows) }
    var axes = map.view.axes
    axes[last] = [.whole(.channels, outer)]
    let result = ONNXValue.map(ONNXMap(step: step, view: ONNXView(size: program.size(step), axes: axes)))
    guard isGemm, let bias = try call.tensor(2) else { return result }
    let beta = Float(call.number("beta", 1))
    return try combined(.add, result, .known(ONNXTensor(bias.shape, floats: bias.floats.map { $0 * beta })), call)
  }
}
