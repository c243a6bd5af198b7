// How the samples of a pixel format lie in memory, in the few facts that a conversion needs.

/// The memory layout of a pixel format.
public struct PixelLayout: Equatable, Sendable {
  /// What the components mean.
  public enum Family: Sendable {
    /// Luma, two chroma (possibly subsampled), maybe alpha.
    case yuv
    /// Green, blue, red (in this order when planar), maybe alpha.
    case rgb
    /// Luma alone, maybe alpha.
    case gray
    /// Neither: Bayer patterns, XYZ.
    case other
  }

  /// What the components mean.
  public var family: Family
  /// Bits of the first component, 1...32.
  public var bitDepth: Int
  /// Bytes that hold one sample: 1, 2 or 4. Samples of 9...15 bits use the low end of their bytes in planar little-endian formats.
  public var bytesPerSample: Int
  /// Chroma planes are `ceil(width / 2^this)` wide.
  public var log2ChromaWidth: Int
  /// Chroma planes are `ceil(height / 2^this)` high.
  public var log2ChromaHeight: Int
  /// Whether there is an alpha component.
  public var hasAlpha: Bool
  /// Whether every component has a plane of its own.
  public var isPlanar: Bool
  /// Whether samples are floating-point numbers.
  public var isFloat: Bool
  /// Planes that hold samples (a palette does not count).
  public var planeCount: Int
}
