// In what unit the output counts time, and how frames get their times in it.
import CFFmpeg

/// The encoder's time base and the times of the frames in it.
final class OutputClock {
  /// The encoder's time base.
  let timeBase: Rational

  /// Whether a frame came at a moment that this output cannot say: it has one rate for all frames.
  private(set) var hasLostTimes = false

  private let countsFrames: Bool
  private var origin: Double?
  private let rate: Rational
  private let frameTicks: Int64
  private var last: Int64?
  private var durations: [Int64: Int64] = [:]

  /// Formats with one rate for all frames count frames; all others keep the input's own unit, in which its times are exact.
  init(_ video: VideoProperties, format: UnsafePointer<AVOutputFormat>, codec: UnsafePointer<AVCodec>) {
    let rate = video.frameRate ?? Rational(25, 1)
    self.rate = rate
    let name = format.pointee.name.map { String(cString: $0) } ?? ""
    // libavformat's own flag, AVFMT_VARIABLE_FPS, is missing from mp4, which keeps any times.
    let hasOneRate =
      format.pointee.flags & AVFMT_NOTIMESTAMPS != 0
      || ["yuv4mpegpipe", "rawvideo", "image2", "image2pipe", "avi", "mxf", "mxf_opatom", "mxf_d10", "dv", "gxf"]
        .contains(name)
    // MPEG-1, -2 and -4 code time in small numbers.
    let isCoarse = [AV_CODEC_ID_MPEG4, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MPEG1VIDEO].contains(codec.pointee.id)
    countsFrames = hasOneRate
    if countsFrames || isCoarse && (video.timeBase.denominator > 65535 || codec.pointee.id != AV_CODEC_ID_MPEG4) {
      timeBase = rate.inverse
    } else {
      timeBase = video.timeBase.isPositive ? video.timeBase : rate.inverse
    }
    frameTicks = max(1, rate.inverse.rescale(1, to: timeBase))
  }

  /// Gives a frame its time in the encoder's unit. Times always grow: where two would fall together the later one is moved.
  func stamp(_ frame: Frame) {
    var time: Int64
    if countsFrames {
      time = last.map { $0 + 1 } ?? 0
      compare(frame, with: time)
    } else if let given = frame.presentationTime {
      time = frame.timeBase.rescale(given, to: timeBase)
    } else {
      time = last.map { $0 + frameTicks } ?? 0
    }
    if let last, time <= last { time = last + 1 }
    last = time
    let length =
      countsFrames ? 1 : frame.duration > 0 ? frame.timeBase.rescale(frame.duration, to: timeBase) : frameTicks
    if durations.count > 256 { durations = durations.filter { $0.key > time - 1024 * frameTicks } }
    durations[time] = length
    frame.timeBase = timeBase
    frame.presentationTime = time
    frame.duration = length
  }

  /// Notices a frame that is more than half a frame's time away from where counting puts it.
  private func compare(_ frame: Frame, with count: Int64) {
    guard let seconds = frame.seconds else { return }
    let start = origin ?? seconds
    origin = start
    if abs((seconds - start) * rate.value - Double(count)) > 0.5 { hasLostTimes = true }
  }

  /// The duration of the frame with this time, for encoders that forget it.
  func duration(at time: Int64) -> Int64 { durations.removeValue(forKey: time) ?? frameTicks }
}
