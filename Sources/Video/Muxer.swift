// mux: packets -> bytes.
import CFFmpeg
import Glibc

/// An output container being written.
final class Muxer {
  /// The name of the output in messages.
  let name: String
  /// Short name of the container.
  let container: String
  // SAFETY: allocated in init, freed in deinit.
  let av: UnsafeMutablePointer<AVFormatContext>
  let format: UnsafePointer<AVOutputFormat>
  /// The path, unless the output is a descriptor.
  let path: String?
  /// Whether the output can seek; mp4 needs it unless fragmented.
  let isSeekable: Bool
  /// Bytes that have reached the system.
  var byteCount: Int64 { bytes?.byteCount ?? av.pointee.pb.map { avio_seek($0, 0, SEEK_CUR) } ?? 0 }

  private let bytes: ByteStream?
  /// Held because libavformat polls it without holding it.
  private let interrupt: InterruptFlag
  private let opensURL: Bool
  private let created: Bool
  private var headerWritten = false
  private var closed = false

  init(_ target: MediaTarget, options: OutputOptions, interrupt: InterruptFlag) throws(VideoError) {
    LibavLog.install()
    self.interrupt = interrupt
    name = target.description
    var path: String?
    if case .path(let text) = target { path = text }
    self.path = path
    let format = try Muxer.format(options.format, path: path)
    self.format = format
    container = ContainerName.shown(format.pointee.name.map { String(cString: $0) } ?? "")
    var context: UnsafeMutablePointer<AVFormatContext>?
    let status = avformat_alloc_output_context2(&context, format, nil, path)
    guard status >= 0, let context else { throw .output("cannot write \(name): \(LibavLog.errorText(status))") }
    av = context
    context.pointee.interrupt_callback = interrupt.callback
    // As the ffmpeg program: without it MPEG-TS leaves receivers no time between a frame's arrival and its showing.
    context.pointee.max_delay = 700_000
    do throws(VideoError) {
      let opened = try Muxer.open(target, format: format, options: options, interrupt: interrupt, context: context)
      bytes = opened.bytes
      opensURL = opened.isURL
      created = opened.isNew
      isSeekable = opened.bytes?.isSeekable ?? true
      // Whoever watches a pipe gets each frame at once, not when a buffer happens to be full.
      if !isSeekable { context.pointee.flags |= AVFMT_FLAG_FLUSH_PACKETS }
    } catch {
      avformat_free_context(context)
      throw error
    }
  }

  deinit {
    // Without a header nothing was written: an empty file that we made would only mislead.
    if !headerWritten, created, let path { unlink(path) }
    if opensURL, !closed { avio_closep(&av.pointee.pb) }
    avformat_free_context(av)
  }

  /// Writes the header; streams must have been added. Options that neither encoder nor muxer know are an error.
  func writeHeader(_ options: consuming OptionDictionary, unknownToEncoder: [String]) throws(VideoError) {
    LibavLog.clear()
    let opening = avformat_init_output(av, &options.av)
    let unknown = Set(options.keys).intersection(unknownToEncoder)
    if opening >= 0, !unknown.isEmpty {
      throw .usage(
        "neither the encoder nor \(container) has an option '\(unknown.sorted().joined(separator: "', '"))'")
    }
    guard opening >= 0 else { throw failure(opening, "begin") }
    let status = avformat_write_header(av, nil)
    guard status >= 0 else { throw failure(status, "begin") }
    headerWritten = true
    try checkBytes()
  }

  /// Writes a packet, whose content it takes. Interleaves streams by time.
  func write(_ packet: UnsafeMutablePointer<AVPacket>) throws(VideoError) {
    LibavLog.clear()
    let status = av_interleaved_write_frame(av, packet)
    guard status >= 0 else { throw failure(status, "write") }
    try checkBytes()
  }

  /// Writes the trailer and closes. Everything that went wrong late - a full disk, a closed consumer - comes up here at the latest.
  func finish() throws(VideoError) {
    guard headerWritten, !closed else { return }
    LibavLog.clear()
    let status = av_write_trailer(av)
    closed = true
    if let pb = av.pointee.pb { avio_flush(pb) }
    let late = av.pointee.pb?.pointee.error ?? 0
    if opensURL { avio_closep(&av.pointee.pb) }
    let closing = bytes?.closeDescriptor() ?? 0
    if status < 0 { throw failure(status, "finish") }
    if late < 0 { throw failure(late, "finish") }
    if closing != 0 { throw failure(cff_error(closing), "close") }
  }

  /// What an error means for the caller.
  func failure(_ status: Int32, _ verb: String) -> VideoError {
    let system = bytes.map(\.failure) ?? 0
    let code = system != 0 ? cff_error(system) : status
    if code == cff_error(EPIPE) { return .consumerClosed("whoever was reading \(name) has closed it") }
    if code == cff_error_exit() { return .interrupted("writing \(name) was interrupted") }
    if code == cff_error(ENOSPC) { return .output("cannot \(verb) \(name): no space left on the device") }
    if system != 0 { return .output("cannot \(verb) \(name): \(String(cString: strerror(system)))") }
    return .output("cannot \(verb) \(name) (\(container)): \(LibavLog.reason(code))")
  }

  /// libavformat buffers: an earlier write may have failed behind a call that succeeded.
  private func checkBytes() throws(VideoError) {
    if let bytes, bytes.failure != 0 { throw failure(cff_error(bytes.failure), "write") }
    if let pb = av.pointee.pb, pb.pointee.error < 0 { throw failure(pb.pointee.error, "write") }
  }
}
