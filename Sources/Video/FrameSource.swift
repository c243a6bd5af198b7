// The reader's engine: demuxer, decoder, turner and the wanted window of time in one loop.
import CFFmpeg

/// Gives out upright frames and packets to copy inside the wanted window of time.
final class FrameSource {
  /// Sentences about the input that a person should be told once.
  private(set) var notes: [String] = []

  let demuxer: Demuxer
  let decoder: Decoder
  private let turner = FrameTurner()
  private let window: TimeWindow
  private let frameLimit: Int
  let timeBase: Rational
  private let frameTicks: Int64
  private let packet: Packet

  private var framesOut = 0
  private(set) var lastTime: Int64?
  private var lastDuration: Int64 = 0
  private var demuxEnded = false
  private var drained = false
  /// Set once the last wanted frame is out: the moment up to which packets are still wanted, in microseconds of the input's clock.
  private var packetsUntil: Int64?
  private var finished = false
  /// Packets read ahead of the frames, kept back while it is not known where a limited number of frames will end.
  private var held: [Packet] = []
  private var reached: Int64 = Int64.min

  init(_ source: MediaSource, options: InputOptions, interrupt: InterruptFlag) throws(VideoError) {
    demuxer = try Demuxer(source, options: options, interrupt: interrupt)
    let context = demuxer.av
    let origin = context.pointee.start_time == cff_no_pts() ? 0 : context.pointee.start_time
    window = TimeWindow(options, origin: origin)
    frameLimit = options.frameLimit ?? .max
    timeBase = Rational(demuxer.video.pointee.time_base)
    let rate = Rational(av_guess_frame_rate(context, demuxer.video, nil))
    frameTicks = rate.isPositive ? max(1, rate.inverse.rescale(1, to: timeBase)) : 1
    packet = try Packet()
    if let start = window.start, (context.pointee.pb?.pointee.seekable ?? 1) != 0 {
      // A failed seek costs time only: frames before the start are dropped in any case.
      _ = avformat_seek_file(context, -1, Int64.min, start, start, 0)
    }
    decoder = try Decoder(demuxer, threads: options.threads)
    if demuxer.otherVideoStreams > 0 {
      notes.append(
        "\(demuxer.name) has \(demuxer.otherVideoStreams + 1) video streams; the best one is taken, the others are left out"
      )
    }
  }

  var isTruncated: Bool { demuxer.isTruncated }
  var cause: String? { demuxer.cause }
  var undecodablePackets: Int { decoder.undecodablePackets }

  func companions() throws(VideoError) -> MediaCompanions {
    let length = window.end.map { $0 - window.shift }
    return try MediaCompanions(of: demuxer.av, video: demuxer.video, shift: window.shift, length: length)
  }

  /// The next frame or packet; nil at the end.
  func next() throws(VideoError) -> MediaEvent? {
    while !finished {
      if let packet = release() { return .packet(packet) }
      if packetsUntil == nil, let frame = try decoder.receive() {
        if let event = try accept(frame) { return event }
        continue
      }
      if demuxEnded {
        if drained { break }
        drained = true
        if packetsUntil == nil { decoder.send(nil) }
        continue
      }
      guard try demuxer.read(into: packet.av) else {
        demuxEnded = true
        continue
      }
      if packet.streamIndex == Int(demuxer.video.pointee.index) {
        if packetsUntil == nil { decoder.send(packet.av) } else { stopIfPast(packet.av) }
      } else if let copy = try acceptPacket() {
        if frameLimit == .max { return .packet(copy) }
        held.append(copy)
      }
    }
    finished = true
    return release().map { .packet($0) }
  }

  /// The first packet kept back, once frames have come as far or will not come any more; packets beyond the last frame are dropped.
  private func release() -> Packet? {
    while let packet = held.first {
      let time = packet.presentationTime.map { packet.timeBase.rescale($0, to: Rational(1, 1_000_000)) } ?? reached
      if let packetsUntil {
        held.removeFirst()
        if time < packetsUntil - window.shift { return packet }
      } else if time <= reached || finished || demuxEnded && drained {
        held.removeFirst()
        return packet
      } else {
        return nil
      }
    }
    return nil
  }

