// How an input is opened, and what is said when it cannot be.
import CFFmpeg
import Glibc

extension Demuxer {
  /// Descriptors, and paths that are pipes or devices, are read through a `ByteStream`, which can be interrupted; the rest is left to
  /// libavformat.
  static func openBytes(_ source: MediaSource, interrupt: InterruptFlag) throws(VideoError) -> ByteStream? {
    switch source {
    case .descriptor(let number):
      return try ByteStream(number, .reading, owned: false, interrupt: interrupt)
    case .path(let path):
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      switch status.st_mode & S_IFMT {
      case S_IFDIR:
        throw .input("cannot read \(path): it is a folder; name a file, or a pattern such as \(path)/frame%04d.png")
      case S_IFREG:
        if status.st_size == 0 { throw .input("cannot read \(path): the file is empty") }
        return nil
      default:
        // Not blocking: a FIFO that nobody writes yet would hold us inside open(2).
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw .input("cannot open \(path): \(String(cString: strerror(errno)))") }
        return try ByteStream(descriptor, .reading, owned: true, interrupt: interrupt)
      }
    }
  }

  /// The name to hand to libavformat. A file whose name has a colon must not be taken for a URL.
  static func address(_ source: MediaSource) -> String? {
    guard case .path(let path) = source else { return nil }
    let isFile = access(path, F_OK) == 0
    return isFile && path.contains(":") ? "file:\(path)" : path
  }

  /// The container the caller named, or nil to recognise it.
  static func format(_ options: InputOptions, name: String) throws(VideoError) -> UnsafePointer<AVInputFormat>? {
    guard let wanted = options.format else { return nil }
    guard let format = av_find_input_format(ContainerName.libav(wanted)) else {
      throw .usage("libavformat cannot read a format called '\(wanted)' (see ffmpeg -demuxers)")
    }
    return format
  }

  /// The demuxer's options; what a format without a header needs must be there.
  static func fill(
    _ dictionary: inout OptionDictionary, _ options: InputOptions, format: UnsafePointer<AVInputFormat>?
  ) throws(VideoError) {
    let isRaw = format?.pointee.name.map { String(cString: $0) == "rawvideo" } ?? false
    if isRaw, options.size == nil || options.pixelFormat == nil {
      throw .usage(
        "rawvideo says nothing about itself: give its size (--size WxH) and pixel format (--pix-fmt), and --rate")
    }
    if let size = options.size { dictionary.set("video_size", "\(size.width)x\(size.height)") }
    if let rate = options.rate { dictionary.set("framerate", rate.description) }
    if let name = options.pixelFormat { dictionary.set("pixel_format", try PixelFormat(named: name).name) }
    for (key, value) in options.options { dictionary.set(key, value) }
  }

  /// Why avformat_open_input failed, in words that help.
  static func openingError(
    _ status: Int32, _ source: MediaSource, bytes: ByteStream?, interrupt: InterruptFlag, format: String?
  ) -> VideoError {
    let name = source.description
    if interrupt.isSet { return .interrupted("opening \(name) was interrupted") }
    if let bytes, bytes.byteCount == 0, bytes.reachedEnd { return .input("no data on \(name)") }
    if let bytes, bytes.failure != 0 {
      return .input("cannot read \(name): \(String(cString: strerror(bytes.failure)))")
    }
    if status == cff_error_invalid_data() {
      let what = format.map { "not \($0)" } ?? "not a video or picture that libavformat recognises"
      return .input("cannot read \(name): \(what)\(complaint)")
    }
    if status == cff_error_protocol_not_found() {
      return .input("cannot open \(name): libavformat does not know this kind of URL")
    }
    if case .path(let path) = source, path.hasSuffix(".yuv") || path.hasSuffix(".rgb"), status == cff_error(EINVAL) {
      return .usage("\(name) is raw video and says nothing about itself: give --size WxH, --pix-fmt and --rate")
    }
    return .input("cannot open \(name): \(LibavLog.reason(status))")
  }

  private static var complaint: String { LibavLog.lastComplaint.map { " (\($0))" } ?? "" }

  /// Why there is no video stream to decode.
  static func streamError(
    _ status: Int32, _ best: Int32, _ context: UnsafeMutablePointer<AVFormatContext>, name: String, bytes: ByteStream?,
    interrupt: InterruptFlag
  ) -> VideoError {
    if interrupt.isSet { return .interrupted("opening \(name) was interrupted") }
    if best >= 0 { return .input("cannot read \(name): it has no video, only a cover picture") }
    if context.pointee.nb_streams > 0 { return .input("cannot read \(name): it has no video stream") }
    if status < 0 { return .input("cannot read \(name): \(LibavLog.reason(status))") }
    return .input("cannot read \(name): there is no stream in it")
  }
}
