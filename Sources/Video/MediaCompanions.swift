// What travels beside the video: the streams to copy, chapters and metadata, as the reader found them.
import CFFmpeg

/// A reader's streams to copy, chapters and metadata, to be handed to a writer as they are.
public final class MediaCompanions: @unchecked Sendable {
  /// The streams, in the order of the input.
  public let streams: [CopiedStream]

  // SAFETY: a context that was never opened, used as a box for copies; written in init only, freed in deinit.
  let av: UnsafeMutablePointer<AVFormatContext>
  /// What the reader takes off all times, in microseconds: chapters must follow.
  let shift: Int64
  /// The end of what is read, in microseconds after `shift`; nil when all is read.
  let length: Int64?
  /// Index of the video stream's own metadata in `av`.
  let video: UnsafeMutablePointer<AVStream>

  init(
    of input: UnsafeMutablePointer<AVFormatContext>, video: UnsafeMutablePointer<AVStream>, shift: Int64, length: Int64?
  ) throws(VideoError) {
    guard let box = avformat_alloc_context(), let videoCopy = avformat_new_stream(box, nil) else {
      throw .input("cannot copy the streams' descriptions: out of memory")
    }
    av = box
    self.video = videoCopy
    self.shift = shift
    self.length = length
    var streams: [CopiedStream] = []
    MediaCompanions.copy(video, to: videoCopy)
    av_dict_copy(&box.pointee.metadata, input.pointee.metadata, 0)
    for index in 0..<Int(input.pointee.nb_streams) {
      guard let stream = input.pointee.streams[index], let kind = MediaCompanions.kind(of: stream),
        let copy = avformat_new_stream(box, nil)
      else { continue }
      MediaCompanions.copy(stream, to: copy)
      streams.append(
        CopiedStream(
          index: index, kind: kind,
          codecName: String(cString: avcodec_get_name(stream.pointee.codecpar.pointee.codec_id)),
          language: MediaCompanions.entry("language", of: stream.pointee.metadata)))
    }
    self.streams = streams
    copyChapters(of: input)
  }

  deinit { avformat_free_context(av) }

  /// The copied description of `streams[position]`.
  func description(at position: Int) -> UnsafeMutablePointer<AVStream>? { av.pointee.streams[position + 1] }

  /// A metadata entry, or nil.
  static func entry(_ key: String, of dictionary: OpaquePointer?) -> String? {
    av_dict_get(dictionary, key, nil, 0).flatMap { $0.pointee.value }.map { String(cString: $0) }
  }

  /// What kind of copy a stream asks for; nil when it is not copied.
  static func kind(of stream: UnsafeMutablePointer<AVStream>) -> CopiedStream.Kind? {
    switch stream.pointee.codecpar.pointee.codec_type {
    case AVMEDIA_TYPE_AUDIO: return .audio
    case AVMEDIA_TYPE_SUBTITLE: return .subtitle
    case AVMEDIA_TYPE_ATTACHMENT: return .attachment
    default: return nil
    }
  }

  /// Copies what describes a stream: parameters, time base, rates, language, disposition, side data.
  static func copy(_ source: UnsafeMutablePointer<AVStream>, to target: UnsafeMutablePointer<AVStream>) {
    avcodec_parameters_copy(target.pointee.codecpar, source.pointee.codecpar)
    target.pointee.time_base = source.pointee.time_base
    target.pointee.avg_frame_rate = source.pointee.avg_frame_rate
    target.pointee.disposition = source.pointee.disposition
    target.pointee.duration = source.pointee.duration
    av_dict_copy(&target.pointee.metadata, source.pointee.metadata, 0)
    for index in 0..<Int(source.pointee.nb_side_data) {
      guard let item = source.pointee.side_data?[index], let data = item.data,
        let room = av_stream_new_side_data(target, item.type, item.size)
      else { continue }
      room.update(from: data, count: item.size)
    }
  }

  private func copyChapters(of input: UnsafeMutablePointer<AVFormatContext>) {
    let count = Int(input.pointee.nb_chapters)
    guard count > 0, let list = av_calloc(count, MemoryLayout<UnsafeMutablePointer<AVChapter>?>.stride) else { return }
    let chapters = list.assumingMemoryBound(to: UnsafeMutablePointer<AVChapter>?.self)
    var kept = 0
    for index in 0..<count {
      guard let source = input.pointee.chapters[index],
        let chapter = av_mallocz(MemoryLayout<AVChapter>.stride)?.assumingMemoryBound(to: AVChapter.self)
      else { continue }
      let base = source.pointee.time_base
      let offset = av_rescale_q(shift, cff_microseconds(), base)
      chapter.pointee.id = source.pointee.id
      chapter.pointee.time_base = base
      chapter.pointee.start = max(0, source.pointee.start - offset)
      chapter.pointee.end = source.pointee.end - offset
      if let length { chapter.pointee.end = min(chapter.pointee.end, av_rescale_q(length, cff_microseconds(), base)) }
      guard chapter.pointee.end > chapter.pointee.start else {
        av_free(chapter)
        continue
      }
      av_dict_copy(&chapter.pointee.metadata, source.pointee.metadata, 0)
      chapters[kept] = chapter
      kept += 1
    }
    // SAFETY: avformat_free_context frees the list and its members.
    av.pointee.chapters = chapters
    av.pointee.nb_chapters = UInt32(kept)
  }
}
