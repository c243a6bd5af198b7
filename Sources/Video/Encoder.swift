// encode: frames -> packets.
import CFFmpeg

/// A video encoder, opened for one size, format and time base.
final class Encoder {
  // SAFETY: opened in init, freed in deinit.
  let av: UnsafeMutablePointer<AVCodecContext>
  let name: String
  let choice: PixelFormatChoice
  /// What frames must be tagged as when they come in.
  let color: ColorTags
  /// Keys of the caller's options that the encoder did not know: the muxer may.
  let unknownOptions: [String]

  private let codec: UnsafePointer<AVCodec>

  init(
    _ codec: UnsafePointer<AVCodec>, _ video: VideoProperties, options: OutputOptions, container: String,
    timeBase: Rational, globalHeader: Bool
  ) throws(VideoError) {
    self.codec = codec
    name = codec.pointee.name.map { String(cString: $0) } ?? "?"
    let order = try options.pixelFormat.map { name throws(VideoError) in try PixelFormat(named: name) }
    choice = try PixelFormatChoice(
      order ?? video.pixelFormat, isOrder: order != nil, hasEvenSize: video.hasEvenSize, codec: codec,
      container: container)
    color = Encoder.tags(video, choice, codec)
    guard let context = avcodec_alloc_context3(codec) else {
      throw .output("cannot encode with \(name): out of memory")
    }
    av = context
    do throws(VideoError) {
      Encoder.describe(video, to: context, choice: choice, color: color, timeBase: timeBase, container: container)
      context.pointee.thread_count = Int32(clamping: max(0, options.threads))
      if globalHeader { context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
      var dictionary = OptionDictionary()
      try Encoder.fill(&dictionary, options, context, name: name)
      LibavLog.clear()
      let status = avcodec_open2(context, codec, &dictionary.av)
      guard status >= 0 else { throw Encoder.openingError(status, name: name, video, choice, options) }
      unknownOptions = dictionary.keys
    } catch {
      var doomed: UnsafeMutablePointer<AVCodecContext>? = context
      avcodec_free_context(&doomed)
      throw error
    }
  }

  deinit {
    var context: UnsafeMutablePointer<AVCodecContext>? = av
    avcodec_free_context(&context)
  }

  /// Hands a frame to the encoder; nil says that there will be no more. Take out all packets after each call.
  func send(_ frame: Frame?) throws(VideoError) {
    LibavLog.clear()
    let status = avcodec_send_frame(av, frame?.av)
    guard status >= 0 || status == cff_error_eof() else {
      throw .output("cannot encode a frame with \(name): \(LibavLog.reason(status))")
    }
  }

  /// The next packet; false when the encoder wants another frame or is empty.
  func receive(into packet: UnsafeMutablePointer<AVPacket>) throws(VideoError) -> Bool {
    LibavLog.clear()
    let status = avcodec_receive_packet(av, packet)
    if status >= 0 { return true }
    if status == cff_error(EAGAIN) || status == cff_error_eof() { return false }
    throw .output("cannot encode a frame with \(name): \(LibavLog.reason(status))")
  }

  /// The tags of the encoded video: the input's, with a range and matrix that fit the chosen format.
  private static func tags(_ video: VideoProperties, _ choice: PixelFormatChoice, _ codec: UnsafePointer<AVCodec>)
    -> ColorTags
  {
    var tags = video.color
    let from = video.pixelFormat.layout.family
    let to = choice.format.layout.family
    if (from == .rgb || from == .other) != (to == .rgb || to == .other) {
      // Pixels get converted: what they become must be said, or the next reader guesses by another rule.
      tags.range = .unspecified
      tags.matrix = .unspecified
      tags = tags.resolved(for: choice.format, height: video.height)
    }
    if choice.needsFullRange { tags.range = .full }
    // JPEG and WebP are BT.601 by definition, WebP with limited range; neither can say anything else.
    let isWebP = codec.pointee.id == AV_CODEC_ID_WEBP
    if isWebP || codec.pointee.id == AV_CODEC_ID_MJPEG, to == .yuv {
      tags.matrix = .bt470bg
      if isWebP { tags.range = .limited }
    }
    return tags
  }

  private static func describe(
    _ video: VideoProperties, to context: UnsafeMutablePointer<AVCodecContext>, choice: PixelFormatChoice,
    color: ColorTags,
    timeBase: Rational, container: String
  ) {
    context.pointee.width = Int32(clamping: video.width)
    context.pointee.height = Int32(clamping: video.height)
    context.pointee.pix_fmt = choice.encoderFormat.av
    context.pointee.time_base = timeBase.av
    if let rate = video.frameRate { context.pointee.framerate = rate.av }
    context.pointee.sample_aspect_ratio = video.sampleAspectRatio.av
    context.pointee.color_range = AVColorRange(rawValue: UInt32(bitPattern: color.range.rawValue))
    context.pointee.colorspace = color.matrix.av
    context.pointee.color_primaries = color.primaries.av
    context.pointee.color_trc = color.transfer.av
    context.pointee.chroma_sample_location = color.chromaLocation.av
    context.pointee.field_order =
      video.isInterlaced ? (video.isTopFieldFirst ? AV_FIELD_TT : AV_FIELD_BB) : AV_FIELD_PROGRESSIVE
    if container == "y4m" { context.pointee.strict_std_compliance = FF_COMPLIANCE_UNOFFICIAL }
  }

  private static func fill(
    _ dictionary: inout OptionDictionary, _ options: OutputOptions, _ context: UnsafeMutablePointer<AVCodecContext>,
    name: String
  ) throws(VideoError) {
    let known = { (key: String) in
      av_opt_find(UnsafeMutableRawPointer(context), key, nil, 0, AV_OPT_SEARCH_CHILDREN) != nil
    }
    if let crf = options.crf {
      guard known("crf") else { throw .usage("\(name) has no constant quality (--crf); see ffmpeg -h encoder=\(name)") }
      dictionary.set("crf", "\(crf)")
    }
    if let preset = options.preset {
      guard known("preset") else { throw .usage("\(name) has no presets (--preset); see ffmpeg -h encoder=\(name)") }
      dictionary.set("preset", preset)
    }
    for (key, value) in options.options { dictionary.set(key, value) }
    setQuality(context, options)
  }

  /// Encoders of the MPEG family aim at 200 kbit/s unless told otherwise, whatever the size: ask for good quality instead.
  private static func setQuality(_ context: UnsafeMutablePointer<AVCodecContext>, _ options: OutputOptions) {
    let mpeg = [
      AV_CODEC_ID_MJPEG, AV_CODEC_ID_MPEG4, AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_H263,
      AV_CODEC_ID_FLV1,
    ]
    let own = ["b", "global_quality", "qmin", "qmax", "flags"]
    guard mpeg.contains(context.pointee.codec_id), !options.options.contains(where: { own.contains($0.key) }) else {
      return
    }
    context.pointee.flags |= AV_CODEC_FLAG_QSCALE
    context.pointee.global_quality = (context.pointee.codec_id == AV_CODEC_ID_MJPEG ? 2 : 3) * FF_QP2LAMBDA
  }

  private static func openingError(
    _ status: Int32, name: String, _ video: VideoProperties, _ choice: PixelFormatChoice, _ options: OutputOptions
  ) -> VideoError {
    let what = "cannot encode \(video.width)x\(video.height) \(choice.format) with \(name)"
    let reason = LibavLog.reason(status)
    if !options.options.isEmpty || options.crf != nil || options.preset != nil {
      return .usage("\(what) and these options: \(reason)")
    }
    return .output("\(what): \(reason); choose another --codec or --pix-fmt")
  }
}
