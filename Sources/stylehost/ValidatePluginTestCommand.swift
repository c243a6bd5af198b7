// ValidatePluginTestCommand.swift - the hidden child that runs one validation test.

import ArgumentParser
import Foundation
import Host

extension ValidationCase: ExpressibleByArgument {}

/// `stylehost validate-plugin-test PATH TEST`: a JSON result on descriptor 3.
struct ValidatePluginTestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate-plugin-test", abstract: "Runs one test of a plugin (internal).", shouldDisplay: false)

  @Argument var path: String
  @Argument var test: ValidationCase
  @Option var model: String?
  @Option(name: .customLong("set"), parsing: .singleValue) var values: [String] = []

  func run() throws {
    ChildProcess.endWithParent()
    let validation = Validation(path: path, model: model, assignments: try Assignments.parse(values))
    let result = try JSONEncoder().encode(validation.perform(test))
    try PrivateOutput.write(String(decoding: result, as: UTF8.self), to: 3)
    _exit(0)
  }
}
