// Runs the C and C++ compilers, as a plugin's author would.
import Foundation
import TestFolders

/// What a command said and how it ended.
struct CommandResult {
  let status: Int32
  let output: String
}

enum Compiler {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let include = root.appendingPathComponent("Sources/PluginAPI/include").path

  /// Runs a command found by PATH; output and errors together.
  static func run(_ arguments: [String]) throws -> CommandResult {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return CommandResult(status: process.terminationStatus, output: output)
  }

  /// Calls the body with a fresh folder, and removes it in the end.
  static func withFolder(_ body: (URL) throws -> Void) throws {
    let scratch = try Scratch()
    try withExtendedLifetime(scratch) { try body(scratch.url) }
  }

  /// The only dynamic symbols a shared library defines.
  static func exports(of library: URL) throws -> [String] {
    let listing = try run(["nm", "-D", "--defined-only", library.path])
    return listing.output.split(separator: "\n").compactMap { $0.split(separator: " ").last.map(String.init) }
  }
}
