// Frames of one size and format whose pixel memory is used again and again.
import CFFmpeg

/// Hands out frames to write into. The memory of a frame returns to the pool when its last handle is gone, so that a stream in
/// steady state allocates no pixel memory. May be used from several threads.
public final class FramePool: @unchecked Sendable {
  /// Columns of its frames.
  public let width: Int
  /// Rows of its frames.
  public let height: Int
  /// Format of its frames.
  public let pixelFormat: PixelFormat

  // SAFETY: AVBufferPool locks itself; the other fields do not change after init.
  private let pool: OpaquePointer
  private let strides: [Int32]
  private let paddedHeight: Int32

  /// Rows begin at multiples of this many bytes, and at least this many bytes after the last row may be read.
  private static let alignment = 64

  /// A pool of frames of this size and format. Rows are 64-byte aligned, and 64 bytes behind the last row may be read.
  /// - Throws: `.usage` for a size or format that no frame can have.
  public init(width: Int, height: Int, pixelFormat: PixelFormat) throws(VideoError) {
    self.width = width
    self.height = height
    self.pixelFormat = pixelFormat
    let name = "\(width)x\(height) \(pixelFormat)"
    guard width > 0, height > 0, let columns = Int32(exactly: width), let rows = Int32(exactly: height), rows < 1 << 20,
      av_image_check_size2(UInt32(width), UInt32(height), Int64.max, pixelFormat.av, 0, nil) >= 0
    else { throw .usage("no frame can be \(name)") }

    var strides = [Int32](repeating: 0, count: 4)
    guard av_image_fill_linesizes(&strides, pixelFormat.av, columns) >= 0 else {
      throw .usage("no frame can be \(name)")
    }
    strides = strides.map { ($0 + Int32(Self.alignment) - 1) / Int32(Self.alignment) * Int32(Self.alignment) }
    // Encoders and scalers read whole blocks: rows up to a multiple of 32 are there, as libav's own allocator does it.
    paddedHeight = (rows + 31) / 32 * 32
    self.strides = strides

    var data = [UnsafeMutablePointer<UInt8>?](repeating: nil, count: 4)
    let bytes = av_image_fill_pointers(&data, pixelFormat.av, paddedHeight, nil, strides)
    guard bytes > 0, let pool = av_buffer_pool_init(Int(bytes) + 2 * Self.alignment, { av_buffer_allocz($0) }) else {
      throw .usage("cannot make a pool of \(name) frames: too large or out of memory")
    }
    self.pool = pool
  }

  deinit {
    var pool: OpaquePointer? = pool
    av_buffer_pool_uninit(&pool)
  }

  /// A frame to write into. Its pixels are whatever its last user left; its properties are empty.
  /// - Throws: `.usage` when memory is out.
  public func next() throws(VideoError) -> Frame {
    let frame = try Frame()
    guard let buffer = av_buffer_pool_get(pool), let start = buffer.pointee.data else {
      throw .usage("cannot allocate a \(width)x\(height) \(pixelFormat) frame: out of memory")
    }
    frame.av.pointee.buf.0 = buffer
    frame.av.pointee.width = Int32(width)
    frame.av.pointee.height = Int32(height)
    frame.av.pointee.format = pixelFormat.rawValue
    let address = UInt(bitPattern: start)
    let aligned = start + Int((UInt(Self.alignment) - address % UInt(Self.alignment)) % UInt(Self.alignment))
    // SAFETY: the buffer has room for the planes, one alignment before them and one after.
    _ = frame.withData { av_image_fill_pointers($0, pixelFormat.av, paddedHeight, aligned, strides) }
    frame.withLineSizes { lines in
      for index in 0..<4 { lines[index] = strides[index] }
    }
    frame.av.pointee.extended_data = withUnsafeMutablePointer(to: &frame.av.pointee.data) {
      UnsafeMutableRawPointer($0).assumingMemoryBound(to: UnsafeMutablePointer<UInt8>?.self)
    }
    return frame
  }
}
