// demux: bytes -> packets.
import CFFmpeg
import Glibc

/// An opened input: finds its streams and gives out its packets in order.
final class Demuxer {
  /// The name of the input in messages.
  let name: String
  // SAFETY: opened in init, closed in deinit; `stream` points into it.
  let av: UnsafeMutablePointer<AVFormatContext>
  /// The video stream to decode.
  let video: UnsafeMutablePointer<AVStream>
  /// Its decoder as libavformat suggests it.
  let suggestedDecoder: UnsafePointer<AVCodec>?
  /// Video streams left out, covers not counted.
  let otherVideoStreams: Int
  /// Whether the input ended too early; known after `read` returned false.
  private(set) var isTruncated = false
  /// What libav said when it ended so.
  private(set) var cause: String?

  private let bytes: ByteStream?
  private let interrupt: InterruptFlag
  private var lastEnd: Int64
  private var lastWasCorrupt = false

  init(_ source: MediaSource, options: InputOptions, interrupt: InterruptFlag) throws(VideoError) {
    LibavLog.install()
    name = source.description
    self.interrupt = interrupt
    let bytes = try Demuxer.openBytes(source, interrupt: interrupt)
    self.bytes = bytes
    let format = try Demuxer.format(options, name: name)
    var dictionary = OptionDictionary()
    try Demuxer.fill(&dictionary, options, format: format)

    guard let context = avformat_alloc_context() else { throw .input("cannot open \(name): out of memory") }
    context.pointee.interrupt_callback = interrupt.callback
    if let bytes { context.pointee.pb = bytes.av }
    var opened: UnsafeMutablePointer<AVFormatContext>? = context
    LibavLog.clear()
    let status = avformat_open_input(&opened, Demuxer.address(source), format, &dictionary.av)
    guard status >= 0, let opened else {
      throw Demuxer.openingError(status, source, bytes: bytes, interrupt: interrupt, format: options.format)
    }
    av = opened
    lastEnd = opened.pointee.pb.map { avio_seek($0, 0, SEEK_CUR) } ?? -1
    let unknown = dictionary.keys
    guard unknown.isEmpty else {
      Demuxer.close(opened)
      throw .usage("\(name): its format has no option '\(unknown.joined(separator: "', '"))'")
    }
    let found = avformat_find_stream_info(opened, nil)
    var decoder: UnsafePointer<AVCodec>?
    let best = av_find_best_stream(opened, AVMEDIA_TYPE_VIDEO, -1, -1, &decoder, 0)
    guard best >= 0, let stream = opened.pointee.streams[Int(best)],
      stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0
    else {
      let error = Demuxer.streamError(found, best, opened, name: name, bytes: bytes, interrupt: interrupt)
      Demuxer.close(opened)
      throw error
    }
    video = stream
    suggestedDecoder = decoder
    otherVideoStreams = Demuxer.discardUnused(opened, keeping: Int(best))
  }

  deinit { Demuxer.close(av) }

  /// Reads the next packet into `packet`. False at the end.
  /// - Throws: `.interrupted`.
  func read(into packet: UnsafeMutablePointer<AVPacket>) throws(VideoError) -> Bool {
    var status: Int32
    repeat {
      LibavLog.clear()
      av_packet_unref(packet)
      status = av_read_frame(av, packet)
    } while status == cff_error(EAGAIN) && !interrupt.isSet
    if interrupt.isSet { throw .interrupted("reading \(name) was interrupted") }
    if status >= 0 {
      lastEnd = packet.pointee.pos < 0 ? -1 : packet.pointee.pos + Int64(packet.pointee.size)
      lastWasCorrupt = packet.pointee.flags & AV_PKT_FLAG_CORRUPT != 0
      return true
    }
    judgeEnd(status)
    return false
  }

  /// Whether the input ended where it should. libavformat itself is silent about most short endings.
  private func judgeEnd(_ status: Int32) {
    let complaint = LibavLog.lastComplaint
    let speaksOfEnd = ["prematurely", "partial file", "runcated"].contains { complaint?.contains($0) ?? false }
    let failed =
      status != cff_error_eof() || (av.pointee.pb?.pointee.error ?? 0) < 0 && av.pointee.pb?.pointee.error != status
    guard speaksOfEnd || failed || lastWasCorrupt || endsTooEarly(lastEnd: lastEnd) else { return }
    isTruncated = true
    cause = failed ? LibavLog.reason(status) : complaint
  }

  private static func close(_ context: UnsafeMutablePointer<AVFormatContext>) {
    var context: UnsafeMutablePointer<AVFormatContext>? = context
    avformat_close_input(&context)
  }

  /// Only what is decoded or copied need be parsed.
  private static func discardUnused(_ context: UnsafeMutablePointer<AVFormatContext>, keeping video: Int) -> Int {
    var others = 0
    for index in 0..<Int(context.pointee.nb_streams) {
      guard let stream = context.pointee.streams[index], index != video, MediaCompanions.kind(of: stream) == nil else {
        continue
      }
      stream.pointee.discard = AVDISCARD_ALL
      let isVideo = stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
      if isVideo, stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0 { others += 1 }
    }
    return others
  }
}
