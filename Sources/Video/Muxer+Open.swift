// How an output is opened: what format, and what stands in the way.
import CFFmpeg
import Glibc

extension Muxer {
  /// What opening gave.
  struct Opened {
    var bytes: ByteStream?
    var isURL = false
    var isNew = false
  }

  /// The container: by name, else by the path's extension, else y4m for a descriptor.
  static func format(_ name: String?, path: String?) throws(VideoError) -> UnsafePointer<AVOutputFormat> {
    if let name {
      guard let format = av_guess_format(ContainerName.libav(name), nil, nil) else {
        throw .usage("libavformat cannot write a format called '\(name)' (see ffmpeg -muxers)")
      }
      return format
    }
    guard let path else {
      guard let format = av_guess_format("yuv4mpegpipe", nil, nil) else {
        throw .usage("this libavformat cannot write y4m")
      }
      return format
    }
    guard let format = av_guess_format(nil, path, nil) else {
      throw .usage(
        "cannot tell a video format from the name \(path): give it an extension such as .mp4, or name one with -f")
    }
    return format
  }

  /// Opens the bytes behind the container. Formats that open files themselves (numbered pictures) only get their first name checked.
  static func open(
    _ target: MediaTarget, format: UnsafePointer<AVOutputFormat>, options: OutputOptions, interrupt: InterruptFlag,
    context: UnsafeMutablePointer<AVFormatContext>
  ) throws(VideoError) -> Opened {
    let opensItself = format.pointee.flags & AVFMT_NOFILE != 0
    switch target {
    case .descriptor(let number):
      if opensItself {
        let name = format.pointee.name.map { String(cString: $0) } ?? "this format"
        throw .usage("\(name) writes files of its own and cannot go to \(target); use -f image2pipe for pictures")
      }
      let bytes = try ByteStream(number, .writing, owned: false, interrupt: interrupt)
      context.pointee.pb = bytes.av
      return Opened(bytes: bytes)
    case .path(let path):
      if opensItself {
        try checkFirstPicture(path, options)
        return Opened()
      }
      if isURL(path) {
        LibavLog.clear()
        var interruptCallback = interrupt.callback
        let status = avio_open2(&context.pointee.pb, path, AVIO_FLAG_WRITE, &interruptCallback, nil)
        guard status >= 0 else { throw .output("cannot open \(path) for writing: \(LibavLog.reason(status))") }
        return Opened(isURL: true)
      }
      return try openFile(path, options, interrupt, context)
    }
  }

  private static func openFile(
    _ path: String, _ options: OutputOptions, _ interrupt: InterruptFlag,
    _ context: UnsafeMutablePointer<AVFormatContext>
  ) throws(VideoError) -> Opened {
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR { throw .output("cannot write \(path): it is a folder") }
    if exists, status.st_mode & S_IFMT == S_IFREG, !options.overwrite { throw existsError(path) }
    let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw .output("cannot open \(path) for writing: \(String(cString: strerror(errno)))")
    }
    let bytes = try ByteStream(descriptor, .writing, owned: true, interrupt: interrupt)
    context.pointee.pb = bytes.av
    return Opened(bytes: bytes, isNew: !exists)
  }

  /// The first picture of a sequence must be writable and, unless allowed, new.
  private static func checkFirstPicture(_ path: String, _ options: OutputOptions) throws(VideoError) {
    var buffer = [CChar](repeating: 0, count: 4096)
    let isPattern = av_get_frame_filename2(&buffer, 4096, path, 1, AV_FRAME_FILENAME_FLAGS_MULTIPLE) >= 0
    let first =
      isPattern ? String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : path
    if access(first, F_OK) == 0 {
      if !options.overwrite { throw existsError(first) }
      if access(first, W_OK) != 0 { throw .output("cannot write \(first): \(String(cString: strerror(errno)))") }
      return
    }
    let folder = first.lastIndex(of: "/").map { String(first[...$0]) } ?? "."
    if access(folder, W_OK) != 0 { throw .output("cannot write into \(folder): \(String(cString: strerror(errno)))") }
  }

  private static func existsError(_ path: String) -> VideoError {
    .output("\(path) exists already; allow overwriting with -y, or choose another name")
  }

  /// Whether a path begins like a URL: letters, then `://`.
  private static func isURL(_ path: String) -> Bool {
    guard let colon = path.firstIndex(of: ":"), colon != path.startIndex else { return false }
    return path[colon...].hasPrefix("://") && path[..<colon].allSatisfy { $0.isLetter || $0.isNumber || $0 == "+" }
  }
}
