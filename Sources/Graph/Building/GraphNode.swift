// One node of a graph under construction.

/// A value or a constant, never changed once made.
struct GraphNode: Sendable {
  /// What makes the node.
  enum Kind: Sendable {
    /// Input number i of the graph.
    case input(Int)
    case constant(Constant)
    case operation(any GraphOperator)
  }

  let kind: Kind
  /// Indices of the nodes it is made of.
  let operands: [Int]
  /// Planes; 0 for a constant.
  let channels: Int
  /// For messages and profiles: "conv2d 'conv1.conv2d.weight'".
  let subject: String

  var constant: Constant? {
    if case .constant(let constant) = kind { return constant }
    return nil
  }
}
