// ScanPluginCommand.swift - the hidden child that loads one library to learn what it is.

import ArgumentParser
import Foundation
import Host

/// `stylehost scan-plugin PATH`: a JSON report on descriptor 3.
struct ScanPluginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan-plugin", abstract: "Says what a library is (internal).", shouldDisplay: false)

  @Argument var path: String

  func run() throws {
    ChildProcess.endWithParent()
    let report = try JSONEncoder().encode(ScanReport.scanning(path))
    try PrivateOutput.write(String(decoding: report, as: UTF8.self), to: 3)
    // Not through the plugin's own exit handlers: the answer is given.
    _exit(0)
  }
}
