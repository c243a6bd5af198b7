// What an ONNX model computes, in JSON, and the tensors it computes with under names of their own.

import Foundation

/// Collects the tensors of a graph and describes the rest of it.
///
/// The description, key `onnx.graph` of the metadata:
///
///     {"ir":8,"opset":{"":17},"producer":"pytorch 2.1",
///      "inputs":[{"name":"image","type":"f32","shape":[1,3,"h",null]}],"outputs":[...],
///      "nodes":[{"op":"Conv","domain":"","name":"/c/Conv","in":["x","w",""],"out":["y"],"attr":{"pads":[0,0,4,4]}}]}
///
/// Inputs that are initializers are left out. A shape is null where there is none, an extent is a number, a name or null. A tensor
/// attribute is `{"tensor":NAME}` with the name of a tensor of the file, a subgraph `{"graph":true}`: its nodes are not read.
struct ONNXGraph {
  private let fileSize: Int
  /// Initializers, then tensor attributes, in the order of the file.
  private(set) var tensors: [NamedTensor] = []
  private var names: Set<String> = []
  /// Values that exist where the walk through the nodes has come to.
  private var values: Set<String> = []

  init(fileSize: Int) { self.fileSize = fileSize }

  /// - Throws: `Fault` naming the node or the tensor that is not in order.
  mutating func describe(_ model: ONNXModelProto) throws(Fault) -> JSONValue {
    let graph = model.graph
    guard graph.sparseInitializer.isEmpty else {
      throw .unsupported("it holds sparse tensors: save it with dense ones")
    }
    for tensor in graph.initializer {
      guard !tensor.name.isEmpty else { throw .damaged("one of its tensors has no name") }
      guard values.insert(tensor.name).inserted else {
        throw .damaged("two tensors are named '\(tensor.name.printable())'")
      }
      try add(tensor, named: tensor.name)
    }
    let inputs = graph.input.filter { !values.contains($0.name) }
    for input in inputs {
      guard values.insert(input.name).inserted else {
        throw .damaged("two inputs are named '\(input.name.printable())'")
      }
    }
    var nodes: [JSONValue] = []
    nodes.reserveCapacity(graph.node.count)
    for (index, node) in graph.node.enumerated() { nodes.append(try describe(node, number: index + 1)) }
    for output in graph.output where !values.contains(output.name) {
      throw .damaged("nothing in it makes its output '\(output.name.printable())'")
    }
    return .object([
      ("ir", .integer(model.irVersion)), ("opset", ONNXGraph.opsets(model)),
      ("producer", .text([model.producerName, model.producerVersion].filter { !$0.isEmpty }.joined(separator: " "))),
      ("inputs", .array(inputs.map(ONNXGraph.describe))), ("outputs", .array(graph.output.map(ONNXGraph.describe))),
      ("nodes", .array(nodes)),
    ])
  }

  private static func opsets(_ model: ONNXModelProto) -> JSONValue {
    var versions: [String: Int64] = [:]
    for set in model.opsetImport { versions[domain(set.domain)] = set.version }
    return .object(versions.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) })
  }

  /// The operators of ONNX itself have two names for their domain.
  private static func domain(_ name: String) -> String { name == "ai.onnx" ? "" : name }

  private static func describe(_ value: ONNXValueInfoProto) -> JSONValue {
    let tensor = value.type.tensorType
    let shape: JSONValue =
      tensor.hasShape
      ? .array(
        tensor.shape.dim.map {
          $0.hasDimValue ? .integer($0.dimValue) : $0.dimParam.isEmpty ? .null : .text($0.dimParam)
        })
      : .null
    return .object([
      ("name", .text(value.name)), ("type", .text(ONNXElement.name(tensor.elemType))), ("shape", shape),
    ])
  }

  private mutating func describe(_ node: ONNXNodeProto, number: Int) throws(Fault) -> JSONValue {
    let label =
      node.name.isEmpty
      ? "number \(number) (\(node.opType.printable()))" : "'\(node.name.printable())' (\(node.opType.printable()))"
    for input in node.input where !input.isEmpty && !values.contains(input) {
      throw .damaged(
        "node \(label) uses '\(input.printable())', which nothing before it makes: its nodes form a cycle or are out of order"
      )
    }
    for output in node.output where !output.isEmpty {
      guard values.insert(output).inserted else {
        throw .damaged("node \(label) makes '\(output.printable())', which there is already")
      }
    }
    var attributes: [(key: String, value: JSONValue)] = []
    var keys: Set<String> = []
    for attribute in node.attribute {
      guard keys.insert(attribute.name).inserted else {
        throw .damaged("node \(label) has two attributes '\(attribute.name.printable())'")
      }
      attributes.append((attribute.name, try describe(attribute, of: node, label)))
    }
    return .object([
      ("op", .text(node.opType)), ("domain", .text(ONNXGraph.domain(node.domain))), ("name", .text(node.name)),
      ("in", .array(node.input.map(JSONValue.text))), ("out", .array(node.output.map(JSONValue.text))),
      ("attr", .object(attributes)),
    ])
  }

  private mutating func describe(
    _ attribute: ONNXAttributeProto, of node: ONNXNodeProto, _ label: String
  ) throws(Fault) -> JSONValue {
    let numbers = attribute.kind == .float ? [attribute.f] : attribute.kind == .floats ? attribute.floats : []
    guard !numbers.contains(where: \.isNaN) else {
      throw .damaged("node \(label) has the attribute '\(attribute.name.printable())', which is not a number")
    }
    switch attribute.kind {
    case .float: return .real(attribute.f)
    case .int: return .integer(attribute.i)
    case .string: return .text(String(decoding: attribute.s, as: UTF8.self))
    case .floats: return .array(attribute.floats.map(JSONValue.real))
    case .ints: return .array(attribute.ints.map(JSONValue.integer))
    case .strings: return .array(attribute.strings.map { .text(String(decoding: $0, as: UTF8.self)) })
    case .graph, .graphs: return .object([("graph", .bool(true))])
    case .tensor:
      let output = node.output.first ?? ""
      let name = output.isEmpty || names.contains(output) ? "\(output)#\(attribute.name)" : output
      guard !names.contains(name) else { throw .damaged("node \(label) has a tensor whose name there is already") }
      try add(attribute.t, named: name)
      return .object([("tensor", .text(name))])
    case .undefined, .tensors, .sparseTensor, .sparseTensors, .typeProto, .typeProtos:
      throw .unsupported(
        "node \(label) has the attribute '\(attribute.name.printable())' of a type that is not read: numbers, texts and dense tensors are"
      )
    }
  }

  private mutating func add(_ tensor: ONNXTensorProto, named name: String) throws(Fault) {
    names.insert(name)
    tensors.append(try tensor.named(name, fileSize: fileSize))
  }
}

extension ONNXAttributeProto {
  /// Which field holds the value. The first version of the format did not say it: then it is the one that is there.
  fileprivate var kind: AttributeType {
    if type != .undefined { return type }
    if hasF { return .float }
    if hasI { return .int }
    if hasS { return .string }
    if hasT { return .tensor }
    if hasG { return .graph }
    if !floats.isEmpty { return .floats }
    if !ints.isEmpty { return .ints }
    return strings.isEmpty ? .undefined : .strings
  }
}
