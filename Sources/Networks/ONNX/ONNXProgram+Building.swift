// Hands a program to the host as a graph.
import PluginKit

extension ONNXProgram {
  /// Which steps the result hangs on.
  func living(for result: Int) -> [Bool] {
    var isAlive = [Bool](repeating: false, count: steps.count)
    isAlive[result] = true
    for i in steps.indices.reversed() where isAlive[i] { for operand in steps[i].operands { isAlive[operand] = true } }
    return isAlive
  }

  /// Builds the steps that the result hangs on. Inputs become those of the graph, in their order.
  /// nil where a step has no operand, which `add` does not make.
  func callAsFunction(_ result: Int, in graph: borrowing GraphBuilder) -> Value? {
    let isAlive = living(for: result)
    var values: [Int: Value] = [:]
    for (i, step) in steps.enumerated() {
      if case .input(let name) = step.operation {
        values[i] = graph.input(name, channels: step.size.channels)
      } else if isAlive[i] {
        let operands = step.operands.compactMap { values[$0] }
        values[i] = operands.count == step.operands.count ? build(step, operands, in: graph) : nil
      }
    }
    return values[result]
  }

  private func build(_ step: Step, _ x: [Value], in graph: borrowing GraphBuilder) -> Value {
    switch step.operation {
    case .input(let name): graph.input(name, channels: step.size.channels)
    case .conv(let conv):
      graph.conv2d(
        x[0], weight: constant("weight", conv.weight, in: graph),
        bias: conv.bias.map { constant("bias", $0, in: graph) },
        stride: conv.stride, dilation: conv.dilation, groups: conv.groups)
    case .transposedConv(let conv):
      graph.convTranspose2d(
        x[0], weight: constant("weight", conv.weight, in: graph),
        bias: conv.bias.map { constant("bias", $0, in: graph) },
        stride: conv.stride, cut: conv.cut, more: conv.more, groups: conv.groups)
    case .pad(let borders, let mode): graph.pad2d(x[0], borders, mode)
    case .pool(let pool): graph.pool2d(x[0], pool)
    case .norm(let groups, let epsilon, let scale, let shift):
      if groups == step.size.channels {
        graph.instanceNorm(
          x[0], scale: vector(scale, in: graph), shift: vector(shift, in: graph), epsilon: epsilon)
      } else {
        graph.groupNorm(
          x[0], groups: groups, scale: vector(scale, in: graph), shift: vector(shift, in: graph), epsilon: epsilon)
      }
    case .affine(let scale, let shift):
      graph.affine(x[0], scale: vector(scale, in: graph), shift: vector(shift, in: graph))
    case .relu: graph.relu(x[0])
    case .tanh: graph.tanh(x[0])
    case .clamp(let low, let high): graph.clamp(x[0], low: low, high: high)
    case .activate(let function): graph.activate(x[0], function)
    case .arithmetic(let function):
      arithmetic(function, (x[0], size(step.operands[0])), (x[1], size(step.operands[1])), step.size, in: graph)
    case .concat: graph.concat(x[0], x[1])
    case .slice(let channels): graph.slice(x[0], channels)
    case .mean: graph.mean(x[0])
    case .channelMean: graph.channelMean(x[0])
    case .resize(let resize): graph.resize2d(x[0], resize)
    case .enlarge(let factor): graph.upsampleNearest(x[0], factor: factor)
    case .depthToSpace(let factor): graph.depthToSpace(x[0], factor: factor)
    }
  }

  /// The host adds equal shapes and numbers per channel; other axes of size 1 are repeated first.
  private func arithmetic(
    _ function: Arithmetic, _ a: (value: Value, size: ONNXSize), _ b: (value: Value, size: ONNXSize),
    _ size: ONNXSize, in graph: borrowing GraphBuilder
  ) -> Value {
    switch function {
    case .add:
      if b.size.height * b.size.width == 1, b.size.channels == size.channels, a.size == size {
        return graph.affine(a.value, scale: nil, shift: b.value)
      }
      if a.size.height * a.size.width == 1, a.size.channels == size.channels, b.size == size {
        return graph.affine(b.value, scale: nil, shift: a.value)
      }
      return graph.add(repeated(a, to: size, in: graph), repeated(b, to: size, in: graph))
    case .subtract:
      let negated = graph.affine(
        b.value, scale: vector(Array(repeating: -1, count: b.size.channels), in: graph), shift: nil)
      return arithmetic(.add, a, (negated, b.size), size, in: graph)
    case .multiply: return graph.combine(a.value, b.value, .multiply)
    case .divide: return graph.combine(a.value, b.value, .divide)
    case .minimum: return graph.combine(a.value, b.value, .minimum)
    case .maximum: return graph.combine(a.value, b.value, .maximum)
    case .power: return graph.combine(a.value, b.value, .power)
    }
  }

  /// A map whose axes of size 1 are repeated.
  private func repeated(
    _ x: (value: Value, size: ONNXSize), to size: ONNXSize, in graph: borrowing GraphBuilder
  ) -> Value {
    var value = x.value
    if x.size.channels != size.channels {
      let ones = ONNXTensor([size.channels, 1, 1, 1], floats: Array(repeating: 1, count: size.channels))
      value = graph.conv2d(value, weight: constant("ones", ones, in: graph), bias: nil)
    }
    if x.size.height != size.height || x.size.width != size.width {
      value = graph.resize2d(
        value, Resize(.nearest(.floor), .asymmetric, height: size.height, width: size.width))
    }
    return value
  }

  private func vector(_ numbers: [Float]?, in graph: borrowing GraphBuilder) -> Value? {
    numbers.map { graph.constant("numbers per channel", shape: [$0.count], $0) }
  }

  private func constant(_ name: String, _ tensor: ONNXTensor, in graph: borrowing GraphBuilder) -> Value {
    if let stored = tensor.stored { return graph.constant(stored) }
    return graph.constant(name, shape: tensor.shape, tensor.floats)
  }
}
