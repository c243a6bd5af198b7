// Functions of one value, element by element.
import Foundation
import PluginKit

extension ONNXWalk {
  /// What a node of this kind gives; nil where it is of another.
  mutating func activation(_ call: ONNXCall) throws(PluginError) -> [ONNXValue]? {
    guard ONNXActivations.names.contains(call.node.op) else { return nil }
    let map = try call.map(0)
    var limits = (-Double.infinity, Double.infinity)
    if call.node.op == "Clip" {
      // The largest floating point number is the standard of old versions, and means none.
      let most = Double(Float.greatestFiniteMagnitude)
      if let low = try call.number("min", orInput: 1), !(low <= -most) { limits.0 = low }
      if let high = try call.number("max", orInput: 2), !(high >= most) { limits.1 = high }
    }
    guard !limits.0.isNaN, !limits.1.isNaN else { throw call.failure("a bound is no number") }
    let step = change { program in
      ONNXActivations.plain(call).map { program.map(map.step, $0) }
        ?? ONNXActivations.composed(call, map.step, limits: limits, in: &program)
    }
    guard let step else { throw call.failure("the function is not run") }
    return [.map(ONNXMap(step: step, view: map.view))]
  }
}

/// How functions of ONNX are made of those of the host.
enum ONNXActivations {
  static let names: Set<String> = [
    "Relu", "Tanh", "Sigmoid", "LeakyRelu", "Elu", "HardSigmoid", "Softplus", "Exp", "Log", "Sqrt", "Abs", "Reciprocal",
    "Erf", "Round", "Floor", "Ceil", "Neg", "Clip", "HardSwish", "Selu", "Celu", "Gelu", "Mish", "Softsign",
    "QuickGelu", "Swish",
  ]

  static func logarithm(_ x: Double) -> Double { log(x) }

  /// Functions that the host has.
  static func plain(_ call: ONNXCall) -> ONNXProgram.Operation? {
    switch call.node.op {
    case "Relu": .relu
    case "Tanh": .tanh
    case "Sigmoid": .activate(.sigmoid)
    case "LeakyRelu": .activate(.leakyRelu(alpha: call.number("alpha", 0.01)))
    case "Elu": .activate(.elu(alpha: call.number("alpha", 1)))
    case "HardSigmoid": .activate(.hardSigmoid(alpha: call.number("alpha", 0.2), beta: call.number("beta", 0.5)))
    case "Softplus": .activate(.softplus)
    case "Exp": .activate(.exp)
    case "Log": .activate(.log)
    case "Sqrt": .activate(.sqrt)
    case "Abs": .activate(.abs)
    case "Reciprocal": .activate(.reciprocal)
    case "Erf": .activate(.erf)
    case "Round": .activate(.round)
    case "Floor": .activate(.floor)
    default: nil
    }
  }

  /// Functions that are made of several.
  static func composed(
    _ call: ONNXCall, _ x: Int, limits: (Double, Double), in program: inout ONNXProgram
  ) -> Int? {
    func gated(_ gate: Int, by scale: Float = 1) -> Int? {
      program.arithmetic(.multiply, scale == 1 ? x : program.affine(x, by: scale), gate)
    }
    switch call.node.op {
    case "Neg": return program.affine(x, by: -1)
    case "Ceil": return program.affine(program.activate(program.affine(x, by: -1), .floor), by: -1)
    case "Clip":
      if limits == (0, .infinity) { return program.map(x, .relu) }
      return program.map(x, .clamp(low: limits.0, high: limits.1))
    case "HardSwish": return gated(program.activate(x, .hardSigmoid(alpha: 1.0 / 6, beta: 0.5)))
    case "Selu":
      let alpha = call.number("alpha", 1.67326319217681884765625)
      return program.affine(
        program.activate(x, .elu(alpha: alpha)), by: Float(call.number("gamma", 1.05070102214813232421875)))
    case "Celu":
      let alpha = Float(call.number("alpha", 1))
      return program.affine(program.activate(program.affine(x, by: 1 / alpha), .elu(alpha: 1)), by: alpha)
    case "Gelu":
      if call.text("approximate") == "tanh" {
        guard let square = program.arithmetic(.multiply, x, x) else { return nil }
        let root = Float((2 / Double.pi).squareRoot())
        guard let inner = gated(program.affine(square, by: root * 0.044715, plus: root)) else { return nil }
        return gated(program.affine(program.map(inner, .tanh), by: 0.5, plus: 0.5))
      }
      let gate = program.activate(program.affine(x, by: Float(0.5.squareRoot())), .erf)
      return gated(program.affine(gate, by: 0.5, plus: 0.5))
    case "QuickGelu", "Swish":
      let alpha = Float(call.number("alpha", call.node.op == "Swish" ? 1 : 1.702))
      return gated(program.activate(program.affine(x, by: alpha), .sigmoid))
    case "Mish": return gated(program.map(program.activate(x, .softplus), .tanh))
    case "Softsign":
      return program.arithmetic(.divide, x, program.affine(program.activate(x, .abs), by: 1, plus: 1))
    default: return nil
    }
  }
}
