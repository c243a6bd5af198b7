// Any pixel format to any other, with the matrix and the range of both sides honoured.
import CFFmpeg

/// Converts frames with libswscale: accurate rounding, full chroma, bicubic chroma filters. Keeps its context and a pool, so that a
/// steady stream allocates no pixel memory. Used by one thread at a time.
public final class FrameConverter: @unchecked Sendable {
  /// The format frames come out in.
  public let pixelFormat: PixelFormat

  /// What a prepared context is good for.
  private struct Key: Equatable {
    var sourceFormat: PixelFormat
    var sourceWidth: Int
    var sourceHeight: Int
    var sourceColor: ColorTags
    var width: Int
    var height: Int
    var color: ColorTags
  }

  private let color: ColorTags
  private let size: (width: Int, height: Int)?
  private let threads: Int
  private var context: OpaquePointer?
  private var key: Key?
  private var pool: FramePool?

  /// A converter to `pixelFormat`.
  /// - Parameters:
  ///   - color: the tags of the result; what is unspecified is taken from each source frame (and, going to YUV from RGB, assumed from
  ///     the height: BT.601 up to 576 rows, else BT.709; limited range).
  ///   - size: the size of the result; nil keeps the source's.
  ///   - threads: slices converted at once.
  public init(
    to pixelFormat: PixelFormat, color: ColorTags = .unspecified, size: (width: Int, height: Int)? = nil,
    threads: Int = 1
  ) {
    self.pixelFormat = pixelFormat.withoutRange
    var color = color
    if self.pixelFormat != pixelFormat { color.range = .full }
    self.color = color
    self.size = size
    self.threads = max(1, threads)
  }

  deinit { sws_freeContext(context) }

  /// The frame in the wanted format, tagged with what it now is. Times, aspect ratio and side data are kept. The same object comes back
  /// when there is nothing to do.
  /// - Throws: `.usage` when libswscale cannot convert between the two formats or memory is out.
  public func convert(_ frame: Frame) throws(VideoError) -> Frame {
    let tags = targetTags(of: frame)
    let target = tags.resolved(for: pixelFormat, height: frame.height)
    let source = frame.color.resolved(for: frame.pixelFormat, height: frame.height)
    let width = size?.width ?? frame.width
    let height = size?.height ?? frame.height
    if frame.pixelFormat == pixelFormat, width == frame.width, height == frame.height,
      source.matrix.isSame(as: target.matrix), source.range == target.range
    {
      return frame
    }
    let wanted = Key(
      sourceFormat: frame.pixelFormat, sourceWidth: frame.width, sourceHeight: frame.height, sourceColor: source,
      width: width, height: height, color: target)
    if wanted != key { try prepare(wanted) }
    guard let context, let pool else { throw .usage("cannot convert a frame: no context") }
    let result = try pool.next()
    result.copyProperties(from: frame)
    result.color = said(tags, target)
    LibavLog.clear()
    let status = sws_scale_frame(context, result.av, frame.av)
    guard status >= 0 else {
      throw .usage("cannot convert \(frame.pixelFormat) to \(pixelFormat): \(LibavLog.reason(status))")
    }
    return result
  }

  /// The tags of the result as far as the caller or the source says them.
  private func targetTags(of frame: Frame) -> ColorTags {
    var inherited = frame.color
    let from = frame.pixelFormat.layout.family
    let to = pixelFormat.layout.family
    // Range and matrix do not pass from RGB to YUV or back: they mean something else on each side.
    if (from == .rgb || from == .other) != (to == .rgb || to == .other) {
      inherited.matrix = .unspecified
      inherited.range = .unspecified
    }
    return color.filled(from: inherited)
  }

  /// A result that was converted says by which matrix and range, so that the next reader need not guess.
  private func said(_ tags: ColorTags, _ resolved: ColorTags) -> ColorTags {
    var tags = tags
    tags.range = resolved.range
    if pixelFormat.layout.family != .gray { tags.matrix = resolved.matrix }
    return tags
  }

  /// Sets up a context and a pool for frames of this kind.
  private func prepare(_ key: Key) throws(VideoError) {
    LibavLog.install()
    sws_freeContext(context)
    context = nil
    self.key = nil
    let what = "\(key.sourceWidth)x\(key.sourceHeight) \(key.sourceFormat) to \(pixelFormat)"
    guard sws_isSupportedInput(key.sourceFormat.av) > 0, sws_isSupportedOutput(pixelFormat.av) > 0,
      let context = sws_alloc_context()
    else { throw .usage("cannot convert \(what): libswscale does not know one of the formats") }
    let flags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP | SWS_BITEXACT
    let source = ChromaPosition(key.sourceColor)
    let target = ChromaPosition(key.color.chromaLocation == .unspecified ? key.sourceColor : key.color)
    let options: [(String, Int)] = [
      ("srcw", key.sourceWidth), ("srch", key.sourceHeight), ("src_format", Int(key.sourceFormat.rawValue)),
      ("dstw", key.width), ("dsth", key.height), ("dst_format", Int(pixelFormat.rawValue)),
      ("src_range", key.sourceColor.range == .full ? 1 : 0), ("dst_range", key.color.range == .full ? 1 : 0),
      ("src_h_chr_pos", source.x), ("src_v_chr_pos", source.y), ("dst_h_chr_pos", target.x),
      ("dst_v_chr_pos", target.y),
      ("sws_flags", Int(flags)), ("threads", threads),
    ]
    for (name, value) in options { av_opt_set_int(UnsafeMutableRawPointer(context), name, Int64(value), 0) }
    LibavLog.clear()
    let status = sws_init_context(context, nil, nil)
    // An RGB side has no matrix of its own: the other side's is the one that counts.
    let sourceMatrix = key.sourceColor.matrix == .rgb ? key.color.matrix : key.sourceColor.matrix
    let targetMatrix = key.color.matrix == .rgb ? key.sourceColor.matrix : key.color.matrix
    guard status >= 0, let inverse = sourceMatrix.scalerTable, let forward = targetMatrix.scalerTable else {
      sws_freeContext(context)
      throw .usage("cannot convert \(what): \(LibavLog.reason(status))")
    }
    // Formats without a YUV side answer -1 here: there is nothing to set for them.
    _ = sws_setColorspaceDetails(
      context, inverse, key.sourceColor.range == .full ? 1 : 0, forward, key.color.range == .full ? 1 : 0, 0, 1 << 16,
      1 << 16)
    self.context = context
    if pool?.width != key.width || pool?.height != key.height {
      pool = try FramePool(width: key.width, height: key.height, pixelFormat: pixelFormat)
    }
    self.key = key
  }
}

/// Where libswscale is told chroma sits, in 1/256 of a luma sample.
private struct ChromaPosition {
  var x: Int
  var y: Int

  init(_ tags: ColorTags) {
    switch tags.chromaLocation {
    case .center: (x, y) = (128, 128)
    case .topLeft: (x, y) = (0, 0)
    case .top: (x, y) = (128, 0)
    case .bottomLeft: (x, y) = (0, 256)
    case .bottom: (x, y) = (128, 256)
    case .left: (x, y) = (0, 128)
    default: (x, y) = tags.range == .full ? (128, 128) : (0, 128)  // JPEG's siting and MPEG-2's
    }
  }
}
