// RunForecast.swift - what a run would do, how long it would take and in what memory: `stylehost run --dry-run`.

import Foundation
import Graph
import Video

/// A run that has been made ready and not run.
public struct RunForecast: CustomStringConvertible, Sendable {
  /// The sizes of input and output.
  let input: VideoProperties, output: (h: Int, w: Int)
  /// Of the input; nil where it does not say.
  let frameCount: Int?
  /// The styles, "a -> b"; nil where frames are handed through.
  let styles: String?
  /// Whether frames run in sweeps, and how much more that is to do.
  let isSwept: Bool
  let work: Double
  /// Bytes that the process would hold, may hold, and would keep on disk.
  let memory: Int, memoryLimit: Int?, scratch: Int
  /// Frames that are worked on at a time.
  let lanes: Int
  /// Of a frame, measured on a small one; nil where there is nothing to measure or that cannot be done. With a timeline that of the
  /// dearest of its styles.
  let secondsPerFrame: Double?
  let hasTimeline: Bool

  /// A line for each fact.
  public var description: String {
    var lines = ["input    \(input.width)x\(input.height) \(input.pixelFormat), \(frameWords)"]
    guard let styles else {
      return (lines + ["styles   none: frames are handed through as they are"]).joined(separator: "\n") + "\n"
    }
    lines.append("styles   \(styles)")
    lines.append("output   \(output.w)x\(output.h)")
    lines.append(
      isSwept
        ? String(format: "tiling   yes, in sweeps over each frame: about %.1f times the work, the same pictures", work)
        : "tiling   no, frames fit into memory")
    let limit = memoryLimit.map { " of \(MemoryLimit.words($0)) that it may take" } ?? ""
    let disk = scratch > 0 ? ", and \(MemoryLimit.words(scratch)) of disk" : ""
    lines.append("memory   about \(MemoryLimit.words(memory))\(limit)\(disk)")
    if lanes > 1 { lines.append("lanes    \(lanes) frames at a time") }
    lines.append("time     \(timeWords)")
    return lines.joined(separator: "\n") + "\n"
  }

  private var timeWords: String {
    guard let secondsPerFrame else { return "unknown: the styles could not be measured on a small picture" }
    let frame = RunForecast.words(seconds: secondsPerFrame)
    let about = hasTimeline ? "at most about" : "about"
    let aside = hasTimeline ? ", but for fades" : ""
    guard let frameCount else { return "\(about) \(frame) a frame\(aside)" }
    return "\(about) \(RunForecast.words(seconds: secondsPerFrame * Double(frameCount))), \(frame) a frame\(aside)"
  }

  private var frameWords: String { frameCount.map(FrameCount.words) ?? "frames not counted beforehand" }

  /// "45 ms", "12 s", "3 min 20 s", "2 h 5 min".
  static func words(seconds: Double) -> String {
    switch seconds {
    case ..<1: return String(format: "%.0f ms", seconds * 1000)
    case ..<10: return String(format: "%.1f s", seconds)
    case ..<120: return String(format: "%.0f s", seconds)
    case ..<7200: return "\(Int(seconds) / 60) min \(Int(seconds) % 60) s"
    default: return "\(Int(seconds) / 3600) h \(Int(seconds) % 3600 / 60) min"
    }
  }
}

extension ConversionJob {
  /// Makes everything ready as `run` does, but opens no output and runs nothing but a small picture, to measure.
  ///
  /// - Throws: `HostError`, whatever `run` would meet before its first frame.
  public func forecast(_ services: ComputeServices, _ library: PluginLibrary) throws(HostError) -> RunForecast {
    let (resolved, _) = try resolve(library)
    // Opened to see whether they can be.
    _ = try MaskFiles(of: resolved, services)
    let reader: MediaReader
    do {
      reader = try MediaReader(source, options: input)
    } catch {
      throw HostError(error)
    }
    let video = reader.info.properties
    let frameCount = reader.info.isPicture ? 1 : reader.info.frameCount
    guard !resolved.isEmpty else {
      return RunForecast(
        input: video, output: (video.height, video.width), frameCount: frameCount, styles: nil,
        isSwept: false, work: 1, memory: MemoryLimit.heldBytes(), memoryLimit: services.memory.bytes, scratch: 0,
        lanes: 1, secondsPerFrame: nil, hasTimeline: timeline != nil)
    }
    return try ModelIdentifier(library).advising(resolved) { () throws(HostError) in
      let (h, w) = (video.height, video.width)
      let precise = try PrecisionChooser(services).chosen(precision, for: resolved, h: h, w: w)
      let seconds = try SpeedProbe(h: h, w: w, services).secondsPerFrame(precise)
      let lanes = try StyleLanes(resolved, services, mode: mode, precision: precision, isLive: source.isLive)
      let size = try prepare(lanes, for: reader, services)
      let plans = lanes.plans
      let share = plans.reduce(0) { $0 + Double($1.multiplyAdds) }
      let work = share > 0 ? plans.reduce(0) { $0 + $1.work * Double($1.multiplyAdds) } / share : 1
      return RunForecast(
        input: video, output: size, frameCount: frameCount, styles: lanes.first.description,
        isSwept: plans.contains(where: \.isSwept), work: work,
        memory: MemoryLimit.heldBytes() + services.memory.reservedBytes, memoryLimit: services.memory.bytes,
        scratch: services.memory.scratch.heldBytes, lanes: lanes.count,
        secondsPerFrame: seconds.map { $0 * work }, hasTimeline: timeline != nil)
    }
  }
}
