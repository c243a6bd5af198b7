// PluginsValidateCommand.swift - `stylehost plugins validate FILE.so`.

import ArgumentParser
import Foundation
import Host

/// Holds a plugin against the contract.
struct PluginsValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Holds a plugin against the contract; exit code 3 where it fails.",
    discussion:
      "EXAMPLES:\n  stylehost plugins validate ./glow.so\n  stylehost plugins validate libjohnson.so --model mosaic.safetensors"
  )

  @Argument(help: "The plugin's library.") var file: String
  @Option(help: ArgumentHelp("A model file, for plugins that need one.", valueName: "file")) var model: String?
  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("A value for a parameter; may be given several times.", valueName: "key=value"))
  var values: [String] = []
  @Flag(help: "One JSON object: path, status, tests.") var json = false

  private struct Report: Encodable {
    let path: String
    let status: String
    let tests: [ValidationResult]
  }

  func run() throws {
    let output = try PrivateOutput.claim()
    if let model, !StyleSpec.isFile(model) { throw HostError(.plugin, "there is no model file '\(model)'") }
    let validation = Validation(path: file, model: model, assignments: try Assignments.parse(values))
    let results = try validation.run { result in
      guard !json else { return }
      let note = result.message.map { " (\($0))" } ?? ""
      try? PrivateOutput.write("\(result.status.rawValue)  \(result.test.promise)\(note)\n", to: output)
    }
    let failed = results.filter { $0.status == .failed }.count
    if json {
      let report = Report(path: file, status: failed == 0 ? "passed" : "failed", tests: results)
      try PrivateOutput.write(JSONText.make(report), to: output)
    }
    if failed > 0 { throw HostError(.plugin, "\(file): \(failed) of \(results.count) tests failed") }
  }
}

/// `--set key=value`.
enum Assignments {
  static func parse(_ texts: [String]) throws(HostError) -> [StyleSpec.Assignment] {
    try KeyValue.parse(texts, of: "--set").map { StyleSpec.Assignment(key: $0.key, value: $0.value) }
  }
}
