// A picture with its time and its tags: a handle on libav's frame.
import CFFmpeg

/// One picture of a video. Its pixels are shared, counted memory; the handle is cheap.
///
/// A frame has one owner at a time: it may be handed from thread to thread, but not used by two at once. That is what makes the
/// unchecked `Sendable` true.
public final class Frame: @unchecked Sendable {
  // SAFETY: allocated in init, freed in deinit, never nil between.
  let av: UnsafeMutablePointer<AVFrame>

  /// The unit of `presentationTime` and `duration`, in seconds.
  public var timeBase = Rational(0, 1)

  /// An empty frame for libav to fill.
  /// - Throws: `.input` when memory is out.
  init() throws(VideoError) {
    guard let frame = av_frame_alloc() else { throw .input("cannot allocate a frame: out of memory") }
    av = frame
  }

  deinit {
    var frame: UnsafeMutablePointer<AVFrame>? = av
    av_frame_free(&frame)
  }

  /// Columns of pixels.
  public var width: Int { Int(av.pointee.width) }

  /// Rows of pixels.
  public var height: Int { Int(av.pointee.height) }

  /// How pixels lie in memory. Never one of libav's `yuvj` formats: full range is said by `color`.
  public var pixelFormat: PixelFormat { PixelFormat(rawValue: av.pointee.format) }

  /// When the frame is to be shown, in units of `timeBase`; nil when unknown.
  public var presentationTime: Int64? {
    get { av.pointee.pts == cff_no_pts() ? nil : av.pointee.pts }
    set { av.pointee.pts = newValue ?? cff_no_pts() }
  }

  /// How long the frame is to be shown, in units of `timeBase`; 0 when unknown.
  public var duration: Int64 {
    get { max(0, av.pointee.pkt_duration) }
    set { av.pointee.pkt_duration = newValue }
  }

  /// When the frame is to be shown, in seconds; nil when unknown.
  public var seconds: Double? { presentationTime.map(timeBase.seconds) }

  /// Width of a pixel over its height; 0/1 when unknown.
  public var sampleAspectRatio: Rational {
    get { Rational(av.pointee.sample_aspect_ratio) }
    set { av.pointee.sample_aspect_ratio = newValue.av }
  }

  /// What the numbers of the pixels mean.
  public var color: ColorTags {
    get {
      ColorTags(
        range: ColorRange(rawValue: Int32(bitPattern: av.pointee.color_range.rawValue)) ?? .unspecified,
        matrix: ColorMatrix(rawValue: Int32(bitPattern: av.pointee.colorspace.rawValue)),
        primaries: ColorPrimaries(rawValue: Int32(bitPattern: av.pointee.color_primaries.rawValue)),
        transfer: ColorTransfer(rawValue: Int32(bitPattern: av.pointee.color_trc.rawValue)),
        chromaLocation: ChromaLocation(rawValue: Int32(bitPattern: av.pointee.chroma_location.rawValue)))
    }
    set {
      av.pointee.color_range = AVColorRange(rawValue: UInt32(bitPattern: newValue.range.rawValue))
      av.pointee.colorspace = newValue.matrix.av
      av.pointee.color_primaries = newValue.primaries.av
      av.pointee.color_trc = newValue.transfer.av
      av.pointee.chroma_location = newValue.chromaLocation.av
    }
  }

  /// Whether the rows belong to two moments in turn.
  public var isInterlaced: Bool {
    get { av.pointee.interlaced_frame != 0 }
    set { av.pointee.interlaced_frame = newValue ? 1 : 0 }
  }

  /// Whether the upper field comes first; of interest for interlaced frames only.
  public var isTopFieldFirst: Bool {
    get { av.pointee.top_field_first != 0 }
    set { av.pointee.top_field_first = newValue ? 1 : 0 }
  }

  /// Whether the frame was coded without reference to others.
  public var isKeyFrame: Bool {
    get { av.pointee.key_frame != 0 }
    set { av.pointee.key_frame = newValue ? 1 : 0 }
  }

  /// Whether the decoder had to conceal missing or broken parts.
  public var isDamaged: Bool { av.pointee.decode_error_flags != 0 || av.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0 }

  /// Takes over times, aspect ratio, colour tags, flags and side data (HDR metadata, captions) of another frame; not its pixels,
  /// pixel format or size.
  public func copyProperties(from other: Frame) {
    // On failure libav leaves side data out, never the plain properties; a frame without captions is better than none.
    _ = av_frame_copy_props(av, other.av)
    timeBase = other.timeBase
  }

  /// A second handle on the same pixels, without a copy. While both live, neither is writable.
  /// - Throws: `.input` when memory is out.
  public func reference() throws(VideoError) -> Frame {
    let frame = try Frame()
    guard av_frame_ref(frame.av, av) >= 0 else { throw .input("cannot share a frame: out of memory") }
    frame.timeBase = timeBase
    return frame
  }
}
