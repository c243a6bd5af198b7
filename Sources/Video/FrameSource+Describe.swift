// What the reader's engine says about its input.
import CFFmpeg

extension FrameSource {
  /// The facts about the video, from the container and the first frame that came out.
  func describe(_ first: Frame, _ options: InputOptions) -> VideoStreamInfo {
    let context = demuxer.av
    let stream = demuxer.video
    let container = context.pointee.iformat.pointee.name.map { String(cString: $0) } ?? "unknown"
    let rate = Rational(av_guess_frame_rate(context, stream, nil))
    var properties = VideoProperties(
      width: first.width, height: first.height, pixelFormat: first.pixelFormat, timeBase: timeBase,
      frameRate: rate.isPositive ? rate : nil)
    properties.sampleAspectRatio = first.sampleAspectRatio
    properties.color = first.color
    properties.isInterlaced = first.isInterlaced
    properties.isTopFieldFirst = first.isTopFieldFirst
    properties.isVariableRate = isVariableRate
    let length = wantedLength(options)
    let isPicture =
      container.hasSuffix("_pipe")
      || container == "image2" && stream.pointee.nb_frames <= 1 && stream.pointee.duration <= 1
    return VideoStreamInfo(
      properties: properties, duration: length,
      frameCount: wantedFrames(options, length: length, rate: properties.frameRate),
      codecName: decoder.codecName, containerName: ContainerName.shown(container), isPicture: isPicture)
  }

  /// Why not a single frame came out.
  func noFrameError(_ options: InputOptions) -> VideoError {
    if isTruncated, lastTime == nil {
      return .damagedInput("\(demuxer.name) ends in the middle of its first frame; no whole frame is in it")
    }
    if lastTime != nil, let start = options.start {
      let length = Rational(1, 1_000_000).seconds(max(0, demuxer.av.pointee.duration))
      return .input(
        "\(demuxer.name) has no frame at or after the start, \(start) s\(length > 0 ? "; it lasts \(length) s" : "")")
    }
    if let error = decoder.lastError {
      return .damagedInput("cannot decode \(demuxer.name) (\(decoder.codecName)): \(error)")
    }
    return .input("cannot read \(demuxer.name): there is not one frame in it")
  }

  /// Whether the two rates that libavformat guesses, the average one and the finest one, tell of different frame durations.
  private var isVariableRate: Bool {
    let average = Rational(demuxer.video.pointee.avg_frame_rate)
    let finest = Rational(demuxer.video.pointee.r_frame_rate)
    guard average.isPositive, finest.isPositive else { return false }
    return abs(average.value - finest.value) > 0.01 * finest.value
  }

  private func wantedLength(_ options: InputOptions) -> Double? {
    let stream = demuxer.video.pointee
    var length: Double?
    if stream.duration != cff_no_pts(), stream.duration > 0 {
      length = timeBase.seconds(stream.duration)
    } else if demuxer.av.pointee.duration > 0 {
      length = Rational(1, 1_000_000).seconds(demuxer.av.pointee.duration)
    }
    if let start = options.start, let all = length { length = max(0, all - start) }
    if let duration = options.duration { length = min(duration, length ?? duration) }
    return length
  }

  private func wantedFrames(_ options: InputOptions, length: Double?, rate: Rational?) -> Int? {
    var count: Int?
    if demuxer.video.pointee.nb_frames > 0, options.start == nil, options.duration == nil {
      count = Int(demuxer.video.pointee.nb_frames)
    } else if let length, let rate {
      let frames = (length * rate.value).rounded()
      count = frames > 0 && frames < 1e15 ? Int(frames) : nil
    }
    if let limit = options.frameLimit { count = min(limit, count ?? limit) }
    return count
  }
}
