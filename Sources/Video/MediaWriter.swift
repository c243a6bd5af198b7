// Writes a video: encode and mux, with the copied streams beside it.
import CFFmpeg

/// Opens an output and writes frames and copied packets into it. Used by one thread at a time; only `interrupt()` may be called from
/// elsewhere. Without a call of `finish()` the output stays incomplete.
public final class MediaWriter: @unchecked Sendable {
  /// The format that frames are encoded in. Frames in another one are converted, which frames packed in this one are spared.
  public let pixelFormat: PixelFormat
  /// The tags that frames are encoded with; frames with another matrix or range are converted. Unspecified parts: anything goes.
  public let color: ColorTags
  /// libavcodec's name of the encoder.
  public let codecName: String
  /// Short name of the container.
  public let formatName: String
  /// Sentences on what this output cannot carry; to be said once each. Known when the writer is open - but that frames come at irregular
  /// times may show only while writing, and is then added at the end: look again after `finish()`.
  public private(set) var losses: [String]
  /// Sentences on how it is written; to be said once each.
  public let notes: [String]
  /// Frames taken so far.
  public private(set) var framesWritten = 0

  let muxer: Muxer
  let encoder: Encoder
  private let video: VideoProperties
  private let videoStream: UnsafeMutablePointer<AVStream>
  private let copied: [Int: UnsafeMutablePointer<AVStream>]
  private let converter: FrameConverter
  private let clock: OutputClock
  private let packet: Packet
  private let interruptFlag: InterruptFlag
  private let isOnePicture: Bool
  private var finished = false
  private var failed = false

  /// Opens `target`, the encoder and the container, and writes the header.
  /// - Parameters:
  ///   - video: the video to come; a reader's `info.properties`, changed where the picture was changed.
  ///   - copying: the reader's companions, or nil for a video alone.
  /// - Throws: `.usage` for unknown names and options, `.output` when the target cannot be opened or the encoder cannot do this video,
  ///   `.consumerClosed`, `.interrupted`.
  public init(
    _ target: MediaTarget, options: OutputOptions = OutputOptions(), video: VideoProperties,
    copying: MediaCompanions? = nil,
    interrupt: InterruptFlag = InterruptFlag()
  ) throws(VideoError) {
    interruptFlag = interrupt
    self.video = video
    // Names are checked before the target is touched.
    var path: String?
    if case .path(let text) = target { path = text }
    let format = try Muxer.format(options.format, path: path)
    let wanted =
      try options.pixelFormat.map { name throws(VideoError) in try PixelFormat(named: name) } ?? video.pixelFormat
    let codec = try CodecChoice.encoder(named: options.codec, for: format, path: path, pixelFormat: wanted)
    let container = ContainerName.shown(format.pointee.name.map { String(cString: $0) } ?? "")
    clock = OutputClock(video, format: format, codec: codec)
    encoder = try Encoder(
      codec, video, options: options, container: container, timeBase: clock.timeBase,
      globalHeader: format.pointee.flags & AVFMT_GLOBALHEADER != 0)
    muxer = try Muxer(target, options: options, interrupt: interrupt)
    pixelFormat = encoder.choice.format
    color = encoder.color
    codecName = encoder.name
    formatName = container
    converter = FrameConverter(to: encoder.choice.format, color: encoder.color, size: (video.width, video.height))
    packet = try Packet()
    isOnePicture = container == "image2" && path.map { av_filename_number_test($0) == 0 } ?? false

    videoStream = try StreamPlan.addVideo(to: muxer, encoder, video, copying)
    let plan = StreamPlan(muxer, copying)
    copied = plan.streams
    var notes: [String] = []
    let header = StreamPlan.headerOptions(muxer, encoder, options, isOnePicture: isOnePicture, notes: &notes)
    try muxer.writeHeader(header, unknownToEncoder: encoder.unknownOptions)
    self.notes = notes
    losses = Losses.sentences(video, container: container, codec: encoder.name, choice: encoder.choice) + plan.losses
  }

  /// Bytes handed to the system so far.
  public var bytesWritten: Int64 { muxer.byteCount }

  /// Encodes and writes a frame; converts it first where format, size, matrix or range are not the encoder's.
  /// - Throws: `.output`, `.consumerClosed`, `.interrupted`; the writer is of no use afterwards.
  public func write(_ frame: Frame) throws(VideoError) {
    guard !failed, !finished else { throw .output("cannot write \(muxer.name): it is closed") }
    if isOnePicture, framesWritten == 1 {
      throw .output(
        "\(muxer.name) is one picture, but there are more frames: use a pattern such as frame%04d.png, or --frames 1")
    }
    try attempt { () throws(VideoError) in
      let converted = try converter.convert(frame)
      // The encoder gets a handle of its own: its clock is not the caller's.
      let own = try converted.reference()
      own.av.pointee.format = encoder.choice.encoderFormat.rawValue
      own.av.pointee.pict_type = AV_PICTURE_TYPE_NONE
      clock.stamp(own)
      if clock.hasLostTimes, !losses.contains(Losses.times(formatName)) { losses.append(Losses.times(formatName)) }
      try encoder.send(own)
      framesWritten += 1
      try writeEncoded()
    }
  }

  /// Writes a packet of a copied stream; one of a stream that this output does not carry is ignored.
  /// - Throws: as `write(_ frame:)`.
  public func write(_ packet: Packet) throws(VideoError) {
    guard !failed, !finished else { throw .output("cannot write \(muxer.name): it is closed") }
    guard let stream = copied[packet.streamIndex] else { return }
    try attempt { () throws(VideoError) in
      let status = av_packet_ref(self.packet.av, packet.av)
      guard status >= 0 else { throw .output("cannot copy a packet to \(muxer.name): \(LibavLog.errorText(status))") }
      self.packet.av.pointee.stream_index = stream.pointee.index
      self.packet.av.pointee.pos = -1
      av_packet_rescale_ts(self.packet.av, packet.timeBase.av, stream.pointee.time_base)
      try muxer.write(self.packet.av)
    }
  }

  /// Takes the last packets out of the encoder, ends the container properly and closes it. Also after an interrupt, once its flag is
  /// cleared. Does nothing the second time.
  /// - Throws: as `write(_ frame:)`; a full disk may be found only here.
  public func finish() throws(VideoError) {
    guard !finished else { return }
    finished = true
    if failed { return }
    try attempt { () throws(VideoError) in
      try encoder.send(nil)
      try writeEncoded()
      try muxer.finish()
    }
  }

  /// Makes a write that waits for its consumer end within about 0.1 s. From any thread or signal handler.
  public func interrupt() { interruptFlag.set() }

  private func writeEncoded() throws(VideoError) {
    while try encoder.receive(into: packet.av) {
      packet.av.pointee.stream_index = videoStream.pointee.index
      let duration = clock.duration(at: packet.av.pointee.pts)
      if packet.av.pointee.duration == 0 { packet.av.pointee.duration = duration }
      av_packet_rescale_ts(packet.av, clock.timeBase.av, videoStream.pointee.time_base)
      try muxer.write(packet.av)
    }
  }

  private func attempt(_ body: () throws(VideoError) -> Void) throws(VideoError) {
    do throws(VideoError) {
      try body()
    } catch {
      if case .interrupted = error {} else { failed = true }
      throw error
    }
  }
}
