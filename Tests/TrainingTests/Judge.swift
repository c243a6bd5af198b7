// How good a picture is, as a network that compares pictures says it.
import Networks
import PluginKit
import TestFolders
import Testing

@testable import Training

/// Loss and gradient of pictures of one size by the features of a network, in the objective that styles are trained for.
final class Judge {
  static let size = 256
  let host: TrainingHost
  let objective: PerceptualObjective
  /// What the longer side of paintings is brought to; nil: they stay as they are.
  private let styleSize: Int?
  private let plan: CompiledGraph
  private let content: PreparedMeasure
  private let image: KeptImage, weights: KeptImage, parts: KeptImage, gradient: KeptImage
  private var grams: [KeptImage] = []

  /// The genuine VGG-16; nil where it is not at hand.
  static let vgg = SharedData.folder("weights/vgg").map { $0 + "/vgg16_imagenet_conv.safetensors" }

  /// Photos and paintings; nil where they are not at hand.
  static let media = SharedData.folder("media")

  /// - Parameters:
  ///   - network: a file by whose features it judges.
  ///   - facts: a style's metadata, which says by what weights it was trained; those of the convention where it says nothing.
  init(_ host: TrainingHost, _ network: String, _ facts: [String: String] = [:]) throws {
    self.host = host
    styleSize = facts["training.style_size"].map { Int($0) } ?? 512
    let vgg = try VGG(host.open(network))
    var recipe = PerceptualConvention.fastNeuralStyle.recipe
    func weight(_ name: String) -> Double? { facts["training.\(name)_weight"].flatMap(Double.init) }
    recipe.contentWeight = weight("content") ?? recipe.contentWeight
    recipe.styleWeight = weight("style") ?? recipe.styleWeight
    recipe.variationWeight = weight("tv") ?? recipe.variationWeight
    objective = try PerceptualObjective(vgg, recipe)
    let g = try GraphBuilder(host: host.services, name: "judge")
    let input = g.input("image", channels: 3)
    let total = objective.loss(of: input, in: g)
    let slope = g.gradients(of: total.total, withRespectTo: [input])
    let graph = try g.finish(outputs: [total.parts] + slope)
    func kept(_ c: Int, _ h: Int, _ w: Int) throws -> KeptImage {
      try KeptImage(host: host.services, channels: c, height: h, width: w)
    }
    (image, gradient) = (try kept(3, Self.size, Self.size), try kept(3, Self.size, Self.size))
    let numbers = objective.weights(height: Self.size, width: Self.size)
    (weights, parts) = (try kept(numbers.count, 1, 1), try kept(numbers.count, 1, 1))
    for (i, number) in numbers.enumerated() { weights.target.row(0, plane: i)[0] = number }
    let measure = try #require(try PictureMeasure(host: host.services, objective, .content))
    content = try measure.prepared(height: Self.size, width: Self.size)
    let shapes = objective.shapes(.style, height: Self.size, width: Self.size)
    grams = try shapes.map { try kept($0.channels, $0.height, $0.width) }
    let inputs = [image] + content.results + grams + [weights]
    plan = try graph.compile(inputs.map { BuiltGraph.Size(height: $0.image.height, width: $0.image.width) })
  }

  /// From now on styles are those of a painting.
  func judge(by painting: String) throws {
    let picture = try PictureLoader.load(path: painting, longerSide: styleSize)
    let measure = try #require(try PictureMeasure(host: host.services, objective, .style))
    let prepared = try measure.prepared(height: picture.height, width: picture.width)
    let image = try KeptImage(host: host.services, channels: 3, height: picture.height, width: picture.width)
    picture.write(to: image.target)
    try prepared.measure(image.image)
    grams = prepared.results
  }

  /// From now on the content is that of a photo.
  func judge(from photo: Picture) throws {
    photo.write(to: image.target)
    try content.measure(image.image)
  }

  /// The loss of numbers [3][size][size]; fills their gradient.
  func loss(_ x: [Float], _ slope: inout [Float]) throws -> Double {
    var picture = Picture(height: Self.size, width: Self.size)
    picture.numbers = x
    picture.write(to: image.target)
    try plan.run(
      ([image] + content.results + grams + [weights]).map(\.image), to: [parts, gradient].map(\.target))
    var place = 0
    for c in 0..<3 {
      for y in 0..<Self.size {
        for value in gradient.image.row(y, plane: c) {
          slope[place] = value
          place += 1
        }
      }
    }
    return losses.content + losses.style + losses.variation
  }

  /// The parts of the last loss.
  var losses: (content: Double, style: Double, variation: Double) {
    let numbers = (0..<parts.image.channels).map { Double(parts.image.row(0, plane: $0)[0]) }
    let (first, last) = (objective.recipe.content.count, objective.recipe.content.count + objective.recipe.style.count)
    return (numbers[..<first].reduce(0, +), numbers[first..<last].reduce(0, +), numbers[last...].reduce(0, +))
  }
}
