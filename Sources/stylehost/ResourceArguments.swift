// ResourceArguments.swift - how much of the machine to use.

import ArgumentParser
import Foundation
import Host

/// Options of threads and memory.
struct ResourceArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Threads that compute; by default one per CPU.", valueName: "n"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "The most memory to take, such as 2G or 800M; by default three quarters of what is free. Frames that do not fit into it run in sweeps over the picture: slower, but the same to the bit.",
      valueName: "size"))
  var memory: String?

  @Option(
    help: ArgumentHelp(
      "Where to keep on disk what does not fit into memory; by default TMPDIR, else /var/tmp.", valueName: "folder"))
  var scratch: String?

  /// What was asked for, checked as far as words go.
  func check() throws(HostError) {
    if let threads, !(1...1024).contains(threads) { throw HostError(.usage, "--threads \(threads) is not 1...1024") }
    if let memory, MemoryLimit.parse(memory) == nil {
      throw HostError(.usage, "--memory \(memory) is not a size of 16M or more, such as 800M or 2G")
    }
    var isFolder: ObjCBool = false
    if let scratch,
      !FileManager.default.fileExists(atPath: scratch, isDirectory: &isFolder) || !isFolder.boolValue
        || access(scratch, W_OK | X_OK) != 0
    {
      throw HostError(.usage, "--scratch \(scratch) is not a folder that can be written to")
    }
  }

  /// The services for this run, which say their words to `log`.
  func services(_ log: HostLog) throws(HostError) -> ComputeServices {
    let level = try ComputeServices.cpuLevel(named: ProcessInfo.processInfo.environment["STYLEHOST_CPU"])
    let limit = MemoryLimit(bytes: memory.flatMap(MemoryLimit.parse), scratchFolder: scratch)
    return try ComputeServices(threads: threads, cpuLevel: level, log: log, memory: limit)
  }
}
