// PluginScanner.swift - asks a library what it is, in a child process with a time limit.

import Foundation

/// Scans libraries through a child: whatever a library does there, it harms nothing here.
struct PluginScanner {
  /// An executable that knows the subcommand `scan-plugin PATH` and writes a `ScanReport` to descriptor 3.
  let executable: String
  /// After this a child is killed.
  let limit: Duration

  /// Asks the library. Never fails: what goes wrong is the report.
  func scan(_ path: String) -> ScanReport {
    do {
      let child = try ChildProcess.run(executable, ["scan-plugin", path], limit: limit)
      switch child.ending {
      case .timedOut:
        return ScanReport(failure: "it did not answer within \(limit.components.seconds) s while loading (hangs)")
      case .signalled(let signal):
        let words = child.lastWords.map { ": \($0)" } ?? ""
        return ScanReport(failure: "it crashed while loading (\(ChildProcess.name(ofSignal: signal)))\(words)")
      case .exited(let code):
        if let report = try? JSONDecoder().decode(ScanReport.self, from: child.report) { return report }
        let words = child.lastWords.map { ": \($0)" } ?? ""
        return ScanReport(failure: "it ended the process while loading (exit code \(code))\(words)")
      }
    } catch {
      return ScanReport(failure: error.description)
    }
  }
}
