// BenchCommand.swift - `stylehost bench`.

import ArgumentParser
import Foundation
import Host
import Video

/// Measures a style on this machine.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measures how fast styles run here, stage by stage.",
    discussion: "EXAMPLE:\n  stylehost bench -s mosaic.safetensors --size 512x512 --frames 20 --json")

  @Option(name: .shortAndLong, help: ArgumentHelp("A style; several form a chain.", valueName: "spec")) var style:
    [String] = []
  @Option(help: ArgumentHelp("Size of the synthetic moving picture.", valueName: "WxH")) var size = "512x512"
  @Option(help: ArgumentHelp("Frames to run.", valueName: "n")) var frames = 20
  @Option(help: ArgumentHelp("Threads that work on a frame; by default one per CPU.", valueName: "n")) var threads: Int?
  @Option(help: ArgumentHelp("Precision of the computation; f32 is the one there is.", valueName: "name"))
  var precision = "f32"
  @Option(help: ArgumentHelp("A video to read instead of the synthetic picture.", valueName: "file")) var input: String?
  @Flag(help: "One JSON object.") var json = false
  @OptionGroup var search: SearchOptions

  func run() throws {
    guard precision == "f32" else { throw HostError(.usage, "--precision \(precision): today there is f32 only") }
    guard let size = InputOptions.parseSize(size) else {
      throw HostError(.usage, "--size \(size) is not WIDTHxHEIGHT, such as 640x480")
    }
    guard frames >= 1 else { throw HostError(.usage, "--frames must be 1 or more") }
    if let threads, !(1...1024).contains(threads) { throw HostError(.usage, "--threads \(threads) is not 1...1024") }
    let log = HostLog()
    let stop = StopSignal()
    SignalWatcher.start(stop, log)
    let output = try PrivateOutput.claim()
    CrashReporter.install()
    let level = try ComputeServices.cpuLevel(named: ProcessInfo.processInfo.environment["STYLEHOST_CPU"])
    let services = try ComputeServices(threads: threads, cpuLevel: level, log: log)
    let specs = try style.map { try StyleSpec(parsing: $0) }
    let report = try Benchmark(styles: specs, size: size, frames: frames, input: input).run(
      services, search.library, stop: stop)
    try PrivateOutput.write(json ? JSONText.make(report) : BenchCommand.text(report), to: output)
  }

  private static func text(_ report: Benchmark.Report) -> String {
    let number = { (value: Double) in String(format: "%.2f", value) }
    var lines = [
      "\(report.width)x\(report.height), \(FrameCount.words(report.frames)), \(report.precision), \(report.threads) threads, \(report.cpuLevel)",
      "\(number(report.fps)) fps, \(report.peakRssBytes >> 20) MiB at most",
    ]
    for stage in Stage.allCases {
      guard let time = report.stages[stage.rawValue] else { continue }
      let name = stage.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
      lines.append("\(name) median \(number(time.medianMs)) ms, min \(number(time.minMs)) ms")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
