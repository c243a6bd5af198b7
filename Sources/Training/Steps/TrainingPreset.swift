// How large a network is trained.

/// Sizes of network by what they are for.
public enum TrainingPreset: String, Sendable, CaseIterable {
  /// As published.
  case quality
  /// A quarter of the work for nearly the same picture.
  case balanced
  /// For video as it comes.
  case realtime

  /// Planes after the first convolution.
  public var width: Int {
    switch self {
    case .quality: 32
    case .balanced: 16
    case .realtime: 8
    }
  }
}
