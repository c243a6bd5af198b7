// ConversionJob.swift - one `stylehost run`: opens everything in the order in which mistakes are cheapest, then runs the pipeline.

import Foundation
import Video

/// A whole run from an input to an output.
public struct ConversionJob: Sendable {
  /// Where frames come from.
  public var source: MediaSource
  /// Where they go.
  public var target: MediaTarget
  /// How to read.
  public var input = InputOptions()
  /// How to write.
  public var output = OutputOptions()
  /// Styles as typed; none hands frames through unconverted.
  public var styles: [StyleSpec] = []
  /// What happens to styles during the run.
  public var timeline: TimelineFile?
  /// How much of a picture must be new for a scene cut, 0...1; 0 where cuts are not looked for.
  public var sceneThreshold = SceneCutDetector.defaultThreshold
  /// How threads share the work.
  public var mode = WorkMode.auto
  /// What styles compute in.
  public var precision = PrecisionWish.f32
  /// Where progress goes beside the log's live line.
  public var progress = ProgressOptions()
  /// Damage that the decoder could conceal makes the result partial too.
  public var isStrict = false

  /// A job with default options.
  public init(source: MediaSource, target: MediaTarget) {
    self.source = source
    self.target = target
  }

  /// Finds what can be found before anything is loaded: an output that cannot be written.
  ///
  /// - Throws: `HostError`: output, or usage for a terminal and for overwriting the input.
  public func check() throws(HostError) {
    try OutputCheck.check(target, source: source, overwrite: output.overwrite)
  }

  /// The same job with stdout, which has moved to another descriptor, as its output.
  public func writing(toStdoutAt descriptor: Int32) -> ConversionJob {
    guard target == .descriptor(1) else { return self }
    var job = self
    job.target = .descriptor(descriptor)
    return job
  }

  /// Runs the job. A consumer that closes the output early is no error.
  ///
  /// - Parameter stop: ends it early in good order; the error then is `.interrupted`.
  /// - Throws: `HostError`; `.partial` where the output is whole but the input was not.
  public func run(
    _ services: ComputeServices, _ library: PluginLibrary, stop: StopSignal
  ) throws(HostError) {
    let log = services.log
    let (resolved, timeline) = try resolve(library)
    timeline?.notes.forEach { log.once(.warning, $0) }
    let lanes =
      resolved.isEmpty
      ? nil
      : try ModelIdentifier(library).advising(resolved) { () throws(HostError) in
        try StyleLanes(resolved, services, mode: mode, precision: precision, isLive: source.isLive)
      }

    let masks = try MaskFiles(of: resolved, services)

    let interrupt = InterruptFlag()
    stop.whenSet { interrupt.set() }
    do {
      let reader = try MediaReader(source, options: input, interrupt: interrupt)
      let times = StageTimes()
      let (writer, stylists) = try open(reader, lanes, services, times)
      (reader.notes + writer.notes).forEach { log.once(.info, $0) }
      writer.losses.forEach { log.once(.warning, $0) }
      let progress = ProgressReporter(progress, total: reader.info.frameCount, log: log)
      let pipeline = Pipeline(
        source: reader,
        moments: FrameMoments(
          frameRate: reader.info.frameRate,
          cuts: resolved.isEmpty || sceneThreshold == 0 ? nil : SceneCutDetector(threshold: sceneThreshold),
          timeline: timeline, masks: masks), stylists: stylists, sink: writer,
        waitingFrames: waitingFrames(reader, services), times: times, abort: services.abort, stop: stop,
        onFrame: { progress.frame($0, seconds: $1) })
      // From now on frames are held, no longer expected.
      services.memory.reserve(0)
      let report: Pipeline.Report
      do {
        report = try pipeline.run()
      } catch {
        progress.end()
        throw error
      }
      progress.end(report)
      // That times were irregular shows only while frames come.
      writer.losses.forEach { log.once(.warning, $0) }
      try finish(report, stop)
    } catch let error as HostError {
      guard error.kind == .consumerClosed else { throw renamed(error) }
      if let signal = stop.signal {
        throw HostError(.interrupted(signal: signal), "stopped; the reader of the output has closed it")
      }
      log.say(.info, "the reader of the output has closed it: done")
    } catch let error as VideoError {
      if let signal = stop.signal { throw HostError(.interrupted(signal: signal), "stopped before the first frame") }
      throw renamed(HostError(error))
    } catch {
      throw HostError(.input, "\(error)")
    }
  }

