// Benchmark.swift - how fast a style runs here, stage by stage.

import Foundation
import Video

/// One measurement.
public struct Benchmark: Sendable {
  /// Styles as typed.
  public var styles: [StyleSpec]
  /// Pixels of the synthetic picture.
  public var size: (width: Int, height: Int)
  /// Frames to run.
  public var frames: Int
  /// A video to read instead of the synthetic picture.
  public var input: String?

  /// A measurement of a synthetic picture.
  public init(styles: [StyleSpec], size: (width: Int, height: Int), frames: Int, input: String? = nil) {
    self.styles = styles
    self.size = size
    self.frames = frames
    self.input = input
  }

  /// What was measured.
  public struct Report: Encodable, Sendable {
    /// Styles as typed.
    public let styles: [String]
    /// Columns of the input.
    public let width: Int
    /// Rows of the input.
    public let height: Int
    /// Frames run.
    public let frames: Int
    /// From the first read to the end of the output.
    public let seconds: Double
    /// Frames per second of the whole pipeline.
    public let fps: Double
    /// "f32".
    public let precision: String
    /// Threads that worked on a frame.
    public let threads: Int
    /// "reference", "avx2", "avx512", "avx512bf16", "neon".
    public let cpuLevel: String
    /// The most memory the process has held.
    public let peakRssBytes: Int
    /// Per stage, for one frame.
    public let stages: [String: StageTime]
  }

  /// Runs the whole pipeline, raw video into /dev/null at its end.
  ///
  /// - Throws: `HostError`.
  public func run(_ services: ComputeServices, _ library: PluginLibrary, stop: StopSignal) throws(HostError) -> Report {
    let resolver = StyleResolver(library)
    var resolved: [ResolvedStyle] = []
    for style in styles { resolved.append(try resolver.resolve(style)) }
    do {
      let (source, properties) = try open()
      let times = StageTimes()
      var video = properties
      var stylist: FrameStylist?
      var output = OutputOptions()
      output.format = "nut"
      output.codec = "rawvideo"
      output.overwrite = true
      let sink: MediaWriter
      if resolved.isEmpty {
        sink = try MediaWriter(.path("/dev/null"), options: output, video: video)
      } else {
        let chain = try StyleChain.start(resolved, services)
        let rate = video.frameRate.map { (num: $0.numerator, den: $0.denominator) } ?? (num: 0, den: 1)
        let size = try chain.prepare(h: video.height, w: video.width, frameRate: rate)
        video.width = size.w
        video.height = size.h
        video.pixelFormat = FrameLayout.outputFormat(for: video.pixelFormat)
        sink = try MediaWriter(.path("/dev/null"), options: output, video: video)
        stylist = FrameStylist(
          chain, services, output: (size, sink.pixelFormat, sink.color), frameRate: video.frameRate, times: times)
      }
      let pipeline = Pipeline(
        source: source, stylist: stylist, sink: sink, times: times, abort: services.abort, stop: stop)
      let report = try pipeline.run()
      if let signal = stop.signal {
        throw HostError(.interrupted(signal: signal), "stopped after \(FrameCount.words(report.frames))")
      }
      return self.report(report, properties, services)
    } catch let error as HostError {
      throw error
    } catch let error as VideoError {
      throw HostError(error)
    } catch {
      throw HostError(.input, "\(error)")
    }
  }

  private func open() throws -> (any FrameSource, VideoProperties) {
    guard let input else {
      let source = try SyntheticSource(h: size.height, w: size.width, count: frames)
      return (source, source.properties)
    }
    var options = InputOptions()
    options.frameLimit = frames
    let reader = try MediaReader(MediaSource(argument: input), options: options)
    return (reader, reader.info.properties)
  }

  private func report(_ run: Pipeline.Report, _ video: VideoProperties, _ services: ComputeServices) -> Report {
    Report(
      styles: styles.map(\.description), width: video.width, height: video.height, frames: run.frames,
      seconds: run.seconds,
      fps: run.seconds > 0 ? Double(run.frames) / run.seconds : 0, precision: "f32", threads: services.threadCount,
      cpuLevel: services.cpuLevelName, peakRssBytes: Benchmark.peakMemory(),
      stages: Dictionary(uniqueKeysWithValues: run.stages.map { ($0.key.rawValue, $0.value) }))
  }

  /// VmHWM of this process in bytes, 0 where the system does not say.
  static func peakMemory() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1024 } ?? 0
  }
}
