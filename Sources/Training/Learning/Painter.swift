// Pictures as networks make them while they learn.
import Networks
import PluginKit

/// Networks alone, in a graph of their own, for one size of pictures.
final class Painter {
  private let graph: BuiltGraph
  private let plan: CompiledGraph
  private let inputs: [KeptImage], output: KeptImage

  /// Numbers are those of the networks' files until `use` brings others.
  /// - Parameters:
  ///   - pictures: that a picture is made of.
  ///   - size: of a side of all.
  ///   - build: makes a value [3, size, size] of values of this shape, R G B of 0...255 all.
  init(
    _ host: TrainingHost, pictures: Int, size: Int, _ build: (borrowing GraphBuilder, [Value]) -> Value
  ) throws(PluginError) {
    let g = try GraphBuilder(host: host.services, name: "preview")
    g.learn { _ in true }
    let painted = build(g, (0..<pictures).map { g.input("picture \($0)", channels: 3) })
    graph = try g.finish(outputs: painted)
    plan = try graph.compile((0..<pictures).map { _ in BuiltGraph.Size(square: size) })
    var inputs: [KeptImage] = []
    for _ in 0..<pictures { inputs.append(try KeptImage(host, square: size)) }
    self.inputs = inputs
    output = try KeptImage(host, square: size)
  }

  /// Paints from now on with these numbers of the same networks, of a network of several styles with those of one.
  func use(_ numbers: LearntNumbers, style: Int = 0) {
    numbers.write(to: graph.variables, style: style)
    graph.refresh()
  }

  /// What is made of pictures of the size, values clamped to 0...255.
  func paint(_ pictures: [Picture]) throws(PluginError) -> Picture {
    for (picture, input) in zip(pictures, inputs) { picture.write(to: input.target) }
    try plan.run(inputs.map(\.image), to: [output.target])
    return Picture(output.image)
  }
}
