// Small networks that stand for a VGG: what they have, and that losses count their planes as if all were there.
import PluginAPI
import TestFolders
import Testing
import Weights

@testable import Networks
@testable import PluginKit

@Suite("A distilled VGG stands for the one it was made of")
struct DistilledVGGTests {
  /// The numbers of a VGG of twice the planes whose second half are all zeros.
  private static func padded() throws -> [NamedTensor] {
    try SeededVGG.tensors(width: 2).map { tensor in
      let (shape, small) = (tensor.shape, try tensor.floats())
      let inputs = shape.count == 4 ? (shape[1] == 3 ? 3 : 2 * shape[1]) : 1
      let rest = shape.dropFirst(2).reduce(1, *)
      var large = [Float](repeating: 0, count: 2 * shape[0] * inputs * rest)
      let row = small.count / shape[0]
      for out in 0..<shape[0] {
        for i in 0..<row { large[out * inputs * rest + i] = small[out * row + i] }
      }
      let wide = shape.count == 4 ? [2 * shape[0], inputs] + shape[2...] : [2 * shape[0]]
      return try NamedTensor(name: tensor.name, shape: wide, floats: large)
    }
  }

  /// The first half of those planes, turned: each two planes are exchanged, one of them with its sign changed.
  private static func distilled() throws -> [NamedTensor] {
    let convolutions = try SeededVGG.tensors(width: 2) { name, place in
      "conv\(place).\(name.hasSuffix("weight") ? "weight" : "bias")"
    }
    return try convolutions.flatMap { tensor -> [NamedTensor] in
      guard tensor.name.hasSuffix("weight") else { return [tensor] }
      let (key, planes) = ("relu" + tensor.name.dropFirst(4).dropLast(7), tensor.shape[0])
      var matrix = [Float](repeating: 0, count: planes * planes)
      for c in 0..<planes { matrix[c * planes + (c ^ 1)] = Float(0.5).squareRoot() * (c % 2 == 0 ? 1 : -1) }
      return [
        tensor, try NamedTensor(name: "\(key).weight", shape: [planes, planes, 1, 1], floats: matrix),
        try NamedTensor(name: "\(key).bias", shape: [planes], fill: .zero, seed: 0),
      ]
    }
  }

  private static func losses(
    _ tensors: [NamedTensor], _ convention: PerceptualConvention, share: String?
  ) throws -> (parts: [Float], gradient: [Float]) {
    var metadata = [VGG.domainKey: "caffe"]
    metadata[VGG.shareKey] = share
    return try VGGTests.withVGG(tensors, metadata: metadata) { vgg, host in
      // Behind ReLUs: a distilled network has no other features.
      var recipe = convention.recipe
      func rectified(_ terms: [PerceptualRecipe.Term]) -> [PerceptualRecipe.Term] {
        terms.map { .init(VGGLayer(stage: $0.layer.stage, convolution: $0.layer.convolution), $0.weight) }
      }
      (recipe.content, recipe.style) = (rectified(recipe.content), rectified(recipe.style))
      return try PerceptualTests.numbers(PerceptualObjective(vgg, recipe), host)
    }
  }

  @Test(
    "Losses and gradients of half the planes are those of all where the rest is nothing",
    arguments: PerceptualConvention.allCases)
  func sameLosses(convention: PerceptualConvention) throws {
    let right = try Self.losses(try Self.padded(), convention, share: nil)
    let found = try Self.losses(try Self.distilled(), convention, share: "0.5")
    #expect(found.parts.count == right.parts.count && right.parts.allSatisfy { $0 > 0 })
    for (part, wanted) in zip(found.parts, right.parts) { #expect(abs(part - wanted) <= 1e-4 * wanted) }
    #expect(GraphRun.difference(found.gradient, right.gradient) <= 1e-4)
  }

  @Test("It has no features before a ReLU; objectives that ask for them get those behind it")
  func layers() throws {
    try VGGTests.withVGG(Self.distilled()) { vgg, _ in
      #expect(vgg.has(VGGLayer(stage: 4, convolution: 2)))
      #expect(!vgg.has(VGGLayer(stage: 4, convolution: 2, isRectified: false)))
      let fitted = PerceptualConvention.gatys.recipe.fitted(to: vgg)
      #expect(fitted.content.map(\.layer.description) == ["relu4_2"])
      #expect(fitted.style.map(\.layer.description) == (1...5).map { "relu\($0)_1" })
    }
  }

  @Test(
    "A share that is none, and a matrix that does not fit, are told",
    arguments: ["0", "1.5", "-1", "nan", "0,5", "1/4"])
  func damaged(share: String) throws {
    let wrong = #expect(throws: PluginError.self) {
      try VGGTests.withVGG(Self.distilled(), metadata: [VGG.shareKey: share]) { _, _ in }
    }
    #expect(wrong?.description.contains("'stylehost.vgg.share' is ") == true)
    let matrix = try NamedTensor(name: "relu2_1.weight", shape: [4, 3, 1, 1], fill: .one, seed: 0)
    let unfit = #expect(throws: PluginError.self) {
      try VGGTests.withVGG(Self.distilled().map { $0.name == matrix.name ? matrix : $0 }) { _, _ in }
    }
    #expect(unfit?.description.contains("tensor 'relu2_1.weight' is [4,3,1,1], expected [4,4,1,1]") == true)
  }
}
