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
    return lines.joined(separator: "\n") + "\n"
  }

  private static func number(_ value: Double) -> String { String(format: "%.2f", value) }
}
