// Program.swift - runs the built program, alone and inside shell pipes.

import Foundation
import TestFolders

/// The built `stylehost`, which lies beside the test bundle.
enum Program {
  /// What a command did.
  struct Outcome {
    let code: Int32
    let output: Data
    let words: String

    var text: String { String(decoding: output, as: UTF8.self) }
  }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Genuine clips and weights beside the repository; nil where there are none.
  static let shared = SharedData.folder("media") == nil ? nil : SharedData.root

  static let path: String = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let beside = (own as NSString).deletingLastPathComponent + "/stylehost"
    if FileManager.default.isExecutableFile(atPath: beside) { return beside }
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? ""
    return (bundle as NSString).deletingLastPathComponent + "/stylehost"
  }()

  /// A fresh folder that tests may fill.
  static func folder() throws -> String { try Scratch.lasting() }

  /// Where programs under test keep what they remember and put what is temporary: killed or not, they leave nothing behind.
  private static let places = Result {
    ["XDG_CACHE_HOME": try Scratch.lasting(), "TMPDIR": try Scratch.lasting()]
  }

  /// Runs the program with stdin from /dev/null.
  static func run(_ arguments: [String], in folder: String? = nil) throws -> Outcome {
    try launch(path, arguments, folder)
  }

  /// Runs a bash script in which $S is the program; its exit code is that of the first command in a pipe that fails.
  static func shell(_ script: String, in folder: String) throws -> Outcome {
    try launch("/bin/bash", ["-c", "set -o pipefail; S='\(path)'; \(script)"], folder)
  }

  private static func launch(_ executable: String, _ arguments: [String], _ folder: String?) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    process.environment = ProcessInfo.processInfo.environment.merging(try places.get()) { _, own in own }
    let scratch = try Scratch()
    let words = scratch.url.appendingPathComponent("words")
    _ = FileManager.default.createFile(atPath: words.path, contents: nil)
    let output = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: words)
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Outcome(
      code: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
      output: data,
      words: (try? String(contentsOf: words, encoding: .utf8)) ?? "")
  }
}
