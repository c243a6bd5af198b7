// What comes out of a graph that learns.
import PluginKit

/// Room for the outputs of a run: the terms of the loss, then the gradients of what is learnt.
struct LessonOutputs {
  /// [terms]: each term times its weight.
  private let terms: KeptImage
  /// In the order of the variables: [out][in][height x width] of a weight, [count] of anything else.
  let gradients: [KeptImage]

  init(_ host: PluginHost, losses: Int, _ variables: [Variable]) throws(PluginError) {
    terms = try KeptImage(host: host, channels: losses, height: 1, width: 1)
    var gradients: [KeptImage] = []
    for variable in variables {
      let shape = variable.shape
      let (c, h, w) =
        shape.count == 4 ? (shape[0], shape[1], shape[2] * shape[3]) : (shape.reduce(1, *), 1, 1)
      gradients.append(try KeptImage(host: host, channels: c, height: h, width: w))
    }
    self.gradients = gradients
  }

  /// In the order of the graph's outputs.
  var targets: [MutableImage] { ([terms] + gradients).map(\.target) }

  /// A term of the last run.
  func loss(_ term: Int) -> Float { terms.image.row(0, plane: term)[0] }
}
