// Runs a VGG on pictures to learn what others shall be like: content features, or the Gram matrices of styles.
import PluginKit

/// Measures pictures of any size.
public final class PictureMeasure {
  private let host: PluginHost
  private let objective: PerceptualObjective
  private let kind: PerceptualObjective.Kind
  private let graph: BuiltGraph

  /// Builds the part of the network that the kind needs; nil where the recipe asks for nothing of it.
  public init?(
    host: PluginHost, _ objective: PerceptualObjective, _ kind: PerceptualObjective.Kind
  ) throws(PluginError) {
    guard !objective.layers(kind).isEmpty else { return nil }
    let builder = try GraphBuilder(host: host, name: kind == .content ? "content features" : "style features")
    let measures = objective.measures(of: builder.input("image", channels: 3), kind, in: builder)
    graph = try builder.finish(outputs: measures)
    (self.host, self.objective, self.kind) = (host, objective, kind)
  }

  /// Made ready for pictures of a size. Throws `noMemory` where that needs more than there is.
  public func prepared(height: Int, width: Int) throws(PluginError) -> PreparedMeasure {
    var results: [KeptImage] = []
    for shape in objective.shapes(kind, height: height, width: width) {
      results.append(
        try KeptImage(host: host, channels: shape.channels, height: shape.height, width: shape.width))
    }
    return PreparedMeasure(plan: try graph.compile(BuiltGraph.Size(height: height, width: width)), results: results)
  }
}

/// Measures pictures of one size.
public final class PreparedMeasure {
  /// What the last picture had, in the order of the recipe's layers.
  public let results: [KeptImage]
  private let plan: CompiledGraph

  init(plan: consuming CompiledGraph, results: [KeptImage]) {
    self.plan = plan
    self.results = results
  }

  /// Measures a picture of R G B, 0...255.
  public func measure(_ picture: Image) throws(PluginError) {
    try plan.run([picture], to: results.map(\.target))
  }
}

extension KeptImage {
  /// Adds another picture of the same shape, times a share: several styles become one that lies between them.
  public func add(_ other: Image, share: Float) {
    for plane in 0..<image.channels {
      for y in 0..<image.height {
        let (from, to) = (other.row(y, plane: plane), target.row(y, plane: plane))
        for x in 0..<to.count { to[x] += share * from[x] }
      }
    }
  }
}
