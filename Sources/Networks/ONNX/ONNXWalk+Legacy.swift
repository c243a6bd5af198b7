// Operators of old public conversions (from Core ML, through WinMLTools) that were never part of ONNX proper.
import PluginKit

extension ONNXWalk {
  /// What a node of this kind gives; nil where it is of another.
  mutating func legacy(_ call: ONNXCall) throws(PluginError) -> [ONNXValue]? {
    switch call.node.op {
    case "ImageScaler": return [try scaled(call)]
    case "Affine":
      let x = try picture(call, 0)
      let (alpha, beta) = (Float(call.number("alpha", 1)), Float(call.number("beta", 0)))
      return [picture(change { $0.affine(x, by: alpha, plus: beta) })]
    case "Crop": return [try cropped(call)]
    default: return nil
    }
  }

  /// x * scale + bias[c]
  private mutating func scaled(_ call: ONNXCall) throws(PluginError) -> ONNXValue {
    let x = try picture(call, 0)
    let channels = program.size(x).channels
    let bias = (call.numbers("bias") ?? Array(repeating: 0, count: channels)).map { Float($0) }
    guard bias.count == channels else {
      throw call.failure("'bias' has \(bias.count) numbers for \(channels) channels")
    }
    let scale = Array(repeating: Float(call.number("scale", 1)), count: channels)
    return picture(change { $0.affine(x, scale: scale, shift: bias) })
  }

  /// Cuts off borders left, top, right and bottom, or takes a size from left and top.
  private mutating func cropped(_ call: ONNXCall) throws(PluginError) -> ONNXValue {
    let x = try picture(call, 0)
    let (size, border) = (program.size(x), call.integers("border") ?? [0, 0, 0, 0])
    guard border.count == 4, border.allSatisfy({ (0...1 << 20).contains($0) }) else {
      throw call.failure("'border' is \(border), expected left, top, right and bottom")
    }
    var (right, bottom) = (border[2], border[3])
    if let taken = call.integers("scale") {
      // At another size, what was left over at the far sides stays left over.
      let from = made(call, for: 0)?.view.size ?? size
      guard taken.count == 2, taken.allSatisfy({ (1...1 << 20).contains($0) }) else {
        throw call.failure("'scale' is \(taken), expected rows and columns")
      }
      (bottom, right) = (from.height - border[1] - taken[0], from.width - border[0] - taken[1])
      guard bottom >= 0, right >= 0 else { throw call.misfit("\(taken) do not lie in \(from.height)x\(from.width)") }
    }
    let borders = Borders(top: -border[1], left: -border[0], bottom: -bottom, right: -right)
    guard let step = change({ $0.pad(x, borders, .zero) }) else { throw call.misfit("nothing is left of its input") }
    return picture(step)
  }
}
