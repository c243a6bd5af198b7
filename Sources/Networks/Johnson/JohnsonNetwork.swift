// The transformer nets of fast style transfer, whoever wrote them.
import PluginKit

/// One of the forms of Johnson's net. All take and give [3, h, w], R G B, 0...255.
public enum JohnsonNetwork {
  /// Of pytorch/examples, with one style or several.
  case examples(JohnsonTransformer)
  /// The one that is fast on a CPU, with one style or several.
  case realtime(RealtimeTransformer)
  /// Of Magenta, with several styles.
  case magenta(MagentaTransformer)
  /// Of jcjohnson/fast-neural-style.
  case torch7(JohnsonTorch7)

  /// The file is meant for one of these networks, whole or not.
  public static func recognises(_ weights: WeightSet) -> Bool {
    let file = Checkpoint(weights)
    return JohnsonTransformer.recognises(file) || RealtimeTransformer.recognises(file)
      || MagentaTransformer.recognises(file)
      || JohnsonTorch7.recognises(weights)
  }

  /// Reads the network from a model file.
  /// Throws `badWeights` where the file does not hold all of one and nothing else, `badParameter` where `style` (as `StyleMix`
  /// reads it) is none of its styles.
  public init(_ weights: WeightSet, style: String = "") throws(PluginError) {
    if MagentaTransformer.recognises(Checkpoint(weights)) {
      self = .magenta(try MagentaTransformer(weights, style: style))
    } else if RealtimeTransformer.recognises(Checkpoint(weights)) {
      self = .realtime(try RealtimeTransformer(weights, style: style))
    } else if JohnsonTorch7.recognises(weights) {
      _ = try StyleMix(style, styleCount: 1)
      self = .torch7(try JohnsonTorch7(weights))
    } else {
      self = .examples(try JohnsonTransformer(weights, style: style))
    }
  }

  /// image: [3, h, w], 0...255. Gives the same.
  /// - Parameters:
  ///   - median: jcjohnson's nets end in a median filter.
  ///   - tap: is shown the layers by their names, and as "picture" the result before it is clamped, which is what learns.
  public func callAsFunction(
    _ image: Value, median: Bool = true, in g: borrowing GraphBuilder, tap: Tap? = nil
  ) -> Value {
    switch self {
    case .examples(let network): network(image, in: g, tap: tap)
    case .realtime(let network): network(image, in: g, tap: tap)
    case .magenta(let network): network(image, in: g, tap: tap)
    case .torch7(let network): network(image, median: median, in: g, tap: tap)
    }
  }

  /// Network, width, styles and pixel values in words.
  public var info: ModelInfo {
    switch self {
    case .examples(let network): network.info
    case .realtime(let network): network.info
    case .magenta(let network): network.info
    case .torch7(let network): network.info
    }
  }
}
