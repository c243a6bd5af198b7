// Networks that learn, and what they are judged by, as one graph.
import Networks
import PluginKit

/// A loss for inputs of one size, with what each number of the networks does to it.
///
/// Pictures go through one by one and what they teach is added up, so that a batch costs the memory of one picture.
final class LearningGraph {
  /// Planes, rows and columns of a value.
  typealias Shape = PerceptualObjective.Shape

  /// What a graph is made of.
  struct Parts {
    let loss: WeightedLoss
    /// Further values that a run gives.
    var shown: [(value: Value, shape: Shape)] = []
  }

  /// What the terms of the loss are called.
  let terms: [String]
  /// The further values of the last run.
  let shown: [KeptImage]
  private let graph: BuiltGraph
  private let plan: CompiledGraph
  /// Whose gradients there are.
  private let variables: [Variable]
  /// [terms]: each times its weight.
  private let losses: KeptImage
  /// [out][in][height x width] of a weight, [count] of anything else.
  private let gradients: [KeptImage]

  /// - Parameters:
  ///   - sizes: of the inputs, in the order in which `build` makes them.
  ///   - changes: whether a tensor of a network, by name, is a number that changes.
  ///   - learns: whether there is a gradient of such a tensor.
  ///   - build: makes inputs, networks and losses; ends the learning before it builds networks that stay as they are.
  init(
    _ host: PluginHost, _ name: String, sizes: [BuiltGraph.Size], changes: @escaping (String) -> Bool = { _ in true },
    learns: (String) -> Bool = { _ in true },
    _ build: (borrowing GraphBuilder) throws(PluginError) -> Parts
  ) throws(PluginError) {
    let g = try GraphBuilder(host: host, name: name)
    g.learn(changes)
    let parts = try build(g)
    g.endLearning()
    let variables = g.variables.filter { learns($0.name) }
    let slopes = g.gradients(of: parts.loss.total, withRespectTo: variables.map(\.value))
    graph = try g.finish(outputs: [parts.loss.parts] + slopes + parts.shown.map(\.value))
    plan = try graph.compile(sizes)
    (self.variables, terms) = (variables, parts.loss.names)

    func image(_ shape: Shape) throws(PluginError) -> KeptImage {
      try KeptImage(host: host, channels: shape.channels, height: shape.height, width: shape.width)
    }
    losses = try image((terms.count, 1, 1))
    var (gradients, shown): ([KeptImage], [KeptImage]) = ([], [])
    for variable in variables {
      let shape = variable.shape
      gradients.append(
        try image(shape.count == 4 ? (shape[0], shape[1], shape[2] * shape[3]) : (shape.reduce(1, *), 1, 1)))
    }
    for value in parts.shown { shown.append(try image(value.shape)) }
    (self.gradients, self.shown) = (gradients, shown)
  }

  /// Numbers whose gradients there are.
  var numberCount: Int { variables.reduce(0) { $0 + $1.numbers.count } }

  /// Working memory of a run.
  var arenaBytes: Int { plan.info.arenaBytes }

  /// Computes from now on with these numbers, of a network of several styles with those of one.
  func use(_ numbers: LearntNumbers, style: Int = 0) {
    numbers.write(to: graph.variables, style: style)
    graph.refresh()
  }

  /// Computes losses, gradients and what else is shown.
  func run(_ inputs: [Image]) throws(PluginError) {
    try plan.run(inputs, to: ([losses] + gradients + shown).map(\.target))
  }

  /// A term of the last run, times its weight.
  func loss(_ term: Int) -> Float { losses.image.row(0, plane: term)[0] }

  /// "total" and the kinds of its terms: those of one kind have the same first word, as "style relu1_2" has.
  var kinds: [String] {
    var kinds = ["total"]
    for kind in terms.map(Self.kind) where !kinds.contains(kind) { kinds.append(kind) }
    return kinds
  }

  private static func kind(_ term: String) -> String { term.split(separator: " ").first.map(String.init) ?? term }

  /// Adds the losses of the last run, times `share`, to "total" and to columns of their names, or else of their kinds.
  func addLosses(times share: Float, to losses: inout [Float], of names: [String]) {
    for (term, name) in terms.enumerated() {
      let loss = share * loss(term)
      losses[0] += loss
      if let column = names.firstIndex(of: name) ?? names.firstIndex(of: Self.kind(name)) { losses[column] += loss }
    }
  }

  /// Adds the gradients of the last run, times `share`, where a style has the numbers.
  func addGradients(of numbers: LearntNumbers, style: Int = 0, times share: Float, to sums: inout [Float]) {
    numbers.add(gradients, of: variables, style: style, times: share, to: &sums)
  }
}

extension BuiltGraph.Size {
  /// Of an image.
  init(_ image: KeptImage) { self.init(height: image.image.height, width: image.image.width) }

  /// Of a square.
  init(square side: Int) { self.init(height: side, width: side) }

  /// Of numbers without a place.
  static let one = BuiltGraph.Size(height: 1, width: 1)
}
