// WordArguments.swift - how much is said, and how progress is told.

import ArgumentParser
import Foundation
import Host

/// Options of what goes to stderr.
struct WordArguments: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Say more, libav's own words included.")
  var verbose = false

  @Option(
    help: ArgumentHelp(
      "Progress for scripts: '-' writes a line to stderr every two seconds, a file or pipe gets key=value blocks as ffmpeg's -progress.",
      valueName: "file"))
  var progress: String?

  var log: HostLog { HostLog(level: quiet ? .error : verbose ? .debug : .info) }

  var progressOptions: ProgressOptions {
    var options = ProgressOptions()
    if progress == "-" {
      options.style = .lines
    } else {
      options.file = progress
      if !quiet, isatty(2) != 0 { options.style = .live }
    }
    return options
  }
}