  /// A decoded frame on its way out, or nil when it lies outside the window.
  private func accept(_ frame: Frame) throws(VideoError) -> MediaEvent? {
    let time = frame.presentationTime ?? lastTime.map { $0 + max(1, lastDuration) } ?? 0
    if frame.duration == 0 { frame.duration = frameTicks }
    lastTime = time
    lastDuration = frame.duration
    if window.isBefore(time, timeBase) { return nil }
    if window.isAfter(time, timeBase) {
      endVideo(at: window.end ?? 0)
      return nil
    }
    frame.presentationTime = time - window.shift(in: timeBase)
    if !Rational(frame.av.pointee.sample_aspect_ratio).isPositive {
      frame.av.pointee.sample_aspect_ratio = av_guess_sample_aspect_ratio(demuxer.av, demuxer.video, frame.av)
    }
    let upright = try turner.turn(frame, orientation(of: frame))
    av_frame_remove_side_data(upright.av, AV_FRAME_DATA_DISPLAYMATRIX)
    framesOut += 1
    reached = timeBase.rescale(time - window.shift(in: timeBase), to: Rational(1, 1_000_000))
    if framesOut >= frameLimit { endVideo(at: av_rescale_q(time + frame.duration, timeBase.av, cff_microseconds())) }
    return .frame(upright)
  }

  /// No more frames are wanted; packets up to `moment` still are.
  private func endVideo(at moment: Int64) {
    packetsUntil = moment
    let copied = (0..<Int(demuxer.av.pointee.nb_streams)).contains { index in
      demuxer.av.pointee.streams[index].map {
        $0.pointee.discard != AVDISCARD_ALL && $0.pointee.index != demuxer.video.pointee.index
      }
        ?? false
    }
    if !copied { finished = true }
  }

  /// Streams are interleaved loosely: two seconds after the end nothing wanted comes any more.
  private func stopIfPast(_ packet: UnsafeMutablePointer<AVPacket>) {
    guard let packetsUntil, packet.pointee.dts != cff_no_pts(),
      let stream = demuxer.av.pointee.streams[Int(packet.pointee.stream_index)]
    else { return }
    let moment = av_rescale_q(packet.pointee.dts, stream.pointee.time_base, cff_microseconds())
    if moment > packetsUntil + 2_000_000 { finished = true }
  }

  /// The packet just read, when it is to be copied and lies inside the window.
  private func acceptPacket() throws(VideoError) -> Packet? {
    guard let stream = demuxer.av.pointee.streams[packet.streamIndex], stream.pointee.discard != AVDISCARD_ALL else {
      return nil
    }
    let base = Rational(stream.pointee.time_base)
    if let time = packet.presentationTime {
      stopIfPast(packet.av)
      if window.isBefore(time, base) || window.isAfter(time, base) { return nil }
      if let packetsUntil, av_compare_ts(time, base.av, packetsUntil, cff_microseconds()) >= 0 { return nil }
    }
    let copy = try Packet()
    av_packet_move_ref(copy.av, packet.av)
    copy.timeBase = base
    let shift = window.shift(in: base)
    if copy.av.pointee.pts != cff_no_pts() { copy.av.pointee.pts -= shift }
    if copy.av.pointee.dts != cff_no_pts() { copy.av.pointee.dts -= shift }
    return copy
  }

  /// How to turn a frame: by its own display matrix, or by the stream's.
  private func orientation(of frame: Frame) -> Orientation {
    var matrix: UnsafeMutablePointer<UInt8>?
    if let side = av_frame_get_side_data(frame.av, AV_FRAME_DATA_DISPLAYMATRIX), side.pointee.size >= 36 {
      matrix = side.pointee.data
    } else {
      var size = 0
      let data = av_stream_get_side_data(demuxer.video, AV_PKT_DATA_DISPLAYMATRIX, &size)
      if size >= 36 { matrix = data }
    }
    guard let matrix else { return .upright }
    // SAFETY: a display matrix is nine 32-bit numbers, and libav allocates side data aligned.
    let numbers = UnsafeRawPointer(matrix).assumingMemoryBound(to: Int32.self)
    if let orientation = Orientation(displayMatrix: numbers) { return orientation }
    let note = "\(demuxer.name) asks for a rotation that is not a multiple of 90 degrees; it is not applied"
    if !notes.contains(note) { notes.append(note) }
    return .upright
  }
}
