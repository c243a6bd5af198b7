// Which pixel format an encoder gets.
import CFFmpeg

/// The choice of a pixel format among those that an encoder takes.
struct PixelFormatChoice {
  /// What frames must be in, without any yuvj name.
  var format: PixelFormat
  /// What the encoder is told: `format`, or its yuvj name where the encoder insists.
  var encoderFormat: PixelFormat
  /// Whether the encoder takes full range only.
  var needsFullRange: Bool

  /// - Parameters:
  ///   - wanted: the frames' format, or what the caller asked for.
  ///   - isOrder: whether the caller asked for it: then nothing else will do.
  ///   - hasEvenSize: whether both sides of the picture are even, as 4:2:0 needs.
  init(
    _ wanted: PixelFormat, isOrder: Bool, hasEvenSize: Bool, codec: UnsafePointer<AVCodec>, container: String
  ) throws(VideoError) {
    let list = PixelFormatChoice.formats(of: codec, container: container)
    let encoder = codec.pointee.name.map { String(cString: $0) } ?? "the encoder"
    let plain = wanted.withoutRange
    let fullRangeTwin = plain.withFullRangeName
    if !isOrder, let watched = PixelFormatChoice.watched(codec, plain, hasEvenSize: hasEvenSize), list.contains(watched)
    {
      self.init(format: watched, encoderFormat: watched, needsFullRange: false)
      return
    }
    // JPEG is full range by definition, though libavcodec lists limited formats for it as well.
    if PixelFormatChoice.isJPEG(codec), let fullRangeTwin, list.contains(fullRangeTwin) {
      self.init(format: plain, encoderFormat: fullRangeTwin, needsFullRange: true)
      return
    }
    if list.isEmpty || list.contains(plain) {
      self.init(format: plain, encoderFormat: plain, needsFullRange: wanted != plain)
      return
    }
    if let fullRangeTwin, list.contains(fullRangeTwin) {
      self.init(format: plain, encoderFormat: fullRangeTwin, needsFullRange: true)
      return
    }
    if isOrder {
      let names = list.filter { !$0.isHardware }.map(\.name).joined(separator: ", ")
      throw .usage("\(container == "y4m" ? "y4m" : encoder) cannot hold \(wanted); it takes \(names)")
    }
    var raw = list.map(\.av) + [AV_PIX_FMT_NONE]
    var loss: Int32 = 0
    let best = avcodec_find_best_pix_fmt_of_list(&raw, plain.av, plain.layout.hasAlpha ? 1 : 0, &loss)
    guard best != AV_PIX_FMT_NONE else { throw .usage("\(encoder) takes no pixel format that \(wanted) converts to") }
    let chosen = PixelFormat(best)
    let plainChoice = chosen.withoutRange
    let encoderChoice = PixelFormatChoice.isJPEG(codec) ? plainChoice.withFullRangeName ?? chosen : chosen
    self.init(format: plainChoice, encoderFormat: encoderChoice, needsFullRange: encoderChoice != plainChoice)
  }

  /// What a codec made for watching gets where its own list is not the whole story: 4:2:0 for R'G'B' frames, since most
  /// players and browsers refuse 4:4:4; but 4:4:4 for odd sizes, which these codecs cannot hold in 4:2:0.
  private static func watched(
    _ codec: UnsafePointer<AVCodec>, _ source: PixelFormat, hasEvenSize: Bool
  ) -> PixelFormat? {
    guard [AV_CODEC_ID_H264, AV_CODEC_ID_HEVC].contains(codec.pointee.id) else { return nil }
    let layout = source.layout
    let isHalved = layout.log2ChromaWidth > 0 || layout.log2ChromaHeight > 0
    guard hasEvenSize ? layout.family == .rgb : isHalved else { return nil }
    let shift = hasEvenSize ? 1 : 0
    return PixelFormat.planar(
      .yuv, bitDepth: layout.bitDepth > 8 ? 10 : 8, log2ChromaWidth: shift, log2ChromaHeight: shift)
  }

  private static func isJPEG(_ codec: UnsafePointer<AVCodec>) -> Bool { codec.pointee.id == AV_CODEC_ID_MJPEG }

  private init(format: PixelFormat, encoderFormat: PixelFormat, needsFullRange: Bool) {
    self.format = format
    self.encoderFormat = encoderFormat
    self.needsFullRange = needsFullRange
  }

  /// What the encoder takes inside this container; empty for "anything".
  private static func formats(of codec: UnsafePointer<AVCodec>, container: String) -> [PixelFormat] {
    if container == "y4m" { return y4m }
    var formats: [PixelFormat] = []
    guard var next = codec.pointee.pix_fmts else { return [] }
    while next.pointee != AV_PIX_FMT_NONE {
      let format = PixelFormat(next.pointee)
      if !format.isHardware { formats.append(format) }
      next += 1
    }
    return formats
  }

  /// What libavformat's y4m muxer writes (above 8 bits as an extension that all of FFmpeg, x264 and VapourSynth read).
  private static let y4m: [PixelFormat] =
    ([
      AV_PIX_FMT_GRAY8, AV_PIX_FMT_YUV411P, AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P,
      AV_PIX_FMT_YUVA444P,
    ]
    + [AV_PIX_FMT_GRAY9LE, AV_PIX_FMT_GRAY10LE, AV_PIX_FMT_GRAY12LE, AV_PIX_FMT_GRAY16LE]
    + [
      AV_PIX_FMT_YUV420P9LE, AV_PIX_FMT_YUV420P10LE, AV_PIX_FMT_YUV420P12LE, AV_PIX_FMT_YUV420P14LE,
      AV_PIX_FMT_YUV420P16LE,
    ]
    + [
      AV_PIX_FMT_YUV422P9LE, AV_PIX_FMT_YUV422P10LE, AV_PIX_FMT_YUV422P12LE, AV_PIX_FMT_YUV422P14LE,
      AV_PIX_FMT_YUV422P16LE,
    ]
    + [
      AV_PIX_FMT_YUV444P9LE, AV_PIX_FMT_YUV444P10LE, AV_PIX_FMT_YUV444P12LE, AV_PIX_FMT_YUV444P14LE,
      AV_PIX_FMT_YUV444P16LE,
    ])
    .map { PixelFormat($0) }
}
