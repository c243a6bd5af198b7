// What an operator of the graph is: its rule for channels, its rule for sizes, its lowering to kernel calls.

/// One kind of operator with its options. Each has a file of its own that holds all its rules side by side.
protocol GraphOperator: Sendable {
  /// As in graph.h: "conv2d".
  static var name: String { get }

  /// Checks kinds and channels of the operands; gives the planes of the result. Called while building.
  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int

  /// Rows and columns of the result. `sizes` are those of the operands (zero for constants).
  func size(of sizes: [ValueShape], operands: [GraphNode], subject: String) throws(GraphError) -> (h: Int, w: Int)

  /// How the value of `node` is got from the values of its operands: a lens on something that exists, or passes.
  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens

  /// Adds to the gradients of the operands what the result passes back.
  func differentiate(_ site: inout GradientSite) throws(GraphError)
}

/// An operator that only learning needs: graphs with one compute in float32. Most are parts of a gradient, and few of those have one
/// themselves: what the slope of a loss by its picture is made of where convolutions and leaky ReLUs are all there is.
protocol LearningOperator: GraphOperator {}

extension LearningOperator {
  func differentiate(_ site: inout GradientSite) throws(GraphError) {
    throw .unsupported("\(site.subject): a gradient has no gradient of its own")
  }
}

extension GraphOperator {
  /// Refuses options out of range before anything else is looked at.
  func refuse(unless condition: Bool, _ subject: String, _ reason: @autoclosure () -> String) throws(GraphError) {
    if !condition { throw .invalid("\(subject): \(reason())") }
  }

  /// The operand at `index`, which must be a value.
  func value(_ operands: [GraphNode], _ index: Int, _ subject: String) throws(GraphError) -> GraphNode {
    guard operands[index].constant == nil else {
      throw .invalid("\(subject): operand \(index + 1) is the constant \(operands[index].subject); it must be a value")
    }
    return operands[index]
  }

  /// The operand at `index`, which must be a constant with one number per channel.
  func vector(
    _ operands: [GraphNode], _ index: Int, role: String, count: Int, _ subject: String
  ) throws(GraphError) -> Constant {
    guard let constant = operands[index].constant else {
      throw .invalid("\(subject): \(role) is a value; it must be a constant")
    }
    guard constant.dims == [count] else {
      throw .invalid("\(subject): \(role) '\(constant.name)' is \(constant.shapeText), expected [\(count)]")
    }
    return constant
  }
}
