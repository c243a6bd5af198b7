// Which network is trained.
import Networks
import PluginKit

/// Networks by what they are for.
public enum TrainingPreset: String, Sendable, CaseIterable {
  /// As published.
  case quality
  /// A quarter of the work for nearly the same picture.
  case balanced
  /// For video as it comes.
  case realtime

  /// The network, of another width where one is given.
  public func form(width: Int?) -> NetworkForm {
    switch self {
    case .quality: .standard(width: width ?? 32)
    case .balanced: .standard(width: width ?? 16)
    case .realtime: .realtime(width: width ?? 32)
    }
  }
}

/// The transformer net that learns, and the planes it works with.
public enum NetworkForm: Equatable, Sendable {
  /// Of Johnson et al.; planes after the first convolution.
  case standard(width: Int)
  /// Made for a CPU; planes of the body.
  case realtime(width: Int)

  /// Planes, as its file says it.
  public var width: Int {
    switch self {
    case .standard(let width), .realtime(let width): width
    }
  }

  /// Keys of the first convolution's weight and of the last convolution.
  var ends: (first: String, last: String) {
    switch self {
    case .standard: ("conv1.conv2d.weight", "deconv3.conv2d")
    case .realtime: ("stem.conv2d.weight", "out.conv2d")
    }
  }

  /// The tensors of one that has learnt nothing yet.
  func fresh() throws(PluginError) -> FreshNetwork {
    switch self {
    case .standard(let width): try JohnsonTransformer.fresh(width: width)
    case .realtime(let width): try RealtimeTransformer.fresh(width: width)
    }
  }
}
