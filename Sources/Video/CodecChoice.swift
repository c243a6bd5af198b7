// Which encoder a container gets when nobody names one.
import CFFmpeg

/// The choice of an encoder.
///
/// | container | encoder by default |
/// |---|---|
/// | y4m | frames as they are |
/// | nut, rawvideo | raw frames |
/// | matroska on a pipe | raw frames where Matroska can say the pixel format, else FFV1: nothing is lost |
/// | mp4, mov, matroska to a file, mpegts, flv | libx264, else openh264, else MPEG-4 |
/// | webm | VP9 |
/// | pictures | by the file's extension: png, mjpeg, webp, tiff, ... |
/// | all else | libavformat's own default |
enum CodecChoice {
  /// The encoder the caller named, or the default of the table above.
  static func encoder(
    named name: String?, for format: UnsafePointer<AVOutputFormat>, path: String?, pixelFormat: PixelFormat
  ) throws(VideoError) -> UnsafePointer<AVCodec> {
    let container = ContainerName.shown(format.pointee.name.map { String(cString: $0) } ?? "")
    if let name { return try named(name, container: container) }
    for candidate in candidates(container, isPipe: path == nil, pixelFormat: pixelFormat) {
      if let codec = avcodec_find_encoder_by_name(candidate) { return codec }
    }
    let guess = av_guess_codec(format, nil, path, nil, AVMEDIA_TYPE_VIDEO)
    guard guess != AV_CODEC_ID_NONE else { throw .usage("\(container) cannot hold video; name another format with -f") }
    guard let codec = avcodec_find_encoder(guess) else {
      throw .usage(
        "this build of libavcodec cannot encode \(String(cString: avcodec_get_name(guess))), which \(container) wants")
    }
    return codec
  }

  private static func named(_ name: String, container: String) throws(VideoError) -> UnsafePointer<AVCodec> {
    var found = avcodec_find_encoder_by_name(name)
    if found == nil, let descriptor = avcodec_descriptor_get_by_name(name) {
      found = avcodec_find_encoder(descriptor.pointee.id)  // "h264" names a codec, not an encoder
    }
    guard let found, found.pointee.type == AVMEDIA_TYPE_VIDEO else {
      throw .usage("no video encoder is called '\(name)'; did you mean \(near(name).joined(separator: ", "))?")
    }
    return found
  }

  private static func candidates(_ container: String, isPipe: Bool, pixelFormat: PixelFormat) -> [String] {
    let h264 = ["libx264", "libopenh264", "mpeg4"]
    switch container {
    case "y4m": return ["wrapped_avframe"]
    case "nut", "rawvideo": return ["rawvideo"]
    case "matroska" where isPipe: return matroskaNames(pixelFormat) ? ["rawvideo"] : ["ffv1"]
    case "matroska", "mp4", "mov", "mpegts", "flv", "ismv", "hls", "dash", "rtsp": return h264
    case "webm": return ["libvpx-vp9", "libvpx"]
    case "webp": return ["libwebp_anim", "libwebp"]
    case "apng": return ["apng"]
    case "image2pipe": return ["png"]
    default: return []
    }
  }

  /// Raw formats that Matroska readers know by their four letters.
  private static func matroskaNames(_ format: PixelFormat) -> Bool {
    switch format.av {
    case AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P: return true
    default: return false
    }
  }

  private static func near(_ name: String) -> [String] {
    var names: [String] = []
    var state: UnsafeMutableRawPointer?
    while let codec = av_codec_iterate(&state) {
      if codec.pointee.type == AVMEDIA_TYPE_VIDEO, av_codec_is_encoder(codec) != 0, let name = codec.pointee.name {
        names.append(String(cString: name))
      }
    }
    return Spelling.nearest(to: name, among: names, count: 4)
  }
}
