// Which streams an output gets, and with which options its container is opened.
import CFFmpeg

/// The copied streams that a container takes, and sentences on those it does not.
struct StreamPlan {
  /// Output streams by the stream's number in the input.
  var streams: [Int: UnsafeMutablePointer<AVStream>] = [:]
  /// Sentences on streams left behind.
  var losses: [String] = []

  /// Adds to the muxer every stream, chapter and metadata entry it can carry.
  init(_ muxer: Muxer, _ companions: MediaCompanions?) {
    guard let companions else { return }
    var left: [String: Int] = [:]
    for (position, stream) in companions.streams.enumerated() {
      guard let source = companions.description(at: position) else { continue }
      if StreamPlan.carries(muxer, source), let added = avformat_new_stream(muxer.av, nil) {
        MediaCompanions.copy(source, to: added)
        StreamPlan.fitTag(added, muxer)
        streams[stream.index] = added
      } else {
        left["\(stream.kind.rawValue) (\(stream.codecName))", default: 0] += 1
      }
    }
    for (what, count) in left.sorted(by: { $0.key < $1.key }) {
      losses.append("\(muxer.container) cannot carry \(what)\(count > 1 ? ", \(count) streams" : ""); left out")
    }
    StreamPlan.copyMetadata(companions, muxer)
  }

  /// The video stream of the output.
  static func addVideo(
    to muxer: Muxer, _ encoder: Encoder, _ video: VideoProperties, _ companions: MediaCompanions?
  ) throws(VideoError) -> UnsafeMutablePointer<AVStream> {
    guard let stream = avformat_new_stream(muxer.av, nil),
      avcodec_parameters_from_context(stream.pointee.codecpar, encoder.av) >= 0
    else { throw .output("cannot write \(muxer.name): out of memory") }
    stream.pointee.time_base = encoder.av.pointee.time_base
    if let rate = video.frameRate { stream.pointee.avg_frame_rate = rate.av }
    stream.pointee.sample_aspect_ratio = video.sampleAspectRatio.av
    guard let source = companions?.video else { return stream }
    for key in ["language", "title", "handler_name"] {
      if let value = MediaCompanions.entry(key, of: source.pointee.metadata) {
        av_dict_set(&stream.pointee.metadata, key, value, 0)
      }
    }
    stream.pointee.disposition = source.pointee.disposition
    copyLight(source, stream)
    return stream
  }

  /// The options for the muxer: the caller's that the encoder did not know, and what a container needs to do its work here.
  static func headerOptions(
    _ muxer: Muxer, _ encoder: Encoder, _ options: OutputOptions, isOnePicture: Bool, notes: inout [String]
  ) -> OptionDictionary {
    var dictionary = OptionDictionary()
    let isMP4 = ["mp4", "mov", "ismv", "ipod", "3gp", "3g2", "psp"].contains(muxer.container)
    if isMP4, !muxer.isSeekable, !options.options.contains(where: { $0.key == "movflags" }) {
      dictionary.set("movflags", "frag_keyframe+empty_moov+default_base_moof")
      notes.append("\(muxer.container) cannot be finished on a pipe; it is written in fragments")
    }
    if muxer.container == "y4m" { dictionary.set("strict", "-1") }  // more than 8 bits per sample
    if muxer.container == "matroska", encoder.name == "rawvideo" { dictionary.set("allow_raw_vfw", "1") }
    if isOnePicture { dictionary.set("update", "1") }
    for (key, value) in options.options where encoder.unknownOptions.contains(key) { dictionary.set(key, value) }
    return dictionary
  }

  /// Whether a container takes a stream as it is.
  private static func carries(_ muxer: Muxer, _ stream: UnsafeMutablePointer<AVStream>) -> Bool {
    let parameters = stream.pointee.codecpar.pointee
    let format = muxer.format
    if parameters.codec_type == AVMEDIA_TYPE_ATTACHMENT { return muxer.container == "matroska" }
    let noneOfItsKind =
      parameters.codec_type == AVMEDIA_TYPE_AUDIO
      ? format.pointee.audio_codec == AV_CODEC_ID_NONE : format.pointee.subtitle_codec == AV_CODEC_ID_NONE
    if noneOfItsKind, muxer.container != "nut" { return false }
    if muxer.container == "mpegts" { return transportCodecs.contains(parameters.codec_id) }
    let answer = avformat_query_codec(format, parameters.codec_id, FF_COMPLIANCE_NORMAL)
    // Negative: the muxer keeps no list; then only its own favourite is sure.
    return answer == 1
      || answer < 0
        && (parameters.codec_id == format.pointee.audio_codec || parameters.codec_id == format.pointee.subtitle_codec)
  }

  /// What MPEG-TS has a stream type for; libavformat's muxer would take anything and mark it as private data.
  private static let transportCodecs: [AVCodecID] = [
    AV_CODEC_ID_MP2, AV_CODEC_ID_MP3, AV_CODEC_ID_AAC, AV_CODEC_ID_AAC_LATM, AV_CODEC_ID_AC3, AV_CODEC_ID_EAC3,
    AV_CODEC_ID_DTS,
    AV_CODEC_ID_TRUEHD, AV_CODEC_ID_OPUS, AV_CODEC_ID_DVB_SUBTITLE, AV_CODEC_ID_DVB_TELETEXT,
  ]

  /// A codec's four letters mean something in their own container only; 0 lets the muxer choose.
  private static func fitTag(_ stream: UnsafeMutablePointer<AVStream>, _ muxer: Muxer) {
    let parameters = stream.pointee.codecpar
    guard let tables = muxer.format.pointee.codec_tag else { return }
    guard let parameters, parameters.pointee.codec_tag != 0 else { return }
    var known: UInt32 = 0
    let hasTag = av_codec_get_tag2(tables, parameters.pointee.codec_id, &known) != 0
    if av_codec_get_id(tables, parameters.pointee.codec_tag) != parameters.pointee.codec_id, hasTag {
      parameters.pointee.codec_tag = 0
    }
  }

  /// HDR's mastering display and light levels live beside the stream, not in its tags.
  private static func copyLight(_ source: UnsafeMutablePointer<AVStream>, _ target: UnsafeMutablePointer<AVStream>) {
    for kind in [AV_PKT_DATA_MASTERING_DISPLAY_METADATA, AV_PKT_DATA_CONTENT_LIGHT_LEVEL] {
      var size = 0
      guard let data = av_stream_get_side_data(source, kind, &size),
        let room = av_stream_new_side_data(target, kind, size)
      else { continue }
      room.update(from: data, count: size)
    }
  }

  private static func copyMetadata(_ companions: MediaCompanions, _ muxer: Muxer) {
    av_dict_copy(&muxer.av.pointee.metadata, companions.av.pointee.metadata, 0)
    // What describes the old file is not true of the new one.
    for key in ["major_brand", "minor_version", "compatible_brands", "encoder", "creation_time"] {
      av_dict_set(&muxer.av.pointee.metadata, key, nil, 0)
    }
    // Both contexts free their chapters: the list moves over.
    muxer.av.pointee.chapters = companions.av.pointee.chapters
    muxer.av.pointee.nb_chapters = companions.av.pointee.nb_chapters
    companions.av.pointee.chapters = nil
    companions.av.pointee.nb_chapters = 0
  }
}
