// ProgressReporter.swift - frame, rate, speed and time to go, no more often than a person or a script can use.

import Foundation

/// Shows the progress of one run. Used by the encode thread, and by its owner after that has ended.
final class ProgressReporter: @unchecked Sendable {
  // @unchecked: see above.
  private let options: ProgressOptions
  private let total: Int?
  private let log: HostLog
  private let file: FileHandle?
  private let started = ContinuousClock.now
  private var shown: ContinuousClock.Instant?
  private var frames = 0
  private var first: Double?
  private var last = 0.0

  init(_ options: ProgressOptions, total: Int?, log: HostLog) {
    self.options = options
    self.total = total
    self.log = log
    file = options.file.flatMap { ProgressReporter.open($0, log) }
  }

  /// A frame has been written.
  func frame(_ count: Int, seconds: Double?) {
    frames = count
    if let seconds {
      if first == nil { first = seconds }
      last = seconds
    }
    let interval: Duration = options.style == .lines ? .seconds(2) : .milliseconds(200)
    let now = ContinuousClock.now
    guard (shown ?? started) + interval <= now else { return }
    shown = now
    switch options.style {
    case .silent: break
    case .live: log.live(line())
    case .lines: log.say(.info, line())
    }
    writeBlock("continue")
  }

  /// The run has ended; with a report it says how it went.
  func end(_ report: Pipeline.Report? = nil) {
    log.live("")
    writeBlock("end")
    guard let report else { return }
    let rate = report.seconds > 0 ? Double(report.frames) / report.seconds : 0
    var text =
      "\(FrameCount.words(report.frames)) in \(String(format: "%.1f", report.seconds)) s, \(String(format: "%.1f", rate)) fps"
    if report.damage.concealedFrames > 0 { text += ", \(report.damage.concealedFrames) damaged" }
    log.say(.info, text)
  }

  private var elapsed: Double {
    let parts = (ContinuousClock.now - started).components
    return max(1e-6, Double(parts.seconds) + Double(parts.attoseconds) * 1e-18)
  }

  private var rate: Double { Double(frames) / elapsed }

  private var speed: Double { (last - (first ?? 0)) / elapsed }

  private func line() -> String {
    let of = total.map { "/\($0)" } ?? ""
    var text = "frame \(frames)\(of)  \(String(format: "%.1f", rate)) fps  \(String(format: "%.2f", speed))x"
    if let total, rate > 0, total > frames {
      let left = Int((Double(total - frames) / rate).rounded(.up))
      text += String(format: "  %d:%02d:%02d left", left / 3600, left / 60 % 60, left % 60)
    }
    return text
  }

  private func writeBlock(_ state: String) {
    guard let file else { return }
    let micro = Int64((last * 1e6).rounded())
    let block =
      "frame=\(frames)\nfps=\(String(format: "%.2f", rate))\nout_time_us=\(micro)\n"
      + "total_frames=\(total.map(String.init) ?? "N/A")\nspeed=\(String(format: "%.3f", speed))x\nprogress=\(state)\n"
    // A reader that has gone is no reason to stop the work.
    try? file.write(contentsOf: Data(block.utf8))
  }

  private static func open(_ path: String, _ log: HostLog) -> FileHandle? {
    let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      log.say(.warning, "cannot write progress to \(path): \(String(cString: strerror(errno)))")
      return nil
    }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }
}
