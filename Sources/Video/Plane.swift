// A loan of the memory of one plane of a frame.

/// One plane of a frame, to read. Valid only inside the closure that gets it.
public struct Plane {
  /// The first sample of the top row.
  public let base: UnsafeRawPointer
  /// Bytes from one row to the next; may be negative, may be larger than the row.
  public let strideBytes: Int
  /// Samples in a row. In a packed format all components count: rgb24 has three times the frame's width.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Bytes of one sample.
  public let bytesPerSample: Int
}

/// One plane of a frame, to read and write. Valid only inside the closure that gets it.
public struct MutablePlane {
  /// The first sample of the top row.
  public let base: UnsafeMutableRawPointer
  /// Bytes from one row to the next; may be negative, may be larger than the row.
  public let strideBytes: Int
  /// Samples in a row. In a packed format all components count: rgb24 has three times the frame's width.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Bytes of one sample.
  public let bytesPerSample: Int
}
