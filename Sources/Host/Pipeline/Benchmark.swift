// Benchmark.swift - how fast a style runs here, stage by stage.

import Foundation
import Synchronization
import Video

/// One measurement: the pipeline of `stylehost run`, its output going into the null device.
public struct Benchmark: Sendable {
  /// Styles as typed.
  public var styles: [StyleSpec]
  /// Pixels of the synthetic picture.
  public var size: (width: Int, height: Int)
  /// Frames to measure.
  public var frames: Int
  /// Frames to run before them, which no time is taken of.
  public var warmup = 0
  /// A video to read instead of the synthetic picture.
  public var input: String?
  /// Container and encoder of what goes into the null device; libavformat's default encoder where there is none.
  public var output: (format: String, codec: String?) = ("nut", "rawvideo")
  /// How threads share the work; the figures of stages are those of one lane.
  public var mode = WorkMode.latency
  /// What styles compute in.
  public var precision = PrecisionWish.f32
  /// Whether the steps of the styles' graphs are timed too.
  public var isProfiled = false
  /// A folder for the first frame as the styles see and make it.
  public var dumpFolder: String?

  /// A measurement of a synthetic picture, or of a file.
  public init(styles: [StyleSpec], size: (width: Int, height: Int), frames: Int, input: String? = nil) {
    self.styles = styles
    self.size = size
    self.frames = frames
    self.input = input
  }

  /// Runs the whole pipeline.
  ///
  /// - Throws: `HostError`.
  public func run(_ services: ComputeServices, _ library: PluginLibrary, stop: StopSignal) throws(HostError) -> Report {
    let resolver = StyleResolver(library)
    var resolved: [ResolvedStyle] = []
    for style in styles { resolved.append(try resolver.resolve(style)) }
    do {
      let report = try measure(resolved, services, stop)
      guard let dumpFolder, !resolved.isEmpty else { return report }
      return report.adding(try dump(resolved, services, into: dumpFolder))
    } catch let error as HostError {
      throw ModelIdentifier(library).advised(error, resolved)
    } catch let error as VideoError {
      throw HostError(error)
    } catch {
      throw HostError(.input, "\(error)")
    }
  }

  private func measure(
    _ resolved: [ResolvedStyle], _ services: ComputeServices, _ stop: StopSignal
  ) throws -> Report {
    let (source, properties) = try open(frames: warmup + frames)
    let masks = try MaskFiles(of: resolved, services)
    if isProfiled { services.engine.setProfiling(true) }
    let times = StageTimes(skipping: warmup)
    var video = properties
    var preparation = Preparation()
    var lanes: StyleLanes?
    if !resolved.isEmpty {
      let made = try preparation.load {
        try StyleLanes(resolved, services, mode: mode, precision: precision, isLive: false)
      }
      let size = try preparation.compile {
        try made.prepare(h: video.height, w: video.width, frameRate: video.frameRate)
      }
      (video.width, video.height) = (size.w, size.h)
      video.pixelFormat = FrameLayout.outputFormat(for: video.pixelFormat)
      lanes = made
    }
    let sink = try MediaWriter(.path("/dev/null"), options: outputOptions, video: video)
    let made = StyleLanes.Output(
      size: (video.height, video.width), pixelFormat: sink.pixelFormat, color: sink.color)
    let stylists = lanes?.stylists(made, frameRate: video.frameRate, times: times) ?? []
    let warm = Mutex<ContinuousClock.Instant?>(nil)
    let lastOfWarmup = warmup
    let pipeline = Pipeline(
      source: source, moments: FrameMoments(frameRate: properties.frameRate, masks: masks), stylists: stylists,
      sink: sink,
      times: times, abort: services.abort, stop: stop,
      onFrame: { count, _ in if count == lastOfWarmup { warm.withLock { $0 = .now } } })
    let run = try pipeline.run()
    let end = ContinuousClock.now
    if let signal = stop.signal {
      throw HostError(.interrupted(signal: signal), "stopped after \(FrameCount.words(run.frames))")
    }
    guard run.frames > warmup else {
      throw HostError(
        .input,
        "nothing is left to measure: the input has \(FrameCount.words(run.frames)), the warm-up takes \(warmup); use --warmup"
      )
    }
    let seconds = warm.withLock { $0 }.map { (end - $0).milliseconds / 1e3 } ?? run.seconds
    return Report(
      self, run, properties, services, preparation: preparation, seconds: seconds, precision: lanes?.precisionName)
  }

  private var outputOptions: OutputOptions {
    var options = OutputOptions()
    options.format = output.format
    options.codec = output.codec
    options.overwrite = true
    return options
  }

  private func open(frames: Int) throws -> (any FrameSource, VideoProperties) {
    guard let input else {
      let source = try SyntheticSource(h: size.height, w: size.width, count: frames)
      return (source, source.properties)
    }
    var options = InputOptions()
    options.frameLimit = frames
    let reader = try MediaReader(MediaSource(argument: input), options: options)
    return (reader, reader.info.properties)
  }

  /// Runs the first frame once more, outside the pipeline, and keeps what the first style saw and the last one made.
  private func dump(
    _ resolved: [ResolvedStyle], _ services: ComputeServices, into folder: String
  ) throws -> PictureDump {
    let (source, video) = try open(frames: 1)
    var event = try source.next()
    while case .packet = event { event = try source.next() }
    guard case .frame(let frame) = event else { throw HostError(.input, "there is no frame to dump") }
    let lanes = try StyleLanes(resolved, services, mode: .latency, precision: precision, isLive: false)
    _ = try lanes.prepare(h: frame.height, w: frame.width, frameRate: video.frameRate)
    return try PictureDump(
      of: frame, at: FrameMoments(masks: MaskFiles(of: resolved, services)).next(frame), through: lanes.first, services,
      into: folder)
  }
}
