// Losses of features and their gradients against PyTorch: numbers made by Fixtures/make_vgg_reference.py.
import PluginAPI
import Testing
import Weights

@testable import Networks
@testable import PluginKit

@Suite("Perceptual losses give PyTorch's numbers")
struct PerceptualTests {
  static var content: TestImage { .picture(h: 37, w: 33) }

  /// The content with a quarter of its mirror image in it.
  static var start: TestImage {
    let (image, content) = (TestImage(h: 37, w: 33), content)
    for c in 0..<3 {
      for y in 0..<37 { for x in 0..<33 { image[c, y, x] = 0.75 * content[c, y, x] + 0.25 * content[c, 36 - y, x] } }
    }
    return image
  }

  /// 0...255.
  static var styles: [TestImage] {
    let style = TestImage(h: 40, w: 27)
    let source = TestImage.picture(h: 40, w: 27)
    for c in 0..<3 { for y in 0..<40 { for x in 0..<27 { style[c, y, x] = source[2 - c, y, x] } } }
    return [style, .picture(h: 24, w: 33)]
  }

  /// Parts of the loss, then the gradient.
  static func numbers(_ objective: PerceptualObjective, _ host: TestHost) throws -> (parts: [Float], gradient: [Float])
  {
    let plugin = try PluginHost(host.raw)
    let content = try #require(try PictureMeasure(host: plugin, objective, .content)).prepared(height: 37, width: 33)
    let picture = try Planes(Self.content).image(host)
    try content.measure(picture.image)
    let styles = try #require(try PictureMeasure(host: plugin, objective, .style))
    let grams = try objective.shapes(.style, height: 37, width: 33).map {
      try KeptImage(host: plugin, channels: $0.channels, height: $0.height, width: $0.width)
    }
    for (style, share) in zip(Self.styles, [0.75, 0.25] as [Float]) {
      let (prepared, picture) = (try styles.prepared(height: style.h, width: style.w), try Planes(style).image(host))
      try prepared.measure(picture.image)
      for (sum, gram) in zip(grams, prepared.results) { sum.add(gram.image, share: share) }
    }
    let builder = try GraphBuilder(host: plugin, name: "test")
    let image = builder.input("image", channels: 3)
    let loss = objective.loss(of: image, in: builder)
    let gradients = builder.gradients(of: loss.total, withRespectTo: [image])
    let weights = try Planes(objective.weights(height: 37, width: 33), c: loss.names.count).image(host)
    let graph = try builder.finish(outputs: gradients + [loss.total, loss.parts])
    let inputs = [try Planes(Self.start).image(host)] + content.results + grams + [weights]
    let plan = try graph.compile(inputs.map { BuiltGraph.Size(height: $0.image.height, width: $0.image.width) })
    let outputs = try [(3, 37, 33), (1, 1, 1), (loss.names.count, 1, 1)].map {
      try KeptImage(host: plugin, channels: $0.0, height: $0.1, width: $0.2)
    }
    return try withExtendedLifetime((picture, inputs, outputs)) {
      try plan.run(inputs.map(\.image), to: outputs.map(\.target))
      let (parts, total) = (Planes(outputs[2].image).values, Planes(outputs[1].image).values[0])
      #expect(abs(parts.reduce(0, +) - total) <= 1e-5 * total)
      return (parts, Planes(outputs[0].image).values)
    }
  }

  @Test("Each convention's terms and what each pixel does to them, to 1e-4", arguments: PerceptualConvention.allCases)
  func conventions(convention: PerceptualConvention) throws {
    let depth = convention.rawValue.hasPrefix("neural") || convention == .gatys ? 19 : 16
    let pooling: VGG.Pooling = convention == .gatys ? .average : .max
    let domain: VGGDomain = convention == .pytorchExamples ? .torchvision : .caffe
    let tensors = try SeededVGG.tensors(depth: depth)
    let found = try VGGTests.withVGG(tensors, domain: domain, pooling: pooling) { vgg, host in
      try Self.numbers(PerceptualObjective(vgg, convention.recipe), host)
    }
    let right = try Places.numbers("perceptual_\(convention.rawValue)")
    let count = right.count - 3 * 37 * 33
    #expect(found.parts.count == count)
    for (part, wanted) in zip(found.parts, right) { #expect(abs(part - wanted) <= 1e-4 * abs(wanted)) }
    #expect(GraphRun.difference(found.gradient, Array(right[count...])) <= 1e-4)
  }

  @Test("Layers are read with their weights")
  func layers() throws {
    let terms = try PerceptualRecipe.terms("relu1_1+conv4_2*0.25", key: "style-layers")
    #expect(terms.map(\.layer.description) == ["relu1_1", "conv4_2"] && terms.map(\.weight) == [1, 0.25])
  }

  @Test(
    "What is no layer is refused in a sentence",
    arguments: ["", "relu9_1", "relu1_1*", "relu1_1*-1", "relu1_1+relu1_1", "relu1_1*nan"])
  func noLayers(text: String) throws {
    let failure = try #require(
      #expect(throws: PluginError.self) { try PerceptualRecipe.terms(text, key: "style-layers") })
    #expect(failure.status == .badParameter && failure.description.hasPrefix("style-layers=\(text): "))
  }

  @Test("A network that ends early is refused with the layer it lacks, or gets the nearest")
  func short() throws {
    try VGGTests.withVGG(SeededVGG.tensors(count: 9)) { vgg, _ in
      let recipe = PerceptualConvention.neuralStyle.recipe
      let failure = try #require(#expect(throws: PluginError.self) { try PerceptualObjective(vgg, recipe) })
      #expect(failure.description == "the feature network has no layer relu5_1: it is a VGG-16 that ends with relu4_2")
      let fitted = recipe.fitted(to: vgg)
      #expect(fitted.style.map(\.layer.description) == ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu4_2"])
      #expect(try PerceptualObjective(vgg, fitted).smallestSide == 8)
    }
  }
}