  /// The styles, and the timeline that some of them belong to.
  func resolve(_ library: PluginLibrary) throws(HostError) -> ([ResolvedStyle], Timeline?) {
    let resolver = StyleResolver(library)
    guard let file = timeline else {
      var resolved: [ResolvedStyle] = []
      for style in styles { resolved.append(try resolver.resolve(style)) }
      return (resolved, nil)
    }
    let timeline = try Timeline(file, given: styles, resolver)
    if let keyframe = timeline.cutKeyframe, sceneThreshold == 0 {
      throw HostError(.usage, "\(keyframe) waits for a scene cut, and --scene-threshold 0 finds none")
    }
    return (timeline.styles, timeline)
  }

  /// A private descriptor means nothing to a person: it is stdout.
  private func renamed(_ error: HostError) -> HostError {
    guard case .descriptor = target else { return error }
    return HostError(error.kind, error.description.replacingOccurrences(of: target.description, with: "stdout"))
  }

  /// Frames that may wait between two stages.
  private func waitingFrames(_ reader: MediaReader, _ services: ComputeServices) -> Int {
    LaneBudget.waitingFrames(
      threads: services.threadCount, frameBytes: reader.info.properties.frameBytes, limit: services.memory.bytes)
  }

  /// Makes the styles ready for the input, in what memory is left beside its frames.
  ///
  /// - Returns: the size of the output.
  func prepare(
    _ lanes: StyleLanes, for reader: MediaReader, _ services: ComputeServices
  ) throws(HostError) -> (h: Int, w: Int) {
    let video = reader.info.properties
    let came = (h: video.height, w: video.width)
    // What the styles make has the size of what they get until they say otherwise.
    services.memory.reserve(bytesOnTheWay(reader, services, output: came))
    let size = try lanes.prepare(
      h: came.h, w: came.w, frameRate: reader.info.frameRate, isPicture: reader.info.isPicture)
    services.memory.reserve(bytesOnTheWay(reader, services, output: size))
    return size
  }

  /// Memory of the frames in the pipeline. A frame under work is there as it came and as the styles read it, as they write it and as
  /// it is encoded; while that happens, its coded form takes the place of what came in. Others wait between two stages.
  private func bytesOnTheWay(_ reader: MediaReader, _ services: ComputeServices, output size: (h: Int, w: Int)) -> Int {
    let came = reader.info.properties
    var made = came
    (made.height, made.width) = size
    made.pixelFormat = FrameLayout.outputFormat(for: came.pixelFormat)
    func planarBytes(_ video: VideoProperties) -> Int {
      var video = video
      video.pixelFormat = video.pixelFormat.nearestPlanar
      return video.frameBytes
    }
    let underWork = came.frameBytes + planarBytes(came) + planarBytes(made) + made.frameBytes
    guard !reader.info.isPicture else { return underWork }
    let waiting = (came.frameBytes + planarBytes(made)) * waitingFrames(reader, services)
    return underWork * services.threadCount + waiting
  }

  /// Opens the output for what the styles make of the input.
  private func open(
    _ reader: MediaReader, _ lanes: StyleLanes?, _ services: ComputeServices, _ times: StageTimes
  ) throws -> (MediaWriter, [FrameStylist]) {
    var video = reader.info.properties
    guard let lanes else {
      return (try MediaWriter(target, options: output, video: video, copying: reader.companions), [])
    }
    let size = try prepare(lanes, for: reader, services)
    video.width = size.w
    video.height = size.h
    video.pixelFormat = FrameLayout.outputFormat(for: video.pixelFormat)
    let writer = try MediaWriter(target, options: output, video: video, copying: reader.companions)
    let made = StyleLanes.Output(size: size, pixelFormat: writer.pixelFormat, color: writer.color)
    return (writer, lanes.stylists(made, frameRate: reader.info.frameRate, times: times))
  }

  private func finish(_ report: Pipeline.Report, _ stop: StopSignal) throws(HostError) {
    if let signal = stop.signal {
      throw HostError(
        .interrupted(signal: signal),
        "stopped after \(FrameCount.words(report.frames)); the output is complete up to there")
    }
    let isConcealed = report.damage.concealedFrames > 0 && isStrict
    if report.damage.isTruncated || report.damage.undecodablePackets > 0 || isConcealed {
      throw HostError(.partial, "partial result, \(FrameCount.words(report.frames)): \(report.damage)")
    }
  }
}
