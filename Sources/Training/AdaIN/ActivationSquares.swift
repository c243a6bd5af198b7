// How large the activations of an encoder are.
import Networks
import PluginKit

/// The mean square of every plane of an encoder over some pictures.
final class ActivationSquares {
  private let plan: CompiledGraph
  private let picture: KeptImage, result: KeptImage
  private var sums: [Double], count = 0

  init(_ host: TrainingHost, _ network: AdaIN, size: Int) throws(PluginError) {
    let g = try GraphBuilder(host: host.services, name: "activations")
    let image = g.fractions(g.input("picture", channels: 3))
    let squares = network.activations(image, in: g)
    plan = try g.finish(outputs: squares).compile(BuiltGraph.Size(square: size))
    picture = try KeptImage(host, square: size)
    result = try KeptImage(host, numbers: network.activationCount)
    sums = [Double](repeating: 0, count: network.activationCount)
  }

  func add(_ photo: Picture) throws(TrainingError) {
    photo.write(to: picture.target)
    try TrainingError.ofNetwork { () throws(PluginError) in try plan.run([picture.image], to: [result.target]) }
    for i in sums.indices { sums[i] += Double(result.image.row(0, plane: i)[0]) }
    count += 1
  }

  var means: [Float] { sums.map { Float($0 / Double(max(1, count))) } }
}
