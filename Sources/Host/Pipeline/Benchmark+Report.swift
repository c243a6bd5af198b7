// Benchmark+Report.swift - what a measurement says.

import Foundation
import Video

extension Benchmark {
  /// How long a style needs before its first frame.
  struct Preparation {
    /// Loading plugins and weights, building graphs.
    private(set) var loadMs = 0.0
    /// Making them ready for a size: graphs compiled, weights packed, memory taken.
    private(set) var compileMs = 0.0

    mutating func load<Result>(_ body: () throws -> Result) rethrows -> Result {
      let start = ContinuousClock.now
      defer { loadMs += (ContinuousClock.now - start).milliseconds }
      return try body()
    }

    mutating func compile<Result>(_ body: () throws -> Result) rethrows -> Result {
      let start = ContinuousClock.now
      defer { compileMs += (ContinuousClock.now - start).milliseconds }
      return try body()
    }
  }

  /// What was measured.
  public struct Report: Encodable, Sendable {
    /// Styles as typed.
    public let styles: [String]
    /// What was read: a file, or "synthetic".
    public let input: String
    /// What was written into the null device, "rawvideo in nut".
    public let output: String
    /// Columns of the input.
    public let width: Int
    /// Rows of the input.
    public let height: Int
    /// Frames measured.
    public let frames: Int
    /// Frames run before them.
    public let warmup: Int
    /// From the end of the warm-up to the end of the output.
    public let seconds: Double
    /// Frames per second of the whole pipeline, stages overlapping.
    public let fps: Double
    /// What really ran: "f32", "bf16", "int8"; several where styles differ.
    public let precision: String
    /// Threads that computed.
    public let threads: Int
    /// "reference", "avx2", "avx512", "avx512bf16", "neon".
    public let cpuLevel: String
    /// The most memory the process has held.
    public let peakRssBytes: Int
    /// Loading plugins and weights, milliseconds.
    public let loadMs: Double
    /// Making the styles ready for the size, weights packed, milliseconds.
    public let compileMs: Double
    /// Per stage, for one frame.
    public let stages: [String: StageTime]
    /// Everything but `stylize` over the whole, of the stages' medians; 0 where nothing was measured.
    public let hostShare: Double
    /// The steps of the graphs in the order they run, where they were asked for.
    public let profile: [ProfiledStep]?
    /// The pictures of the first frame, where they were asked for.
    public private(set) var dump: PictureDump?

    init(
      _ benchmark: Benchmark, _ run: Pipeline.Report, _ video: VideoProperties, _ services: ComputeServices,
      preparation: Preparation, seconds: Double, precision: String?
    ) {
      styles = benchmark.styles.map(\.description)
      input = benchmark.input ?? "synthetic"
      output = "\(benchmark.output.codec ?? "the default encoder") in \(benchmark.output.format)"
      (width, height) = (video.width, video.height)
      frames = run.frames - benchmark.warmup
      warmup = benchmark.warmup
      self.seconds = seconds
      fps = seconds > 0 ? Double(frames) / seconds : 0
      self.precision = precision ?? PrecisionWish.f32.rawValue
      threads = services.threadCount
      cpuLevel = services.cpuLevelName
      peakRssBytes = Report.peakMemory()
      loadMs = preparation.loadMs
      compileMs = preparation.compileMs
      stages = Dictionary(uniqueKeysWithValues: run.stages.map { ($0.key.rawValue, $0.value) })
      let whole = run.stages.values.reduce(0) { $0 + $1.medianMs }
      profile = benchmark.isProfiled ? services.engine.plans.profiledSteps() : nil
      hostShare = whole > 0 ? (whole - (run.stages[.stylize]?.medianMs ?? 0)) / whole : 0
    }

    func adding(_ dump: PictureDump) -> Report {
      var report = self
      report.dump = dump
      return report
    }

    /// VmHWM of this process in bytes, 0 where the system does not say.
    private static func peakMemory() -> Int {
      let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      return line?.split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1024 } ?? 0
    }
  }
}
