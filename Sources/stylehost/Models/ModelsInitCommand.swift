// ModelsInitCommand.swift - `stylehost models init PLUGIN OUT.safetensors`.

import ArgumentParser
import Host

/// Writes a network that has learnt nothing yet.
struct ModelsInitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Writes a freshly initialised network that runs by its path.",
    discussion: """
      Weights are He normal, biases 0, scales 1, shifts 0: for benchmarks, for tests, and as a start for training. The same \
      seed gives the same bytes on every machine.

      EXAMPLE:
        stylehost models init johnson fresh.safetensors --width 16
      """)

  @Argument(help: "The plugin that shall run it: johnson, adain, cut, munit, sfit.") var plugin: String
  @Argument(help: "The file to write, ending in .safetensors.") var output: String
  @Option(parsing: .unconditional, help: "Where the random numbers begin.") var seed: UInt64 = 0
  @Option(parsing: .unconditional, help: "Planes after the first convolution; by default the published number.")
  var width: Int?
  @Flag(name: .customShort("y"), help: "Overwrite an existing output.") var overwrite = false
  @OptionGroup var search: SearchOptions

  func run() throws {
    if let width, width < 1 { throw HostError(.usage, "--width \(width) is not possible: give at least 1") }
    _ = try PrivateOutput.claim()
    CrashReporter.install()
    let summary = try ModelInitialisation.write(
      plugin, to: output, width: width, seed: seed, overwrite: overwrite, search.library)
    HostLog().say(.info, "wrote \(output): \(summary.architecture), \(summary.parameterCount) parameters")
  }
}
