// Validation.swift - holds a plugin against the contract, test by test, each in a child process.

import Foundation
import PluginAPI
import Synchronization

/// Validates one library.
public struct Validation: Sendable {
  /// The library.
  public let path: String
  /// A model file for plugins that need one.
  public let model: String?
  /// Values for parameters that are required.
  public let assignments: [StyleSpec.Assignment]
  private let executable: String
  private let limit: Duration

  /// - Parameters:
  ///   - executable: knows the subcommand `validate-plugin-test PATH TEST [--model FILE] [--set key=value]...`.
  ///   - limit: time for each test; the first one, which is over in no time, has 10 s of it at most.
  public init(
    path: String, model: String? = nil, assignments: [StyleSpec.Assignment] = [],
    executable: String = ProgramFiles.executable, limit: Duration = .seconds(120)
  ) {
    self.path = path
    self.model = model
    self.assignments = assignments
    self.executable = executable
    self.limit = limit
  }

  /// Runs all tests, telling each result as it comes.
  ///
  /// - Throws: `HostError` where there is no such library or no child can be started.
  public func run(each: (ValidationResult) -> Void = { _ in }) throws(HostError) -> [ValidationResult] {
    guard StyleSpec.isFile(path) else { throw HostError(.plugin, "there is no plugin library '\(path)'") }
    var results: [ValidationResult] = []
    for test in ValidationCase.allCases {
      let result = try run(test)
      each(result)
      results.append(result)
      // Nothing else can be asked of a library that cannot be loaded.
      if test == .entry, result.status == .failed { break }
    }
    return results
  }

  private func run(_ test: ValidationCase) throws(HostError) -> ValidationResult {
    var arguments = ["validate-plugin-test", path, test.rawValue]
    if let model { arguments += ["--model", model] }
    for assignment in assignments { arguments += ["--set", "\(assignment.key)=\(assignment.value)"] }
    let limit = test == .entry ? min(limit, .seconds(10)) : limit
    let child = try ChildProcess.run(executable, arguments, limit: limit)
    let words = child.lastWords.map { ": \($0)" } ?? ""
    switch child.ending {
    case .timedOut:
      return ValidationResult(
        test: test, status: .failed, message: "it did not end within \(limit.components.seconds) s")
    case .signalled(let signal):
      return ValidationResult(
        test: test, status: .failed, message: "it crashed (\(ChildProcess.name(ofSignal: signal)))\(words)")
    case .exited(let code):
      if let result = try? JSONDecoder().decode(ValidationResult.self, from: child.report) { return result }
      return ValidationResult(test: test, status: .failed, message: "it ended the process (exit code \(code))\(words)")
    }
  }

  /// Runs one test in this process: the work of the child.
  public func perform(_ test: ValidationCase) -> ValidationResult {
    do {
      if test == .symbols { return try symbols() }
      let started = ContinuousClock.now
      let plugin = try LoadedPlugin(path: path)
      if test == .entry {
        let parts = (ContinuousClock.now - started).components
        let milliseconds = Int(parts.seconds) * 1000 + Int(parts.attoseconds / 1_000_000_000_000_000)
        guard milliseconds < 100 else { throw HostError(.plugin, "loading and asking it took \(milliseconds) ms") }
        return ValidationResult(
          test: test, status: .passed, message: "\(plugin.info.id) \(plugin.info.version), \(milliseconds) ms")
      }
      var given = assignments
      if let model, let parameter = plugin.info.parameters.first(where: \.isModel) {
        given.append(StyleSpec.Assignment(key: parameter.key, value: model))
      }
      let missing = plugin.info.parameters.filter { parameter in
        parameter.isRequired && !given.contains { $0.key == parameter.key }
      }
      guard missing.isEmpty else {
        let keys = missing.map { $0.isModel ? "--model FILE" : "--set \($0.key)=VALUE" }.joined(separator: " ")
        return ValidationResult(test: test, status: .skipped, message: "it needs \(keys)")
      }
      let subject = ValidationSubject(
        plugin: plugin, values: try ParameterValues(given, for: plugin.info, StyleCatalogue()))
      return ValidationResult(test: test, status: .passed, message: try subject.check(test))
    } catch {
      return ValidationResult(test: test, status: .failed, message: "\(error)")
    }
  }

  private func symbols() throws(HostError) -> ValidationResult {
    guard let names = ExportedSymbols.names(in: path) else {
      throw HostError(.plugin, "it is not a 64-bit ELF library")
    }
    guard names.contains(STH_ENTRY_SYMBOL) else { throw HostError(.plugin, "it does not export \(STH_ENTRY_SYMBOL)") }
    // Symbols that the linker itself makes, and mangled ones of Swift and C++, which cannot clash with another plugin's.
    let own: Set<String> = [STH_ENTRY_SYMBOL, "_init", "_fini", "__bss_start", "_edata", "_end"]
    let mangled = ["$s", "_$s", "_Z", "symbolic ", "_swift_", "__swift_", "$ld$"]
    let others = names.filter { name in !own.contains(name) && !mangled.contains { name.hasPrefix($0) } }
    guard others.isEmpty else {
      let some = others.prefix(5).joined(separator: ", ") + (others.count > 5 ? " ..." : "")
      throw HostError(
        .plugin, "it exports \(others.count) symbols besides the entry: \(some): compile with -fvisibility=hidden")
    }
    return ValidationResult(test: .symbols, status: .passed, message: nil)
  }
}
