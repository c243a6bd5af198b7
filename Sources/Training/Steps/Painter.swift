// Pictures as a network paints them while it learns.
import Networks
import PluginKit

/// The network alone, in a graph of its own, for one size of picture.
final class Painter {
  private let graph: BuiltGraph
  private let plan: CompiledGraph
  private let input: KeptImage, output: KeptImage

  /// Numbers are those of the network's file until `use` brings others.
  init(_ host: TrainingHost, _ network: JohnsonNetwork, height: Int, width: Int) throws(PluginError) {
    let g = try GraphBuilder(host: host.services, name: "preview")
    g.learn { _ in true }
    let painted = network(g.input("picture", channels: 3), in: g)
    graph = try g.finish(outputs: painted)
    plan = try graph.compile(BuiltGraph.Size(height: height, width: width))
    input = try KeptImage(host: host.services, channels: 3, height: height, width: width)
    output = try KeptImage(host: host.services, channels: 3, height: height, width: width)
  }

  /// Paints from now on with the numbers of a style of the same network.
  func use(_ numbers: LearntNumbers, style: Int) {
    numbers.write(to: graph.variables, style: style)
    graph.refresh()
  }

  /// The painting of a picture of the size, values clamped to 0...255.
  func paint(_ picture: Picture) throws(PluginError) -> Picture {
    picture.write(to: input.target)
    try plan.run(input.image, output.target)
    return Picture(output.image)
  }
}
