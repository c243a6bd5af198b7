// Features of places, as CUT compares them.
import PluginKit

/// A small perceptron for each of several layers of a generator, and a length of 1 (Park et al., ECCV 2020: netF, `mlp_sample`).
public struct PatchProjection {
  private let heads: [[Linear]]

  /// Numbers that a place becomes as published, and what keeps a length from being 0.
  public static let (published, epsilon) = (256, 1e-7)
  /// Keeps the slope of a length a number where all is 0; far below what epsilon lets count.
  private static let least = 1e-20

  /// Reads `mlp_0.0`, `mlp_0.2`, `mlp_1.0`, ... for layers of these planes. Throws `badWeights` where a tensor is missing or does not fit.
  public init(_ checkpoint: Checkpoint, planes: [Int]) throws(PluginError) {
    var file = checkpoint
    var heads: [[Linear]] = []
    for (i, planes) in planes.enumerated() {
      var width = planes
      heads.append([try Linear(&file, "mlp_\(i).0", &width), try Linear(&file, "mlp_\(i).2", &width)])
    }
    self.heads = heads
    try file.finish(network: "CUT's feature network")
  }

  /// Numbers of a place.
  public func outPlanes(_ layer: Int) -> Int { heads[layer][1].outPlanes }

  /// x: [planes, 1, n], places of a layer. Gives [out, 1, n], each of length 1.
  public func callAsFunction(_ x: Value, layer: Int, in g: borrowing GraphBuilder) -> Value {
    let y = heads[layer][1](g.relu(heads[layer][0](x, in: g)), in: g)
    let square = g.scaled(
      g.channelMean(g.combine(y, y, .multiply)), by: Double(outPlanes(layer)), plus: Self.least, channels: 1)
    return g.combine(y, g.scaled(g.activate(square, .sqrt), plus: Self.epsilon, channels: 1), .divide)
  }

  /// The tensors of one that has learnt nothing yet, with names behind `prefix`.
  public static func fresh(planes: [Int], out: Int = published, prefix: String) -> FreshNetwork {
    var net = FreshNetwork(ModelInfo(architecture: "CUT's feature network", pixels: "", width: out))
    for (i, planes) in planes.enumerated() {
      net.linear("\(prefix)mlp_\(i).0", (planes, out))
      net.linear("\(prefix)mlp_\(i).2", (out, out))
    }
    return net
  }
}
