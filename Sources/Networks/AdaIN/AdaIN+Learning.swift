// AdaIN as it is trained: an encoder that somebody else trained stays, and a decoder learns.
import PluginKit

extension AdaIN {
  /// A tensor by name, with its numbers in row-major order.
  public typealias NumberedTensor = (name: String, shape: [Int], numbers: [Float])

  /// The tensors of a pair that has not learnt yet: an encoder, and which decoder learns to undo it.
  public struct Plan {
    /// Tensors that stay as they are, "encoder....".
    public let encoder: [NumberedTensor]
    /// Tensors that learn, "decoder....".
    public let decoder: FreshNetwork
    /// The encoder's activations are near 1 already, as those of the published one are.
    public let isNormalised: Bool
    let form: AdaINForm

    /// Where a picture comes out of.
    public var last: String { "\(decoderPrefix)\(form.decoder.last?.last ?? "")" }
  }

  /// The tensor belongs to the half that learns.
  public static func learns(_ name: String) -> Bool { name.hasPrefix(decoderPrefix) }

  /// The tensor belongs to either half.
  public static func isPart(_ name: String) -> Bool { learns(name) || name.hasPrefix(encoderPrefix) }

  /// A pair on the encoder of a file: of an AdaIN (`vgg_normalised`), or a VGG-16 or VGG-19 to relu4_1.
  /// - Parameters:
  ///   - domain: what pixels a VGG was trained on; nil: as the file says.
  ///   - width: planes before the last convolution of the decoder; nil: as many as the encoder begins with.
  /// - Throws: `badWeights` where the file holds neither.
  public static func plan(
    encoder file: WeightSet, domain: VGGDomain? = nil, width: Int? = nil
  ) throws(PluginError) -> Plan {
    var front = checkpoint(file)
    if let part = AdaINPart(front), part.kind != .decoder {
      let encoder = try AdaINEncoder(&front, part.form, prefix: part.prefixes.encoder)
      return plan(tensors(encoder, part.form), part.form, encoder.features, width ?? encoder.width, true)
    }
    let vgg = try VGG(file, domain: domain)
    let form = vgg.name == "VGG-19" ? AdaINForm.numbered : .sixteen
    let stages = vgg.stages.prefix(form.encoder.count)
    guard zip(stages, form.encoder).allSatisfy({ $0.count >= $1.count }), stages.count == form.encoder.count else {
      throw file.failure("its \(vgg.name) ends before relu4_1, by whose features AdaIN works")
    }
    // Pixels of 0...1 come in.
    let (matrix, shift) = vgg.domain.numbers
    var all: [NumberedTensor] = [
      ("\(encoderPrefix)\(form.first).weight", [3, 3, 1, 1], matrix.map { 255 * $0 }),
      ("\(encoderPrefix)\(form.first).bias", [3], shift),
    ]
    for (convs, keys) in zip(stages, form.encoder) {
      for (conv, key) in zip(convs, keys) { all += tensors(conv, "\(encoderPrefix)\(key)") }
    }
    let features = stages.last?.first?.outChannels ?? 0
    return plan(all, form, features, width ?? stages.first?.first?.outChannels ?? 0, false)
  }

  private static func plan(
    _ encoder: [NumberedTensor], _ form: AdaINForm, _ features: Int, _ width: Int, _ isNormalised: Bool
  ) -> Plan {
    var net = FreshNetwork(info(form, width: width))
    AdaINDecoder.fresh(&net, form, width: width, features: features, prefix: decoderPrefix)
    return Plan(encoder: encoder, decoder: net, isNormalised: isNormalised, form: form)
  }

  private static func tensors(_ encoder: AdaINEncoder, _ form: AdaINForm) -> [NumberedTensor] {
    let keys = [form.first] + form.encoder.flatMap(\.self)
    return zip([encoder.normalise] + encoder.stages.flatMap(\.self), keys).flatMap {
      tensors($0, "\(encoderPrefix)\($1)")
    }
  }

  private static func tensors(_ conv: Conv2d, _ key: String) -> [NumberedTensor] {
    [
      ("\(key).weight", conv.weight.shape, conv.weight.floats()),
      ("\(key).bias", [conv.outChannels], conv.bias?.floats() ?? [Float](repeating: 0, count: conv.outChannels)),
    ]
  }

