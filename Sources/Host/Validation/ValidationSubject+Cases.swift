// ValidationSubject+Cases.swift - the tests themselves; each throws what is wrong.

import Foundation
import PluginAPI

extension ValidationSubject {
  /// Runs one test that needs an instance.
  ///
  /// - Returns: what else is worth knowing.
  /// - Throws: `HostError` saying what is wrong.
  func check(_ test: ValidationCase) throws(HostError) -> String? {
    switch test {
    case .entry, .symbols: return nil
    case .stdout: return try checkStdout()
    case .lifecycle: return try checkLifecycle()
    case .withheld: return try checkWithheld()
    case .sizes: return try checkSizes()
    case .threads: return try checkThreads()
    case .parameters: return try checkParameters()
    case .reset: return try checkReset()
    case .stateless: return try checkStateless()
    case .resources: return try checkResources()
    }
  }

  private func flaw(_ text: String) -> HostError { HostError(.plugin, text) }

  private func checkStdout() throws(HostError) -> String? {
    var name = Array((NSTemporaryDirectory() + "/stylehost-stdout-XXXXXX").utf8CString)
    let file = mkstemp(&name)
    guard file >= 0, dup2(file, 1) >= 0 else { throw flaw("cannot watch stdout here") }
    unlink(name)
    _ = try run(h: 23, w: 17, seeds: [1, 2])
    fflush(nil)
    let written = lseek(file, 0, SEEK_END)
    guard written == 0 else { throw flaw("it wrote \(written) bytes to stdout, where video goes: use the host's log") }
    return nil
  }

  private func checkLifecycle() throws(HostError) -> String? {
    let services = try ComputeServices(threads: 2, log: HostLog(level: .error))
    let instance = try start(services, values)
    let first = try process(instance, h: 18, w: 20, seeds: [1])
    _ = try process(instance, h: 9, w: 31, seeds: [2])
    let again = try process(instance, h: 18, w: 20, seeds: [1])
    guard first == again else { throw flaw("after another size the same frame comes out differently") }
    let other = try start(services, values)
    guard try process(other, h: 18, w: 20, seeds: [1]) == first else {
      throw flaw("a second instance beside the first gives another picture")
    }
    return nil
  }

  private func checkWithheld() throws(HostError) -> String? {
    do {
      _ = try run(h: 23, w: 17, seeds: [1], withheld: true)
      return "works without"
    } catch {
      guard !error.description.hasSuffix(": " + ErrorReport.meaning(of: STH_ERROR_INTERNAL)) else {
        throw flaw("without extensions it fails with status INTERNAL and no sentence")
      }
      return "fails with a sentence: \(error)"
    }
  }

  private func checkSizes() throws(HostError) -> String? {
    for (w, h) in [(1, 1), (1, 9), (9, 1), (2, 2), (17, 23), (64, 64), (321, 181)] {
      _ = try run(h: h, w: w, seeds: [7])
    }
    return nil
  }

  private func checkThreads() throws(HostError) -> String? {
    let one = try run(h: 67, w: 131, seeds: [3, 4], threads: 1)
    for threads in [2, 4] where try run(h: 67, w: 131, seeds: [3, 4], threads: threads) != one {
      throw flaw("\(threads) threads give other bytes than 1")
    }
    return nil
  }

  private func checkParameters() throws(HostError) -> String? {
    var tried = 0
    for (index, parameter) in plugin.info.parameters.enumerated() {
      for value in ValidationSubject.bounds(of: parameter) {
        var changed = values
        changed.set(index, to: value)
        do {
          _ = try run(h: 19, w: 21, seeds: [5], values: changed)
        } catch {
          throw flaw("\(parameter.key) at a bound (\(value)): \(error)")
        }
        tried += 1
      }
    }
    return tried == 0 ? "there is none with bounds" : "\(tried) values tried"
  }

  private static func bounds(of parameter: ParameterInfo) -> [ParameterValue] {
    switch parameter.kind {
    case .bool: return [.integer(0), .integer(1)]
    case .choice: return parameter.choices.indices.map { .integer(Int64($0)) }
    case .int:
      return [parameter.hardMin, parameter.hardMax].compactMap { $0.flatMap(Int64.init(exactly:)) }.map { .integer($0) }
    case .float: return [parameter.hardMin, parameter.hardMax].compactMap { $0 }.map { .number($0) }
    case .string, .path, .image, .images: return []
    }
  }

  private func checkReset() throws(HostError) -> String? {
    let frames = try run(h: 23, w: 37, seeds: [1, 2, 3, 1, 2, 3], resetBefore: 3)
    guard Array(frames[..<3]) == Array(frames[3...]) else {
      throw flaw("after reset() the same frames come out differently")
    }
    return nil
  }

  private func checkStateless() throws(HostError) -> String? {
    guard plugin.info.isStateless else { return "it does not say so" }
    let together = try run(h: 23, w: 37, seeds: [1, 2])
    guard try run(h: 23, w: 37, seeds: [2])[0] == together[1] else {
      throw flaw("it says it is stateless, but a frame depends on the one before")
    }
    return nil
  }

  private func checkResources() throws(HostError) -> String? {
    let services = try ComputeServices(threads: 2, log: HostLog(level: .error))
    func use() throws(HostError) -> InstanceServices {
      let instance = try start(services, values)
      _ = try process(instance, h: 23, w: 17, seeds: [1])
      return instance.services
    }
    // The instance is destroyed when use() returns; its counter outlives it.
    func cycle() throws(HostError) -> Int64 { try use().heldBytes.load(ordering: .relaxed) }
    // Once before counting: what a runtime opens once and for all is not a leak.
    _ = try cycle()
    let before = (ValidationSubject.entries("task"), ValidationSubject.entries("fd"))
    let held = try cycle()
    let after = (ValidationSubject.entries("task"), ValidationSubject.entries("fd"))
    guard after.0 <= before.0 else { throw flaw("\(after.0 - before.0) threads are left behind: plugins start none") }
    guard after.1 <= before.1 else { throw flaw("\(after.1 - before.1) file descriptors are left open") }
    guard held == 0 else { throw flaw("\(held) bytes of the host's memory are not given back in destroy()") }
    return nil
  }

  private static func entries(_ folder: String) -> Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/\(folder)").count) ?? 0
  }
}
