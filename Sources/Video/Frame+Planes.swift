// Access to the pixels of a frame, plane by plane.
import CFFmpeg

extension Frame {
  /// Planes that hold samples.
  public var planeCount: Int { pixelFormat.layout.planeCount }

  /// Whether the pixels may be written: nobody else holds them.
  public var isWritable: Bool { av_frame_is_writable(av) > 0 }

  /// Lends plane `index` (0 ..< planeCount) for reading; do not let the pointer escape.
  /// - Throws: `.usage` for a plane the frame does not have, and what `body` throws.
  public func withPlane<R>(_ index: Int, _ body: (Plane) throws -> R) throws -> R {
    let plane = try plane(index)
    return try body(
      Plane(
        base: UnsafeRawPointer(plane.base), strideBytes: plane.strideBytes, width: plane.width, height: plane.height,
        bytesPerSample: plane.bytesPerSample))
  }

  /// Lends plane `index` (0 ..< planeCount) for reading and writing; do not let the pointer escape.
  /// - Throws: `.usage` for a plane the frame does not have or when the pixels are shared, and what `body` throws.
  public func withMutablePlane<R>(_ index: Int, _ body: (MutablePlane) throws -> R) throws -> R {
    guard isWritable else {
      throw VideoError.usage("cannot write into a frame whose pixels are shared: take one from a FramePool")
    }
    return try body(plane(index))
  }

  // SAFETY: libav sized the buffers for the frame's format, width and height; the frame owns them while `self` lives.
  private func plane(_ index: Int) throws(VideoError) -> MutablePlane {
    let layout = pixelFormat.layout
    guard index >= 0, index < layout.planeCount, let base = withData({ $0[index] }) else {
      throw .usage("a \(pixelFormat) frame has \(layout.planeCount) planes; plane \(index) was asked for")
    }
    let rowBytes = Int(max(0, av_image_get_linesize(pixelFormat.av, av.pointee.width, Int32(index))))
    let isChroma = layout.family == .yuv && (index == 1 || index == 2)
    let rows = isChroma ? -(-height >> layout.log2ChromaHeight) : height
    return MutablePlane(
      base: UnsafeMutableRawPointer(base), strideBytes: Int(withLineSizes { $0[index] }),
      width: rowBytes / layout.bytesPerSample, height: rows, bytesPerSample: layout.bytesPerSample)
  }

  /// The eight plane pointers.
  func withData<R>(_ body: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>) throws -> R) rethrows -> R {
    try withUnsafeMutablePointer(to: &av.pointee.data) {
      // SAFETY: a C array of 8 pointers is imported as a tuple of the same layout.
      try $0.withMemoryRebound(to: UnsafeMutablePointer<UInt8>?.self, capacity: 8, body)
    }
  }

  /// The eight row strides.
  func withLineSizes<R>(_ body: (UnsafeMutablePointer<Int32>) throws -> R) rethrows -> R {
    try withUnsafeMutablePointer(to: &av.pointee.linesize) {
      // SAFETY: a C array of 8 ints is imported as a tuple of the same layout.
      try $0.withMemoryRebound(to: Int32.self, capacity: 8, body)
    }
  }
}