  /// image: [3, h, w], 0...1. Gives the mean squares of the activations of all convolutions of the encoder, one after another:
  /// [planes, 1, 1].
  public func activations(_ image: Value, in g: borrowing GraphBuilder) -> Value {
    let squares = encoder.layers(image, in: g).flatMap(\.self).map { g.mean(g.combine($0, $0, .multiply)) }
    return squares.dropFirst().reduce(squares[0]) { g.concat($0, $1) }
  }

  /// How many activations there are.
  public var activationCount: Int { encoder.stages.flatMap(\.self).reduce(0) { $0 + $1.outChannels } }

  /// The same encoder with every plane's mean square at 1: what a plane is divided by the next convolution multiplies with, so that the planes
  /// mean what they meant. (The published encoder has every plane's mean at 1, after Gatys et al. 2016. In a small network a plane that
  /// seldom says anything would outweigh all others so.)
  /// - Parameter squares: means of all activations' squares, of pictures like those that will be seen. Planes that hardly ever say
  ///   anything are left alone.
  public func normalised(_ squares: [Float]) -> [NumberedTensor] {
    var before = [Float](repeating: 1, count: 3)
    var place = 0
    let keys = form.encoder.flatMap(\.self)
    var result = Self.tensors(encoder.normalise, "\(Self.encoderPrefix)\(form.first)")
    for (conv, key) in zip(encoder.stages.flatMap(\.self), keys) {
      let own = squares[place..<place + conv.outChannels].map { $0.squareRoot() }
      place += conv.outChannels
      let least = 1e-3 * (own.max() ?? 0)
      let scales = own.map { $0 > least ? $0 : 1 }
      var tensors = Self.tensors(conv, "\(Self.encoderPrefix)\(key)")
      let taps = conv.kernel * conv.kernel
      for i in tensors[0].numbers.indices {
        let (out, plane) = (i / (taps * conv.inChannels), i / taps % conv.inChannels)
        tensors[0].numbers[i] *= before[plane] / scales[out]
      }
      for i in tensors[1].numbers.indices { tensors[1].numbers[i] /= scales[i] }
      result += tensors
      before = scales
    }
    return result
  }

  /// Planes of `levels`.
  public var levelPlanes: [Int] { encoder.stages.compactMap { $0.first?.outChannels } }

  /// image: [3, h, w], 0...1. Gives the features whose statistics make the style, relu1_1 to relu4_1.
  public func levels(_ image: Value, in g: borrowing GraphBuilder) -> [Value] {
    encoder.layers(image, in: g).compactMap(\.first)
  }

  /// The content's features brought to the statistics of the style's, both [features, h, w] of sizes of their own: AdaIN. Variances are
  /// unbiased, as in pytorch-AdaIN, or biased, as the authors take them.
  public func target(
    content: Value, style: Value, stylePixels: Int, isUnbiased: Bool, in g: borrowing GraphBuilder
  ) -> Value {
    let statistics = Self.statistics(
      style, planes: encoder.features, pixels: isUnbiased ? stylePixels : nil,
      epsilon: isUnbiased ? ChannelStatistics.epsilon : 0, in: g)
    return g.groupNorm(
      content, groups: encoder.features, scale: statistics.deviation, shift: statistics.mean,
      epsilon: ChannelStatistics.epsilon, isUnbiased: isUnbiased)
  }

  /// Mean and deviation of each plane of x: [planes, 1, 1].
  /// - Parameters:
  ///   - pixels: of x, where the variance is divided by one less; nil: it is divided by all.
  ///   - epsilon: added to the variance before its root.
  public static func statistics(
    _ x: Value, planes: Int, pixels: Int?, epsilon: Double, in g: borrowing GraphBuilder
  ) -> (mean: Value, deviation: Value) {
    let mean = g.mean(x)
    let variance = g.mean(g.squaredDifference(x, mean))
    let factor = pixels.map { Double($0) / Double(max(1, $0 - 1)) } ?? 1
    return (mean, g.activate(g.scaled(variance, by: factor, plus: epsilon, channels: planes), .sqrt))
  }

  /// The picture that features make, before it is clamped: [3, 8 * h, 8 * w], nominally 0...1.
  public func decoded(_ features: Value, in g: borrowing GraphBuilder) -> Value { decoder(features, in: g) }
}
