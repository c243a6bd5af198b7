// Walks a graph of ONNX for one size of picture: what is known becomes numbers, the rest becomes steps of a program.
import PluginKit

/// What a name stands for during a walk.
enum ONNXValue {
  case known(ONNXTensor)
  case map(ONNXMap)
}

/// A value that depends on the picture.
struct ONNXMap {
  /// Of the program.
  let step: Int
  let view: ONNXView
}

/// A walk through a graph, node by node.
///
/// Sizes are concrete, so that the arithmetic on shapes that exporters write is folded by evaluating it. A graph made for one
/// size is walked at that size first: what its constants meant there is then meant at the size that comes.
struct ONNXWalk {
  let graph: ONNXGraph
  let weights: WeightSet
  /// The walk at the file's own size; nil where the file has none, or this is it.
  let original: Record?
  private(set) var program = ONNXProgram()
  private var values: [String: ONNXValue] = [:]
  private(set) var record = Record()
  private let budget: ONNXBudget
  /// The step of the first picture that was given.
  private(set) var entry = 0

  /// What a walk has met: inputs and outputs of every node, by its number.
  struct Record {
    var inputs: [Int: [ONNXValue?]] = [:]
    var outputs: [Int: [ONNXValue]] = [:]
    /// Of the picture.
    var size: ONNXSize?
  }

  init(graph: ONNXGraph, weights: WeightSet, original: Record? = nil, budget: ONNXBudget = ONNXBudget()) {
    (self.graph, self.weights, self.original, self.budget) = (graph, weights, original, budget)
  }

  /// Gives an input of the graph a value that is known.
  mutating func give(_ name: String, _ tensor: ONNXTensor) { values[name] = .known(tensor) }

  /// Gives an input of the graph a picture, as a step of the program that a body makes.
  mutating func give(_ name: String, _ make: (inout ONNXProgram) -> ONNXMap) {
    let map = make(&program)
    if record.size == nil { (record.size, entry) = (map.view.size, map.step) }
    values[name] = .map(map)
  }

  /// Adds a step on a result, as a body makes it.
  mutating func change<Result>(_ body: (inout ONNXProgram) -> Result) -> Result { body(&program) }

  /// Walks all nodes that an output hangs on, and gives its value.
  /// Throws `badWeights` where a node cannot be run at all, `unsupported` where it cannot at this size.
  mutating func run(to output: String) throws(PluginError) -> ONNXValue {
    let isAlive = graph.living(for: [output])
    for (i, node) in graph.nodes.enumerated() where isAlive[i] {
      var inputs: [ONNXValue?] = []
      for name in node.inputs { inputs.append(name.isEmpty ? nil : try value(name, of: node)) }
      let call = ONNXCall(node: node, number: i, version: graph.version, inputs: inputs, file: weights)
      // The weights of convolutions are only handed on.
      if !["Conv", "ConvTranspose"].contains(node.op) { try budget.charge(inputs, call) }
      let outputs = try lower(call)
      try budget.charge(outputs, call)
      try checkExtent(of: outputs, call)
      record.inputs[i] = inputs
      record.outputs[i] = outputs
      for (name, value) in zip(node.outputs, outputs) where !name.isEmpty { values[name] = value }
    }
    guard let result = values[output] else { throw weights.failure("no node gives its output '\(output.line)'") }
    return result
  }

  /// Throws where maps become so large that nothing but harm can be meant.
  private func checkExtent(of outputs: [ONNXValue], _ call: ONNXCall) throws(PluginError) {
    for case .map(let map) in outputs {
      let size = map.view.size
      guard max(size.channels, size.height, size.width) <= 1 << 20, map.view.isWithin(1 << 40) else {
        throw call.failure("what it gives is too large")
      }
    }
  }

  private mutating func value(_ name: String, of node: ONNXNode) throws(PluginError) -> ONNXValue {
    if let value = values[name] { return value }
    guard let tensor = weights[name] else {
      throw weights.failure(
        "\(node.label) reads '\(name.line)', which no node before it gives and the file does not hold")
    }
    guard tensor.shape.count <= ONNXPlaces.axes, !tensor.shape.contains(0) || ONNXPlaces.count(tensor.shape) != nil
    else {
      throw weights.failure("\(node.label) reads '\(name.line)', whose shape is of no use")
    }
    budget.grant(tensor.shape.contains(0) ? 0 : tensor.count)
    let value = ONNXValue.known(ONNXTensor(tensor))
    values[name] = value
    return value
  }

  /// The node as numbers, where all it reads is known; else as steps.
  private mutating func lower(_ call: ONNXCall) throws(PluginError) -> [ONNXValue] {
    guard ["", "ai.onnx", "com.microsoft"].contains(call.node.domain) else {
      throw call.failure("operators of '\(call.node.domain)' are not known")
    }
    if let tensors = call.known {
      if let folded = try ONNXFolding(call: call, inputs: tensors).result() { return folded.map { .known($0) } }
    }
    if let outputs = try layout(call) { return outputs }
    if let outputs = try window(call) { return outputs }
    if let outputs = try elementwise(call) { return outputs }
    if let outputs = try activation(call) { return outputs }
    if let outputs = try normalisation(call) { return outputs }
    if let outputs = try reduction(call) { return outputs }
    if let outputs = try resizing(call) { return outputs }
    if let outputs = try quantisation(call) { return outputs }
    if let outputs = try legacy(call) { return outputs }
    let flow = ["If", "Loop", "Scan", "SequenceMap"].contains(call.node.op)
    let memory = ["LSTM", "GRU", "RNN"].contains(call.node.op)
    throw call.failure(
      flow
        ? "graphs that branch or loop are not run" : memory ? "recurrent layers are not run" : "the operator is not run"
    )
  }

  /// A map as [1][c][h][w], whatever it was reshaped to.
  mutating func picture(_ call: ONNXCall, _ i: Int) throws(PluginError) -> Int {
    let map = try call.map(i)
    guard map.view.axes.count == 4, map.view.axes[0].isEmpty else {
      throw call.failure("its input \(WeightSet.text(map.view.shape)) is no picture [1,channels,height,width]")
    }
    return try arranged(map, Array(map.view.axes[1...]), call)
  }

  /// The step of a value that is a picture of 3 planes or 1, channels first or last.
  mutating func frame(of value: ONNXValue) throws(PluginError) -> Int {
    let output = graph.outputs.first?.name ?? ""
    let name = output.line
    guard case .map(let map) = value else {
      throw weights.failure("its output '\(name)' does not depend on the picture")
    }
    let axes = map.view.axes.count == 4 && map.view.axes[0].isEmpty ? Array(map.view.axes.dropFirst()) : map.view.axes
    let counts = axes.map(ONNXView.count)
    let isPlane = { (count: Int) in count == 3 || count == 1 }
    guard counts.count == 3, isPlane(counts[0]) || isPlane(counts[2]) else {
      throw weights.failure("its output '\(name)' is \(WeightSet.text(map.view.shape)), no picture of 3 channels or 1")
    }
    let node = graph.nodes.last { $0.outputs.contains(output) } ?? graph.nodes.last
    guard let node else { return map.step }
    let call = ONNXCall(node: node, number: 0, version: graph.version, inputs: [], file: weights)
    return try arranged(map, isPlane(counts[0]) ? axes : [axes[2], axes[0], axes[1]], call)
  }

  /// A step as the value [1][c][h][w]. Mutating, so that a step which is made in the call is there when it is looked at.
  mutating func picture(_ step: Int) -> ONNXValue { .map(ONNXMap(step: step, view: ONNXView(program.size(step)))) }
}
