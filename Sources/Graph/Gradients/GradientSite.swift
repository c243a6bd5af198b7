// Where the rule of an operator says what its operands get of the gradient of its result.
import PluginAPI

/// One node on the way back from a loss: what comes in, and where it goes on to.
struct GradientSite {
  let graph: ComputeGraph
  /// The node, its operands, and what a small change of each of its numbers does to the loss.
  let node: sth_node, operands: [sth_node], gradient: sth_node
  /// For messages.
  let subject: String
  /// Of each operand: planes (0 for a constant).
  let channels: [Int]
  /// Nodes whose gradients are on the way to what was asked for.
  fileprivate let wanted: Set<sth_node>
  /// Nodes whose gradients are the result.
  fileprivate let roots: Set<sth_node>
  fileprivate var made: [(node: sth_node, gradient: sth_node)] = []

  /// Whether the gradient of an operand is asked for.
  func wants(_ operand: Int) -> Bool { operand < operands.count && wanted.contains(operands[operand]) }

  /// Whether the gradient of an operand itself is asked for, and not only that of what it is made of.
  func isAskedFor(_ operand: Int) -> Bool { roots.contains(operands[operand]) }

  /// Adds to the gradient of an operand, if that is asked for; `make` builds what is added.
  mutating func add(to operand: Int, _ make: (ComputeGraph) throws(GraphError) -> sth_node) throws(GraphError) {
    guard wants(operand) else { return }
    made.append((operands[operand], try make(graph)))
  }

  /// The same for any node, such as the operand of an operand that has been seen through.
  mutating func add(to node: sth_node, _ make: (ComputeGraph) throws(GraphError) -> sth_node) throws(GraphError) {
    guard wanted.contains(node) else { return }
    made.append((node, try make(graph)))
  }

  /// The operator that makes an operand, and its own operands; nil for what no operator makes.
  func maker(of operand: Int) -> (operation: any GraphOperator, operands: [sth_node])? {
    graph.maker(of: operands[operand])
  }

  /// The node that a constant was made of, or itself.
  func origin(of operand: Int) -> sth_node { graph.operands(of: operands[operand]).first ?? operands[operand] }
}

extension ComputeGraph {
  /// What a small change of each number of each of `nodes` does to `loss` [1, 1, 1], as nodes of this graph: of a value in its own
  /// shape, of a vector [c] as [c, 1, 1], of a convolution's weight [out_c][in_c][kh][kw] as [out_c, in_c, kh * kw].
  ///
  /// Throws where a node has nothing to do with the loss, or an operator between them has no gradient.
  public func gradients(of loss: sth_node, withRespectTo nodes: [sth_node]) throws(GraphError) -> [sth_node] {
    do throws(GraphError) {
      return try differentiate(loss, nodes)
    } catch {
      keep(error)
      throw error
    }
  }

  private func differentiate(_ loss: sth_node, _ nodes: [sth_node]) throws(GraphError) -> [sth_node] {
    let known = state.withLock(\.nodes)
    func index(_ node: sth_node) throws(GraphError) -> Int {
      let index = Int(node) - Int(firstNode)
      guard known.indices.contains(index) else {
        throw .invalid("gradients: node \(node) does not belong to graph '\(name)'")
      }
      return index
    }
    let (last, roots) = (try index(loss), try nodes.map { (node) throws(GraphError) in try index(node) })
    var wanted = Array(repeating: false, count: known.count)
    for root in roots { wanted[root] = true }
    for (node, its) in known.enumerated() where !wanted[node] { wanted[node] = its.operands.contains { wanted[$0] } }
    let names = Set(wanted.indices.filter { wanted[$0] }.map { firstNode + Int32($0) })
    var gradients = [Int: sth_node]()
    gradients[last] = try add(LossSeed(), loss)
    let asked = Set(nodes)
    for node in (0...last).reversed() where wanted[node] {
      guard let gradient = gradients[node], case .operation(let operation) = known[node].kind else { continue }
      var site = GradientSite(
        graph: self, node: firstNode + Int32(node), operands: known[node].operands.map { firstNode + Int32($0) },
        gradient: gradient, subject: known[node].subject, channels: known[node].operands.map { known[$0].channels },
        wanted: names, roots: asked)
      try operation.differentiate(&site)
      for (target, more) in site.made {
        let target = Int(target - firstNode)
        gradients[target] = if let before = gradients[target] { try sum(before, more) } else { more }
      }
    }
    return try zip(nodes, roots).map { (node, root) throws(GraphError) in
      guard let gradient = gradients[root] else {
        throw .invalid("gradients: the loss does not depend on \(known[root].subject)")
      }
      return gradient
    }
  }

  /// The operator that makes a node, and its operands; nil for what no operator makes.
  func maker(of node: sth_node) -> (operation: any GraphOperator, operands: [sth_node])? {
    guard let its = known(node), case .operation(let operation) = its.kind else { return nil }
    return (operation, operands(of: node))
  }

  /// The nodes that a node is made of.
  func operands(of node: sth_node) -> [sth_node] { known(node)?.operands.map { firstNode + Int32($0) } ?? [] }
}
