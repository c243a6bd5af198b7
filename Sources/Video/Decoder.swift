// decode: packets -> frames.
import CFFmpeg

/// A video decoder. Damage is counted, not thrown: one bad packet does not end a film.
final class Decoder {
  /// Packets that gave an error.
  private(set) var undecodablePackets = 0
  /// The last such error, in words.
  private(set) var lastError: String?
  /// libav's name of the codec.
  let codecName: String

  // SAFETY: opened in init, freed in deinit.
  private let av: UnsafeMutablePointer<AVCodecContext>
  private let timeBase: Rational

  /// Pixels of the largest picture that is decoded, 16384 x 16384: a lying header must not cost more memory than that. All pictures
  /// that are decoded at once together have no more, unless one alone has.
  private static let largestPicture: Int64 = 1 << 28

  init(_ demuxer: Demuxer, threads: Int) throws(VideoError) {
    let stream = demuxer.video
    codecName = String(cString: avcodec_get_name(stream.pointee.codecpar.pointee.codec_id))
    timeBase = Rational(stream.pointee.time_base)
    guard let codec = Decoder.codec(for: demuxer), let context = avcodec_alloc_context3(codec) else {
      throw .input("cannot decode \(demuxer.name): this build of libavcodec has no decoder for \(codecName)")
    }
    av = context
    avcodec_parameters_to_context(context, stream.pointee.codecpar)
    context.pointee.max_pixels = Decoder.largestPicture
    context.pointee.pkt_timebase = stream.pointee.time_base
    context.pointee.thread_count = Decoder.threadCount(threads, for: context.pointee)
    context.pointee.thread_type = FF_THREAD_FRAME | FF_THREAD_SLICE
    LibavLog.clear()
    let status = avcodec_open2(context, codec, nil)
    guard status >= 0 else {
      var doomed: UnsafeMutablePointer<AVCodecContext>? = context
      avcodec_free_context(&doomed)
      throw .input("cannot decode \(demuxer.name) (\(codecName)): \(LibavLog.reason(status))")
    }
  }

  deinit {
    var context: UnsafeMutablePointer<AVCodecContext>? = av
    avcodec_free_context(&context)
  }

  /// Hands a packet to the decoder; nil says that there will be no more. Take out all frames after each call.
  func send(_ packet: UnsafeMutablePointer<AVPacket>?) {
    LibavLog.clear()
    let status = avcodec_send_packet(av, packet)
    if status < 0, status != cff_error_eof() { count(status) }
  }

  /// The next decoded frame; nil when the decoder wants another packet or is empty.
  func receive() throws(VideoError) -> Frame? {
    let frame = try Frame()
    // Each error uses up a packet; the bound is against a decoder that fails without doing so.
    for attempt in 0... {
      LibavLog.clear()
      let status = avcodec_receive_frame(av, frame.av)
      if status >= 0 { break }
      if status == cff_error(EAGAIN) || status == cff_error_eof() { return nil }
      count(status)
      if attempt > 256 { return nil }
    }
    frame.timeBase = timeBase
    frame.av.pointee.pts = frame.av.pointee.best_effort_timestamp
    let plain = frame.pixelFormat.withoutRange
    if plain != frame.pixelFormat {
      frame.av.pointee.format = plain.rawValue
      frame.color.range = .full
    }
    // Else an encoder would be told to imitate the input's frame types
    frame.av.pointee.pict_type = AV_PICTURE_TYPE_NONE
    return frame
  }

  /// The threads to ask for: each holds a picture of its own. 0 is what libavcodec would choose.
  private static func threadCount(_ wanted: Int, for context: AVCodecContext) -> Int32 {
    let pixels = max(1, Int64(context.width) * Int64(context.height))
    let threads = wanted > 0 ? Int64(wanted) : Int64(min(av_cpu_count() + 1, 16))
    return Int32(clamping: max(1, min(threads, largestPicture / pixels)))
  }

  private func count(_ status: Int32) {
    undecodablePackets += 1
    lastError = LibavLog.reason(status)
  }

  /// The decoder for the video stream. VP8 and VP9 with alpha need libvpx: libavcodec's own decoders drop the alpha.
  private static func codec(for demuxer: Demuxer) -> UnsafePointer<AVCodec>? {
    let stream = demuxer.video
    if MediaCompanions.entry("alpha_mode", of: stream.pointee.metadata) == "1" {
      switch stream.pointee.codecpar.pointee.codec_id {
      case AV_CODEC_ID_VP8: if let codec = avcodec_find_decoder_by_name("libvpx") { return codec }
      case AV_CODEC_ID_VP9: if let codec = avcodec_find_decoder_by_name("libvpx-vp9") { return codec }
      default: break
      }
    }
    return demuxer.suggestedDecoder ?? avcodec_find_decoder(stream.pointee.codecpar.pointee.codec_id)
  }
}
