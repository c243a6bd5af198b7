// The transformer net of fast style transfer, as its author wrote it in Lua.
import PluginKit

/// Johnson, Alahi, Fei-Fei: Perceptual Losses for Real-Time Style Transfer and Super-Resolution, ECCV 2016, in the .t7 files of
/// jcjohnson/fast-neural-style: with instance norms and half the planes (`instance_norm`), or batch norms (`eccv16`).
///
/// Takes and gives [3, h, w], R G B, 0...255; the net itself takes B G R less the means of VGG's training pictures. What its
/// modules are stands in the file: commonly one reflected border of 40 pixels around the whole picture, which the residual
/// blocks consume, and tanh times 150 at the end. Any size: the picture is reflected at bottom and right to the next multiple of
/// what the net divides by, and the result cropped.
public struct JohnsonTorch7 {
  /// What a picture of 0...255 is turned into, and the result turned back from.
  enum Domain {
    /// B G R less (103.939, 116.779, 123.68).
    case vgg
    /// (R G B / 255 - mean) / deviation of ImageNet.
    case resnet

    /// Row o holds what of each channel goes into plane o.
    var into: (matrix: [Float], shift: [Float]) {
      switch self {
      case .vgg: return ([0, 0, 1, 0, 1, 0, 1, 0, 0], [-103.939, -116.779, -123.68])
      case .resnet:
        var matrix = [Float](repeating: 0, count: 9)
        for c in 0..<3 { matrix[4 * c] = 1 / (255 * Self.deviation[c]) }
        return (matrix, (0..<3).map { -Self.mean[$0] / Self.deviation[$0] })
      }
    }

    /// The way back.
    var out: (matrix: [Float], shift: [Float]) {
      switch self {
      case .vgg: return ([0, 0, 1, 0, 1, 0, 1, 0, 0], [123.68, 116.779, 103.939])
      case .resnet:
        var matrix = [Float](repeating: 0, count: 9)
        for c in 0..<3 { matrix[4 * c] = 255 * Self.deviation[c] }
        return (matrix, Self.mean.map { 255 * $0 })
      }
    }

    private static let mean: [Float] = [0.485, 0.456, 0.406]
    private static let deviation: [Float] = [0.229, 0.224, 0.225]
  }

  let model: Torch7Model
  let domain: Domain

  /// The file is meant for this network: a sequence of modules with tanh times a number.
  public static func recognises(_ weights: WeightSet) -> Bool {
    Torch7Model.isNetwork(weights, with: ["Tanh", "MulConstant"])
  }

  /// Reads the network from a model file.
  /// Throws `badWeights` with class and path for a module that is unknown, or whose fields or tensors do not fit, and where the picture
  /// that comes out is larger or smaller than the one that goes in.
  public init(_ weights: WeightSet) throws(PluginError) {
    model = try Torch7Model(weights, inPlanes: 3)
    guard model.outPlanes == 3 else {
      throw weights.failure("its network gives \(model.outPlanes ?? 0) planes, expected 3")
    }
    guard abs(model.share - 1) < 1e-6 else { throw weights.failure("its network gives a picture of another size") }
    switch weights.metadata("torch7.opt.preprocessing") {
    case nil, "vgg": domain = .vgg
    case "resnet": domain = .resnet
    case .some(let name): throw weights.failure("its pictures are prepared by '\(name)', expected vgg or resnet")
    }
  }

  /// image: [3, h, w], 0...255. Gives the same, clamped to 0...255. Taps are named like the modules: "model.2".
  /// - Parameter median: the 3x3 median filter with which the author's script ends; its pixels at the border see it reflected.
  public func callAsFunction(
    _ image: Value, median: Bool = true, in g: borrowing GraphBuilder, tap: Tap? = nil
  ) -> Value {
    let padded = g.padToMultiple(image, model.reduction, .reflect)
    // Nets of valid convolutions lose pixels on each side: they get as many more, in whole steps of what they divide by.
    let border = (max(0, model.margin) + model.reduction - 1) / model.reduction * model.reduction
    let given = bordered(turned(padded, domain.into, in: g), border, in: g)
    let picture = turned(model(given, in: g, tap: tap), domain.out, in: g)
    tap?("picture", picture)
    let smooth = median ? g.median3(picture, .reflect) : picture
    let cut = bordered(smooth, model.margin - border, in: g)
    return g.clamp(g.cropLike(cut, image), low: 0, high: 255)
  }

  /// With a reflected border; a negative one is cut off.
  private func bordered(_ x: Value, _ border: Int, in g: borrowing GraphBuilder) -> Value {
    border == 0 ? x : g.pad2d(x, .all(border), .reflect)
  }

  /// Channels mixed by a matrix, then shifted.
  private func turned(
    _ x: Value, _ domain: (matrix: [Float], shift: [Float]), in g: borrowing GraphBuilder
  ) -> Value {
    g.conv2d(
      x, weight: g.constant("domain", shape: [3, 3, 1, 1], domain.matrix),
      bias: g.constant("mean", shape: [3], domain.shift))
  }

  /// Network, width and pixel values in words.
  public var info: ModelInfo {
    let inside = domain == .vgg ? "BGR less mean" : "RGB normalised"
    return ModelInfo(
      architecture: "Johnson transformer net (jcjohnson/fast-neural-style, .t7), width \(model.width)",
      pixels: "RGB 0...255 in and out (inside: \(inside))", width: model.width,
      multiplyAddsPerPixel: model.multiplyAddsPerPixel)
  }
}
