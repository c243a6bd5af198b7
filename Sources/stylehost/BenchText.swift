// BenchText.swift - a measurement in words.

import Foundation
import Host

enum BenchText {
  /// A few lines for a person.
  static func make(_ report: Benchmark.Report) -> String {
    let frames = "\(FrameCount.words(report.frames)) after \(report.warmup) of warm-up"
    var lines = [
      "\(report.width)x\(report.height) \(report.input), \(frames), \(report.precision), \(report.threads) threads, \(report.cpuLevel)",
      "\(number(report.fps)) fps, \(report.peakRssBytes >> 20) MiB at most, host share \(number(100 * report.hostShare)) %",
    ]
    if !report.styles.isEmpty {
      lines.append("load \(number(report.loadMs)) ms, compile \(number(report.compileMs)) ms")
    }
    for stage in Stage.allCases {
      guard let time = report.stages[stage.rawValue] else { continue }
      let name = stage.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
      let note = stage == .encode ? "  (\(report.output))" : ""
      lines.append("\(name) median \(number(time.medianMs)) ms, min \(number(time.minMs)) ms\(note)")
    }
    if let profile = report.profile { lines += table(profile) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The steps of each plan, and their sum.
  private static func table(_ profile: [ProfiledStep]) -> [String] {
    let width = max(profile.map(\.name.count).max() ?? 0, 24)
    let row = { (name: String, ms: Double, share: Double, gmac: Double, gflops: Double) in
      let numbers = String(format: "%9.3f %7.1f %8.3f %8.1f", ms, 100 * share, gmac, gflops)
      return name.padding(toLength: width, withPad: " ", startingAt: 0) + numbers
    }
    var lines: [String] = []
    for plan in 0...(profile.map(\.plan).max() ?? 0) {
      let steps = profile.filter { $0.plan == plan }
      guard let runs = steps.first?.runs else { continue }
      let ms = steps.reduce(0) { $0 + $1.ms }, gmac = steps.reduce(0) { $0 + $1.gmac }
      let title = "graph \(plan), \(runs) run\(runs == 1 ? "" : "s")"
      lines.append("")
      lines.append(title.padding(toLength: width, withPad: " ", startingAt: 0) + "       ms       %     GMAC  GFLOP/s")
      lines += steps.map { row($0.name, $0.ms, $0.share, $0.gmac, $0.gflops) }
      lines.append(row("total", ms, 1, gmac, ms > 0 ? 2 * gmac / ms * 1e3 : 0))
    }
    return lines
  }

  private static func number(_ value: Double) -> String { String(format: "%.2f", value) }
}
