// The whole objective of a training against PyTorch: numbers made by Fixtures/make_training_reference.py.
import PluginAPI
import SeededNumbers
import Testing
import Weights

@testable import Networks
@testable import PluginKit

@Suite("A network, a VGG and the losses between them give PyTorch's loss and gradients")
struct TrainingParityTests {
  /// The terms of the loss of a photo, and by name what each tensor of the network does to it.
  typealias Lesson = (terms: [Float], gradients: [String: [Float]])

  static let (height, width) = (36, 32)

  /// Two nets, so narrow that all their gradients are a small file.
  static func tensors(_ net: String) throws -> [NamedTensor] {
    let shapes = net == "standard" ? SeededWeights.shapes(width: 2) : SeededWeights.realtimeShapes(width: 4)
    return try shapes.map { try NamedTensor(name: $0, shape: $1, floats: SeededNumbers.tensor($0, $1)) }
  }

  /// The photo's own colours in another order, another size.
  static var style: TestImage {
    let (style, source) = (TestImage(h: 40, w: 33), TestImage.picture(h: 40, w: 33))
    for c in 0..<3 { for y in 0..<40 { for x in 0..<33 { style[c, y, x] = source[2 - c, y, x] } } }
    return style
  }

  static func learn(_ network: JohnsonNetwork, _ objective: PerceptualObjective, _ host: TestHost) throws -> Lesson {
    let plugin = try PluginHost(host.raw)
    let (photo, style) = (try Planes(.picture(h: height, w: width)).image(host), try Planes(style).image(host))
    let content = try #require(try PictureMeasure(host: plugin, objective, .content)).prepared(
      height: height, width: width)
    try content.measure(photo.image)
    let grams = try #require(try PictureMeasure(host: plugin, objective, .style)).prepared(height: 40, width: 33)
    try grams.measure(style.image)

    let g = try GraphBuilder(host: plugin, name: "lesson")
    let input = g.input("photo", channels: 3)
    var painted = input
    g.learn { _ in true }
    _ = network(input, in: g) { if $0 == "picture" { painted = $1 } }
    g.endLearning()
    let loss = objective.loss(of: painted, in: g)
    let variables = g.variables
    let gradients = g.gradients(of: loss.total, withRespectTo: variables.map(\.value))
    let graph = try g.finish(outputs: [loss.parts] + gradients)
    let weights = try Planes(objective.weights(height: height, width: width), c: loss.names.count).image(host)
    let inputs = [photo] + content.results + grams.results + [weights]
    let plan = try graph.compile(inputs.map { BuiltGraph.Size(height: $0.image.height, width: $0.image.width) })
    var outputs = [try KeptImage(host: plugin, channels: loss.names.count, height: 1, width: 1)]
    for shape in variables.map(\.shape) {
      let extents = shape.count == 4 ? (shape[0], shape[1], shape[2] * shape[3]) : (shape[0], 1, 1)
      outputs.append(try KeptImage(host: plugin, channels: extents.0, height: extents.1, width: extents.2))
    }
    return try withExtendedLifetime((inputs, outputs, style)) {
      try plan.run(inputs.map(\.image), to: outputs.map(\.target))
      let gradients = outputs.dropFirst().map { Planes($0.image).values }
      return (
        Planes(outputs[0].image).values, Dictionary(uniqueKeysWithValues: zip(variables.map(\.name), gradients))
      )
    }
  }

  @Test(
    "Every term and the gradient of every number, to 1e-4", arguments: ["standard", "realtime"],
    [PerceptualConvention.pytorchExamples, .fastNeuralStyle])
  func objective(net: String, convention: PerceptualConvention) throws {
    let domain: VGGDomain = convention == .pytorchExamples ? .torchvision : .caffe
    let tensors = try Self.tensors(net)
    let found = try VGGTests.withVGG(SeededVGG.tensors(), domain: domain) { vgg, host in
      try Places.withTemporaryFile { path in
        try SafetensorsWriter.write(tensors, to: path)
        let network = try JohnsonNetwork(WeightSet.open(path, host: PluginHost(host.raw)))
        return try Self.learn(network, PerceptualObjective(vgg, convention.recipe), host)
      }
    }
    var right = try Places.numbers("training_\(net)_\(convention.rawValue)")[...]
    for term in found.terms {
      let wanted = right.popFirst() ?? .nan
      #expect(abs(term - wanted) <= 1e-4 * wanted)
    }
    #expect(found.gradients.count == tensors.count)
    let largest = right.map(abs).max() ?? 0
    for (name, gradient) in found.gradients.sorted(by: { $0.key < $1.key }) {
      let wanted = Array(right.prefix(gradient.count))
      right = right.dropFirst(gradient.count)
      // A bias before a norm does nothing: what is found of it are rounding errors of numbers as large as elsewhere.
      let bound = 1e-4 * max(wanted.map(abs).max() ?? 0, 1e-2 * largest)
      #expect(zip(gradient, wanted).allSatisfy { abs($0 - $1) <= bound } && wanted.count == gradient.count, "\(name)")
    }
    #expect(right.isEmpty)
  }
}
